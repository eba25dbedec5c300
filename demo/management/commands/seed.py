"""`manage.py seed`: fill a development database as large as a site that has grown."""

from __future__ import annotations

import time
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from demo.seeding import filling
from demo.seeding.filling import NotEmpty
from demo.seeding.sizes import Seed, Sizes, SizesRefused

WHOLE = Sizes()


class Command(BaseCommand):
    help = (
        "Fill an empty database with made-up people, shops, products, posts and likes, by COPY and in"
        " one transaction: whatever breaks off, nothing is there."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        for name, size in vars(WHOLE).items():
            parser.add_argument(f"--{name}", type=int, help=f"how many; {size:,} unless scaled")
        parser.add_argument("--scale", type=float, default=1.0, help="all of it times this")
        parser.add_argument(
            "--seed", type=int, default=1, help="the same gives the same rows again"
        )
        parser.add_argument(
            "--until", type=_moment, help="nothing is younger than this moment (ISO 8601); now"
        )
        parser.add_argument(
            "--beside", action="store_true", help="also into a database that holds something"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEBUG:
            raise CommandError(
                "Some of the seeded people have a password that everybody knows, so it seeds with"
                " DEBUG=true alone. Nothing was changed."
            )
        start = time.monotonic()
        try:
            rows = filling.fill(_seed(options), beside=options["beside"], tell=self._tell)
        except (NotEmpty, SizesRefused) as refusal:
            raise CommandError(f"{refusal} Nothing was changed.") from None
        filling.tidy()
        took = time.monotonic() - start
        self.stdout.write(
            f"Seeded {rows:,} rows in {took / 60:.1f} minutes, {rows / took:,.0f} a second."
        )

    def _tell(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()


def _moment(text: str) -> datetime:
    moment = parse_datetime(text)
    if moment is None:
        raise ValueError(text)
    return moment if timezone.is_aware(moment) else timezone.make_aware(moment)


def _seed(options: dict[str, Any]) -> Seed:
    if options["scale"] <= 0:
        raise CommandError("--scale is more than nothing.")
    sizes = vars(WHOLE.scaled(options["scale"]))
    sizes |= {name: options[name] for name in sizes if options[name] is not None}
    return Seed(Sizes(**sizes), options["seed"], options["until"] or timezone.now())
