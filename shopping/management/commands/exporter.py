from __future__ import annotations

import signal
import threading
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from prometheus_client import CollectorRegistry

from shopping.environment import env
from shopping.monitoring import serving
from shopping.monitoring.gauges import Gauges


class Command(BaseCommand):
    help = (
        "Serves on METRICS_PORT what tables and queues say, until SIGTERM or Ctrl-C; one is enough."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        if not env.metrics_port:
            raise CommandError("set METRICS_PORT")
        registry = CollectorRegistry()
        registry.register(Gauges())
        ended = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: ended.set())
        serving.serve(registry)
        ended.wait()
