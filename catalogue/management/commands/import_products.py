"""`manage.py import_products HANDLE FILE --currency EUR`: a merchant's Shopify product CSV."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from catalogue.encodings import UnreadableFile
from catalogue.imports import ImportReport, import_products
from catalogue.models import Merchant


class Command(BaseCommand):
    help = "Import a merchant's products from a Shopify product CSV."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("merchant", help="the handle of the merchant's profile, without @")
        parser.add_argument("file", type=Path, help="the CSV file")
        parser.add_argument("--currency", required=True, help="what its prices are in: EUR")
        parser.add_argument("--dry-run", action="store_true", help="write nothing, only report")

    def handle(self, *args: Any, **options: Any) -> None:
        merchant = self._merchant(options["merchant"].removeprefix("@"))
        currency = options["currency"].upper()
        if not (len(currency) == 3 and currency.isalpha() and currency.isascii()):
            raise CommandError(_("A currency has three letters, such as EUR."))
        try:
            report = import_products(
                merchant, options["file"], currency=currency, dry_run=options["dry_run"]
            )
        except (UnreadableFile, OSError) as error:
            raise CommandError(f"{options['file']}: {error}") from None
        self._say(report)
        if report.failed:
            sys.exit(1)

    def _say(self, report: ImportReport) -> None:
        for problem in [*report.errors, *report.notes]:
            self.stderr.write(f"{problem.handle}: {problem}" if problem.handle else str(problem))
        self.stdout.write(
            _(
                "%(created)d created, %(updated)d updated, %(unchanged)d unchanged, %(failed)d left out"
            )
            % {
                "created": report.created,
                "updated": report.updated,
                "unchanged": report.unchanged,
                "failed": report.failed,
            }
        )
        if report.kept_off:
            kept = report.kept_off
            self.stdout.write(
                ngettext(
                    "%(count)d variant was switched off in the shop and stays off sale",
                    "%(count)d variants were switched off in the shop and stay off sale",
                    kept,
                )
                % {"count": kept}
            )

    def _merchant(self, handle: str) -> Merchant:
        try:
            return Merchant.objects.get(account__handle__iexact=handle)
        except Merchant.DoesNotExist:
            raise CommandError(
                _("There is no merchant @%(handle)s.") % {"handle": handle}
            ) from None
