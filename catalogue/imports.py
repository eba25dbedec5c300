"""Importing a merchant's products from a file at once: each product wholly or not at all.

What merchants upload is staged and written by a worker, slice by slice: see catalogue.staging.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import BinaryIO

from accounts.models import User
from catalogue import columns, csv_table, reading
from catalogue.columns import Layout
from catalogue.imported import Outcome, Writer
from catalogue.models import Merchant
from catalogue.parsed import ParsedProduct, RowError
from catalogue.plans import CHANGED, NEW, Refused

# A report is read by a person; beyond this many errors, or notes, only their number grows.
MOST_ERRORS = 1_000
# So many products, rows or characters of them, are looked at or written together.
MOST_PRODUCTS, MOST_ROWS, MOST_CHARACTERS = 100, 300, 200_000


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

    def add(self, outcome: Outcome, layout: Layout) -> None:
        """Count what came of a product; its notes are variants that stay off sale, as their
        merchant wants them."""
        if isinstance(outcome, Refused):
            self.fail([named(outcome.error, layout)])
            return
        if outcome.fate == NEW:
            self.created += 1
        elif outcome.fate == CHANGED:
            self.updated += 1
        else:
            self.unchanged += 1
        self.kept_off += len(outcome.kept_off)
        self.notes += outcome.kept_off[: MOST_ERRORS - len(self.notes)]


def named(error: RowError, layout: Layout) -> RowError:
    """An error of a field as one of the file's column."""
    return replace(error, column=layout.column(error.column)) if error.column else error


def import_products(
    merchant: Merchant,
    source: Path | BinaryIO,
    *,
    currency: str,
    dry_run: bool = False,
    actor: User | None = None,
    reference: str = "",
    fetch_pictures: bool = True,
) -> ImportReport:
    """Create and update the products of `merchant` from Shopify's product CSV, or from our own.

    `source` is a path or a seekable binary file, read as a stream; `currency` (ISO 4217) is what
    its prices are in where it does not say. Products are found again by our id, their handle or a
    SKU, variants by SKU, else by options; variants that the file no longer has are taken off sale
    and return with it, what the merchant switched off here stays off, with a note; products that
    the file does not name stay, and so does what it has no column for. `reference` (the file's
    name) stands in the stock movements. Pictures are fetched from their addresses by workers, unless
    `fetch_pictures` is False. `dry_run` writes nothing and reports what would happen.

    Call it outside of any transaction: each batch of products has its own, and locks what
    `Writer.write` says. Raises UnreadableFile if the file as a whole is no such export; a broken
    row only leaves its product out, with an error.
    """
    report = ImportReport()
    with _opened(source) as stream:
        reference = reference or Path(getattr(stream, "name", "") or "upload").name
        writer = Writer(merchant, actor, reference[:64], fetches_pictures=fetch_pictures)
        table = csv_table.read(stream)
        layout = columns.recognised(table.header)
        for batch in batches(reading.products(table, layout, currency=currency)):
            sound = [parsed for _run, parsed in batch if not parsed.errors]
            for _run, parsed in batch:
                if parsed.errors:
                    report.fail(parsed.errors)
            outcomes = writer.try_out(sound) if dry_run else writer.write(sound)
            for outcome in outcomes:
                report.add(outcome, layout)
    return report


def batches(
    found: Iterable[tuple[reading.Run, ParsedProduct]],
) -> Iterator[list[tuple[reading.Run, ParsedProduct]]]:
    """Products in batches that end as soon as one of the limits above is reached."""
    batch: list[tuple[reading.Run, ParsedProduct]] = []
    rows = characters = 0
    for run, parsed in found:
        batch.append((run, parsed))
        rows += len(run.rows)
        characters += sum(len(value) for row in run.rows for value in row.values)
        if len(batch) == MOST_PRODUCTS or rows >= MOST_ROWS or characters >= MOST_CHARACTERS:
            yield batch
            batch, rows, characters = [], 0, 0
    if batch:
        yield batch


@contextmanager
def _opened(source: Path | BinaryIO) -> Iterator[BinaryIO]:
    if isinstance(source, Path):
        with source.open("rb") as stream:
            yield stream
    else:
        yield source
