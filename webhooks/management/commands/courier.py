from __future__ import annotations

import asyncio
import signal
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from shopping.monitoring import serving
from webhooks.courier import Courier


class Command(BaseCommand):
    help = "Delivers webhooks until SIGTERM or Ctrl-C; any number of them may run."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--alive", default="", help="A file to touch every second, as long as all is well."
        )

    def handle(self, *args: Any, alive: str, **options: Any) -> None:
        serving.serve()
        asyncio.run(_run(Courier(Path(alive) if alive else None)))


async def _run(courier: Courier) -> None:
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, courier.stop)
    await courier.run()
