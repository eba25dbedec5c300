"""`manage.py reconcile [--since 2026-01-31] [--dry-run]`: our books against Stripe's, now."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from checkout import gateway, reconciliation
from checkout import reconciliation_words as words
from checkout.models import ReconciliationFinding
from checkout.reconciliation_findings import STOCK, Report, Status


class Command(BaseCommand):
    help = "Compare the books with Stripe's, mend what was missed, and report the rest."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--since", help="from this day or time on, in UTC; else since the last good point"
        )
        parser.add_argument(
            "--dry-run", action="store_true", help="mend and write nothing, only report"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            report = reconciliation.run(since=_time(options["since"]), dry=options["dry_run"])
        except reconciliation.Busy as busy:
            raise CommandError(str(busy)) from None
        except gateway.GatewayError as error:
            said = _("Stripe does not answer: %(error)s. Try again; it goes on from where it was.")
            raise CommandError(said % {"error": error}) from None
        if self._say(report):
            sys.exit(1)

    def _say(self, report: Report) -> bool:
        """Print what was compared and found; whether a person has to look at any of it."""
        for line in [*words.compared(report.compared), *words.balances(report.balances)]:
            self.stdout.write(line)
        for found, status in report.found:
            row = ReconciliationFinding(
                kind=found.kind,
                object_id=found.object_id,
                expected=found.expected,
                found=found.found,
                currency=found.currency,
            )
            self.stdout.write(
                f"[{Status(status).label}] {words.in_words(row)} {found.detail}".rstrip()
            )
        if report.dry:
            return any(status == Status.OPEN for _found, status in report.found)
        still = ReconciliationFinding.objects.filter(status=Status.OPEN).exclude(kind__in=STOCK)
        there = list(still.order_by("id"))
        seen = {(found.kind, found.object_id) for found, _status in report.found}
        for row in there:
            if (row.kind, row.object_id) not in seen:
                self.stdout.write(
                    f"[{row.get_status_display()}] {words.in_words(row)} {row.detail}"
                )
        if not there:
            self.stdout.write(_("Everything agrees."))
        return bool(there)


def _time(text: str | None) -> datetime | None:
    if not text:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise CommandError(_("--since wants a day or a time, such as 2026-01-31.")) from None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
