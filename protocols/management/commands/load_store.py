"""`manage.py load_store DIR`: a shop that can sell, out of a folder of CSV files."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from protocols.stores import loading, shop
from protocols.stores.loading import BadFiles


class Command(BaseCommand):
    help = "Make a shop that can sell out of a folder of CSV files, or bring it up to date."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, help="where products.csv and the others are")
        parser.add_argument(
            "--handle", default="", help="of the shop; the folder's name without it"
        )
        parser.add_argument("--name", default="", help="of the shop; made of its handle without it")
        parser.add_argument("--email", default="", help="of its owner, and for its orders")
        parser.add_argument("--country", default="US", help="where it is (ISO 3166)")
        parser.add_argument("--currency", default="USD", help="what its prices are in (ISO 4217)")
        parser.add_argument("--account", default="", help="its account at Stripe: acct_…")

    def handle(self, *args: Any, **options: Any) -> None:
        folder: Path = options["folder"]
        if not folder.is_dir():
            raise CommandError(f"{folder} is no folder.")
        handle = options["handle"] or folder.resolve().name.replace("-", "_")[:24]
        try:
            store = loading.read(folder)
            merchant = shop.of(
                handle=handle,
                name=options["name"] or handle.replace("_", " ").title(),
                email=options["email"] or f"{handle}@shop.example",
                country=options["country"].upper(),
                currency=options["currency"].upper(),
            )
            said = shop.connect(merchant, options["account"])
            loading.write(merchant, store)
        except BadFiles as error:
            self.stderr.write("\n".join(error.lines))
            sys.exit(1)
        except ValidationError as error:
            raise CommandError("; ".join(error.messages)) from None
        for line in filter(None, [*store.notes, said]):
            self.stdout.write(line)
        self.stdout.write(
            f"@{handle}: {len(store.goods)} products, {len(store.rates)} shipping rates,"
            f" {len(store.wishes)} offers, {len(store.customers)} customers"
        )
