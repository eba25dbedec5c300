"""`manage.py audit`: whether tables, books and Stripe tell the same story. It changes nothing."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from audit import checks_on_file, reports, runs, stripe_tables
from audit.runs import Moment, Result
from audit.stripe_api import StripeApi, Unreadable

FOUND, UNFINISHED = 1, 2
# Of what Stripe lists so much more is read: a payment may be older than what came of it.
MARGIN = timedelta(days=2)


class Command(BaseCommand):
    help = "Check that orders, stock, books, webhooks and Stripe agree. Reads, and writes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--since", help="look at what is from this day or time on, in UTC")
        parser.add_argument(
            "--settled-for",
            type=float,
            default=300,
            metavar="SECONDS",
            help="leave out what is younger: it may still be on its way (300)",
        )
        parser.add_argument("--json", action="store_true", help="answer in JSON")
        parser.add_argument("--only", action="append", default=[], metavar="CHECK")
        parser.add_argument("--except", action="append", default=[], metavar="CHECK", dest="but")
        parser.add_argument(
            "--strict",
            action="store_true",
            help="also what only holds where nobody has changed settings meanwhile",
        )
        parser.add_argument("--most", type=int, default=20, help="findings shown a check (20)")
        parser.add_argument(
            "--timeout", type=float, default=600, metavar="SECONDS", help="of one check (600)"
        )
        parser.add_argument("--list", action="store_true", help="only say what there is to check")

    def handle(self, *args: Any, **options: Any) -> None:
        moment = _moment(options["since"], options["settled_for"])
        try:
            checks = checks_on_file.chosen(
                only=options["only"],
                but=options["but"],
                strict=options["strict"],
                whole=moment.since is None,
            )
        except checks_on_file.BadCheck as error:
            raise CommandError(str(error)) from None
        if options["list"]:
            for check in checks:
                self.stdout.write(f"{check.name:<34}{check.proves}")
            return
        try:
            done = list(self._results(checks, moment, options))
        except Unreadable as error:
            raise CommandError(f"Stripe cannot be read: {error}", returncode=UNFINISHED) from None
        if options["json"]:
            self.stdout.write(reports.document(done, moment))
        else:
            self.stdout.write(reports.summary(done))
        if any(result.findings for result in done):
            sys.exit(FOUND)
        if any(result.error for result in done):
            sys.exit(UNFINISHED)

    def _results(
        self, checks: list[checks_on_file.Check], moment: Moment, options: dict[str, Any]
    ) -> Iterator[Result]:
        with closing(StripeApi(settings.STRIPE_API_BASE, settings.STRIPE_SECRET_KEY)) as api:
            earliest = moment.since - MARGIN if moment.since else None
            files = stripe_tables.read(api, since=earliest)
        with runs.snapshot(seconds=options["timeout"]):
            runs.fill(files, moment)
            for result in runs.results(checks, most=options["most"]):
                if not options["json"]:
                    self.stdout.write("\n".join([reports.line(result), *reports.details(result)]))
                yield result


def _moment(since: str | None, settled_for: float) -> Moment:
    settled = datetime.now(UTC) - timedelta(seconds=settled_for)
    if not since:
        return Moment(None, settled)
    try:
        found = datetime.fromisoformat(since)
    except ValueError:
        raise CommandError("--since wants a day or a time, such as 2026-01-31.") from None
    return Moment(found if found.tzinfo else found.replace(tzinfo=UTC), settled)
