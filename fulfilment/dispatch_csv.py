"""Handing over by CSV: what has to be sent goes out as a table, and comes back with its numbers.

The columns have the same names in every language. `order` and `carrier` are needed; `shop` tells apart
the parts of an order that several of one's own shops have; others are for people, and not read.
shopping.csv_files writes it; on the way in it may be any table that catalogue.csv_table reads.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import BinaryIO

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from catalogue import csv_table
from catalogue.encodings import UnreadableFile
from fulfilment.handing_over import MOST_LINES, Handover, Outcome, Refusal
from fulfilment.models import FulfilmentOrder
from shopping import csv_files

COLUMNS = ["order", "shop", "name", "city", "carrier", "tracking_number"]
NEEDED = ("order", "carrier")
MOST_BYTES = 1_000_000
# What a spreadsheet makes of a long number.
ROUNDED = re.compile(r"[0-9][.,]?[0-9]*E\+[0-9]+", re.IGNORECASE)
ORDER = re.compile(r"(?:[éÉeE]-)?([0-9]{1,18})")


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the file as it was written; `number` counts rows from 1, the heading's. `problem` says
    why it could not be read, if so."""

    number: int
    cells: dict[str, str]
    problem: str = ""

    def cell(self, column: str) -> str:
        """As it was before it was made harmless to spreadsheets."""
        return csv_files.unescaped(self.cells.get(column, "").strip())

    def digits(self, column: str) -> str:
        """The same of a number, without the apostrophe that keeps spreadsheets from rounding it."""
        return self.cell(column).removeprefix("'").strip()


@dataclass(frozen=True, slots=True)
class Problem:
    """A row that was left out: its line, its order as it was written, the column, and why."""

    line: int
    order: str
    column: str
    message: str


@dataclass(slots=True)
class Report:
    """How many rows were handed over, how many had been before, and which were left out."""

    done: int = 0
    before: int = 0
    problems: list[Problem] = field(default_factory=list)


def template(parts: Iterable[FulfilmentOrder]) -> str:
    """The file of these parts, whose carriers and numbers are to be filled in."""
    orders = [(part, part.order) for part in parts]
    rows = [
        [order.reference, part.merchant.name, order.name, order.city, None, None]
        for part, order in orders
    ]
    return "".join(csv_files.lines([COLUMNS, *rows]))


def read(source: BinaryIO) -> list[Line]:
    """The rows of a file that are not empty. Raises UnreadableFile for what is no such table, for one
    without the needed columns, and for more than MOST_LINES rows."""
    table = csv_table.read(source, empty=_missing(NEEDED))
    names = [name.lower() for name in table.header]
    if missing := [name for name in NEEDED if name not in names]:
        raise UnreadableFile(_missing(missing))
    found = []
    for row in table.rows:
        found.append(Line(row.number, dict(zip(names, row.values, strict=False)), row.problem))
        if len(found) > MOST_LINES:
            raise UnreadableFile(
                _("A file may have %(most)s rows. Nothing was handed over: make two files of it.")
                % {"most": MOST_LINES}
            )
    return found


def _missing(names: Iterable[str]) -> str:
    said = _("The first line has to name the columns; missing: %(names)s.")
    return said % {"names": ", ".join(names)}


def hand_over_all(
    lines: Sequence[Line],
    *,
    parts: QuerySet[FulfilmentOrder],
    hand_over: Callable[[Handover], Outcome | Refusal],
) -> Report:
    """Hand over what each line says, of `parts`, the person's own: `hand_over` does it for one, and
    answers as handing_over.hand_over."""
    known = _known(lines, parts)
    report = Report()
    for line in lines:
        if line.problem:
            report.problems.append(Problem(line.number, "", "", line.problem))
            continue
        wanted = _wanted(line, known)
        answer = hand_over(wanted) if isinstance(wanted, Handover) else wanted
        if answer is Outcome.DONE:
            report.done += 1
        elif answer is Outcome.BEFORE:
            report.before += 1
        elif isinstance(answer, Refusal):
            column = answer.field or "order"
            report.problems.append(Problem(line.number, line.cell("order"), column, answer.message))
    return report


def _number(line: Line) -> int:
    """The order's number, 0 for what is none."""
    found = ORDER.fullmatch(line.digits("order"))
    return int(found[1]) if found else 0


def _known(
    lines: Sequence[Line], parts: QuerySet[FulfilmentOrder]
) -> dict[int, list[FulfilmentOrder]]:
    """The parts of each order that the file names."""
    found: dict[int, list[FulfilmentOrder]] = {}
    named = parts.filter(order__number__in={_number(line) for line in lines})
    for part in named.select_related("order", "merchant").order_by("pk"):
        found.setdefault(part.order.number, []).append(part)
    return found


def _wanted(line: Line, known: dict[int, list[FulfilmentOrder]]) -> Handover | Refusal:
    number, shop = _number(line), line.cell("shop").casefold()
    if not number:
        return Refusal("order", _("Write the order’s number, such as É-20418."))
    meant = known.get(number, [])
    if len(meant) > 1:
        meant = [part for part in meant if part.merchant.name.casefold() == shop]
        if not meant:
            return Refusal("shop", _("Several of your shops have a part of it: name one."))
    if not meant:
        return Refusal("order", _("No order of your shop has this number."))
    tracking = line.digits("tracking_number")
    if ROUNDED.fullmatch(tracking):
        return Refusal(
            "tracking_number",
            _("The spreadsheet has rounded it. Make the column one of text, and write it again."),
        )
    return Handover(meant[0], line.cell("carrier"), tracking)
