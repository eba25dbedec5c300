"""A stocktake as a spreadsheet: the sheet to fill in, and the counts that come back in it.

The sheet has a row a variant; shopping.csv_files writes it. What comes back may be any table that
catalogue.csv_table reads, with its columns in any order: `SKU` or `Variant` says which one, `Counted`
how many. A row that cannot be taken is told by its number and column, and keeps no other from being
taken.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import BinaryIO
from uuid import UUID

from django.utils.translation import gettext as _

from accounts.models import User
from catalogue import csv_table, stocktakes
from catalogue.cells import HIGHEST_COUNT
from catalogue.encodings import UnreadableFile
from catalogue.models import Stocktake, StocktakeLine
from catalogue.parsed import RowError
from shopping.csv_files import unescaped
from shopping.ids import uuid_of

COLUMNS = ("Variant", "SKU", "Product", "Options", "Counted")
# Some spreadsheets write 12 as 12.00; 1.000 may be a thousand, and is asked about.
WHOLE = re.compile(r"([0-9]{1,9})([.,]0{1,2})?", re.ASCII)
SLICE = 1_000
MOST_ROWS = 200_000
MOST_ERRORS = 200


@dataclass(slots=True)
class Report:
    """How many counts were taken, how many rows said nothing, and what is wrong with the others.

    Of more than MOST_ERRORS only the number grows.
    """

    taken: int = 0
    empty: int = 0
    failed: int = 0
    errors: list[RowError] = field(default_factory=list)

    def fail(self, error: RowError) -> None:
        self.failed += 1
        if len(self.errors) < MOST_ERRORS:
            self.errors.append(error)


@dataclass(frozen=True, slots=True)
class Count:
    """One row's words: which variant, and how many."""

    row: int
    variant: str
    sku: str
    counted: int

    @property
    def skus(self) -> tuple[str, ...]:
        """What it may be found by where the row has no id: its SKU, else that without the apostrophe
        that keeps spreadsheets from taking it for a number."""
        return () if self.variant else (self.sku, self.sku.removeprefix("'"))


def sheet(stocktake: Stocktake) -> Iterator[list[object]]:
    """The rows of the sheet, with what is counted already; memory stays constant."""
    yield list(COLUMNS)
    lines = stocktake.lines.select_related("variant__product").order_by("id")
    for line in lines.iterator(chunk_size=SLICE):
        variant = line.variant
        words = [variant.sku, variant.product.title, variant.options_text]
        yield [variant.public_id, *words, line.counted]


def take(
    stocktake: Stocktake, source: BinaryIO, *, actor: User | None, at: datetime | None = None
) -> Report:
    """Note the counts of a seekable binary file, counted now or `at` an earlier moment.

    Slices of SLICE rows, each a transaction of its own: call it outside of any. Raises UnreadableFile
    where the file as a whole is none, StocktakeClosed, and ValidationError as stocktakes.record does.
    """
    report = Report()
    seen: dict[int, int] = {}
    counts = _counts(source, report)
    while batch := list(islice(counts, SLICE)):
        _take(stocktake, batch, report, seen, actor=actor, at=at)
    return report


def _take(
    stocktake: Stocktake,
    batch: list[Count],
    report: Report,
    seen: dict[int, int],
    *,
    actor: User | None,
    at: datetime | None,
) -> None:
    known = _known(stocktake, batch)
    counts: dict[int, int] = {}
    for each in batch:
        names = [uuid_of(each.variant), *each.skus]
        key = next((known[name] for name in names if name in known), None)
        if key is None:
            report.fail(_unknown(each))
        elif key in seen:
            message = _("This variant came in row %(row)s already; keep one of them.")
            report.fail(_error(each, message % {"row": seen[key]}))
        else:
            seen[key] = each.row
            counts[key] = each.counted
    report.taken += len(stocktakes.record(stocktake, counts, actor=actor, at=at))


def _known(stocktake: Stocktake, batch: list[Count]) -> dict[UUID | str | None, int]:
    """The variants of the stocktake that the rows name, by id and by SKU; two statements at most."""
    lines = StocktakeLine.objects.filter(stocktake=stocktake)
    ids = {key for each in batch if (key := uuid_of(each.variant)) is not None}
    skus = {sku for each in batch for sku in each.skus}
    known: dict[UUID | str | None, int] = {}
    if ids:
        named = lines.filter(variant__public_id__in=ids)
        known |= dict(named.values_list("variant__public_id", "variant_id"))
    if skus:
        named = lines.filter(variant__sku__in=skus, variant__merchant=stocktake.merchant_id)
        known |= dict(named.values_list("variant__sku", "variant_id"))
    return known


def _counts(source: BinaryIO, report: Report) -> Iterator[Count]:
    """The file's rows that say a number; the others are in `report`."""
    empty = _("The file is empty. Fill in the sheet and save it as CSV.")
    table = csv_table.read(source, empty=empty)
    header = [name.lower() for name in table.header]
    _check(header)
    for row in table.rows:
        if row.number > MOST_ROWS:
            said = _("The file has more than %(most)s rows. Split it.") % {"most": MOST_ROWS}
            report.fail(RowError(row.number, "", "", "", said))
            return
        if row.problem:
            report.fail(RowError(row.number, "", "", "", row.problem))
            continue
        count = _count(row.number, dict(zip(header, row.values, strict=False)), report)
        if count is not None:
            yield count


def _count(number: int, cells: dict[str, str], report: Report) -> Count | None:
    value = cells.get("counted", "").strip()
    if not value:
        report.empty += 1
        return None
    variant = cells.get("variant", "").strip()
    sku = unescaped(cells.get("sku", "").strip())
    counted = WHOLE.fullmatch(value)
    if counted is None or int(counted[1]) > HIGHEST_COUNT:
        said = _("Write a whole number from 0 to %(most)s.") % {"most": HIGHEST_COUNT}
        report.fail(RowError(number, sku, "Counted", value[:80], said))
        return None
    if not variant and not sku:
        said = _("Say which variant it is: its SKU, or the sheet’s own column.")
        report.fail(RowError(number, sku, "SKU", "", said))
        return None
    return Count(number, variant, sku, int(counted[1]))


def _check(header: list[str]) -> None:
    """Raises UnreadableFile without the columns that a count cannot do without."""
    if "counted" not in header or not {"sku", "variant"} & set(header):
        raise UnreadableFile(
            _("The first row has to name the columns SKU (or Variant) and Counted.")
        )
    twice = sorted({name for name in header if name and header.count(name) > 1})
    if twice:
        raise UnreadableFile(
            _("These columns come twice: %(names)s.") % {"names": ", ".join(twice)}
        )


def _unknown(count: Count) -> RowError:
    said = _("This stocktake has no such variant. Look it up in the sheet, or begin another one.")
    return _error(count, said)


def _error(count: Count, said: str) -> RowError:
    column, value = ("Variant", count.variant) if count.variant else ("SKU", count.sku)
    return RowError(count.row, count.sku, column, value[:80], said)
