"""A CSV file as a table: its header, and its rows one at a time. Nothing here knows what they mean."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain
from typing import BinaryIO

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from catalogue.encodings import UnreadableFile, text_lines

DELIMITERS = (",", ";", "\t", "|")
MOST_CHARACTERS = 1_000_000
MOST_COLUMNS = 500


@dataclass(frozen=True, slots=True)
class Row:
    """A row's number as a spreadsheet counts, its cells, and why it could not be read, if so.

    Of a row that could not be read `values` has the text as one cell.
    """

    number: int
    values: list[str]
    problem: str = ""
    readable: bool = True


@dataclass(slots=True)
class Table:
    header: list[str]
    rows: Iterator[Row]


@dataclass(slots=True)
class _Lines:
    """The lines on their way to the reader; what it has taken since `begin` stays to be shown."""

    lines: Iterator[str]
    taken: list[str] = field(default_factory=list)

    def begin(self) -> None:
        self.taken.clear()

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = next(self.lines)
        self.taken.append(line)
        return line


def read(source: BinaryIO, *, most_rows: int | None = None) -> Table:
    """The table in a seekable binary file, read as a stream.

    Columns are separated by commas, semicolons, tabs or vertical bars, as the first row shows.
    Raises UnreadableFile when the file as a whole is no table; so do its rows behind the
    `most_rows`th, empty ones counted and the header not.
    """
    lines = text_lines(source)
    first = next(lines, "")
    if not first.strip():
        raise UnreadableFile(_("The file is empty. Export the products again."))
    csv.field_size_limit(MOST_CHARACTERS)
    taken = _Lines(chain([first], lines))
    reader = csv.reader(taken, strict=True, delimiter=_delimiter(first))
    try:
        header = [name.strip() for name in next(reader)]
    except csv.Error as error:
        raise UnreadableFile(
            _("The first row has to name the columns (%(error)s).") % {"error": error}
        ) from None
    if len(header) > MOST_COLUMNS:
        raise UnreadableFile(_("A file has at most %(most)s columns.") % {"most": MOST_COLUMNS})
    if any("\x00" in name for name in header):
        raise UnreadableFile(_("This is not a text file. Save the products as CSV (UTF-8)."))
    return Table(header, _rows(reader, taken, columns=len(header), most=most_rows))


def _delimiter(line: str) -> str:
    """Which of `DELIMITERS` separates the most names in the header; a comma where none does."""
    return max(DELIMITERS, key=lambda each: (line.count(each), each == ","))


def _rows(
    reader: Iterator[list[str]], taken: _Lines, *, columns: int, most: int | None
) -> Iterator[Row]:
    number, line = 1, len(taken.taken)
    while True:
        number += 1
        taken.begin()
        try:
            values = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            _check(number, most)
            begin, line = line + 1, line + len(taken.taken)
            text = "".join(taken.taken)[:MOST_CHARACTERS]
            yield Row(number, [_plain(text)], _unreadable(begin, line, error), readable=False)
            continue
        _check(number, most)
        line += len(taken.taken)
        if any(value.strip() for value in values):
            yield _row(number, values, columns=columns)


def _check(number: int, most: int | None) -> None:
    if most is not None and number > most + 1:
        message = _("A file has at most %(most)s rows, empty ones counted. Split it into several.")
        raise UnreadableFile(message % {"most": number_format(most, force_grouping=True)})


def _row(number: int, values: list[str], *, columns: int) -> Row:
    if any("\x00" in value for value in values):
        problem = _("A cell holds a NUL character: save the file again as CSV.")
        return Row(number, [_plain(value) for value in values], problem)
    if len(values) > columns:
        problem = _("More cells than columns: put texts with a comma or a quote between quotes.")
        return Row(number, values, problem)
    return Row(number, values)


def _plain(text: str) -> str:
    """`text` without what no database keeps."""
    return text.replace("\x00", "")


def _unreadable(begin: int, end: int, error: csv.Error) -> str:
    return _(
        "Lines %(begin)s to %(end)s cannot be read (%(error)s). Close each quote, and double"
        " the quotes inside a text."
    ) % {"begin": begin, "end": end, "error": error}
