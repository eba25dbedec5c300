"""`manage.py check_stock [--dry-run]`: whether all stock adds up, now."""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils.translation import gettext as _

from checkout import reconciliation_words as words
from checkout import stock_checks
from checkout.models import ReconciliationFinding
from checkout.reconciliation_findings import STOCK, Status


class Command(BaseCommand):
    help = "Add up all stock: on hand by its movements, reserved by the orders that wait."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="write nothing, only report")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["dry_run"]:
            found = [
                ReconciliationFinding(
                    kind=each.kind,
                    object_id=each.object_id,
                    expected=each.expected,
                    found=each.found,
                    detail=each.detail,
                )
                for each in stock_checks.compare_all()
            ]
        else:
            stock_checks.run(stock_checks.begin())
            there = ReconciliationFinding.objects.filter(kind__in=STOCK, status=Status.OPEN)
            found = list(there.order_by("id"))
        for row in found:
            self.stdout.write(f"{words.in_words(row)} {row.detail}".rstrip())
        if found:
            sys.exit(1)
        self.stdout.write(_("Everything agrees."))
