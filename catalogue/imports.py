"""Importing a merchant's products from a file: each product wholly or not at all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from django.db import transaction

from accounts.models import User
from catalogue import shopify
from catalogue.imported import ProductWriter, Refused
from catalogue.models import Merchant
from catalogue.parsed import RowError

# A report is read by a person; beyond this many errors, or notes, only their number grows.
MOST_ERRORS = 1_000


@dataclass(slots=True)
class ImportReport:
    """How many products were created, updated, left as they were, or left out, and why.

    `notes` are the rows that were taken, though not in all that they say; `kept_off` counts them.
    """

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    failed: int = 0
    kept_off: int = 0
    errors: list[RowError] = field(default_factory=list)
    notes: list[RowError] = field(default_factory=list)

    def fail(self, errors: Iterable[RowError]) -> None:
        """Count a product that was left out."""
        self.failed += 1
        self.errors += list(errors)[: MOST_ERRORS - len(self.errors)]

    def keep_off(self, notes: list[RowError]) -> None:
        """Count variants that stay off sale, as their merchant wants them."""
        self.kept_off += len(notes)
        self.notes += notes[: MOST_ERRORS - len(self.notes)]


def import_products(
    merchant: Merchant,
    source: Path | BinaryIO,
    *,
    currency: str,
    dry_run: bool = False,
    actor: User | None = None,
    reference: str = "",
) -> ImportReport:
    """Create and update the products of `merchant` from a Shopify product CSV.

    `source` is a path or a seekable binary file, read as a stream; `currency` (ISO 4217) is what
    its prices are in. Products are found again by their handle, variants by SKU, else by options;
    variants that the file no longer has are taken off sale and return with it, what the merchant
    switched off here stays off, with a note; products that the file does not name stay.
    `reference` (the file's name) stands in the stock movements. `dry_run` writes nothing and
    reports what would happen.

    One transaction a product, so call it outside of any; each locks the merchant (imports of one
    merchant take turns), the product and its stock rows. Raises UnreadableFile if the file as a
    whole is no such export; a broken row only leaves its product out, with an error.
    """
    report = ImportReport()
    with _opened(source) as stream:
        reference = reference or Path(getattr(stream, "name", "") or "upload").name
        for parsed in shopify.read(stream, currency=currency):
            if parsed.errors:
                report.fail(parsed.errors)
                continue
            writer = ProductWriter(merchant, parsed, currency, actor, reference[:64])
            try:
                with transaction.atomic():
                    outcome = writer.write()
                    transaction.set_rollback(dry_run)
            except Refused as refused:
                report.fail([refused.error])
                continue
            setattr(report, outcome, getattr(report, outcome) + 1)
            report.keep_off(writer.kept_off)
    return report


@contextmanager
def _opened(source: Path | BinaryIO) -> Iterator[BinaryIO]:
    if isinstance(source, Path):
        with source.open("rb") as stream:
            yield stream
    else:
        yield source
