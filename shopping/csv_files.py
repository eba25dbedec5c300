"""CSV files as we write them: one place for what a spreadsheet would take for a formula.

UTF-8 with a byte order mark, which Excel needs to read É; commas, CRLF (RFC 4180).
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from django.http import StreamingHttpResponse

MARK = "\ufeff"
# What a spreadsheet takes for a formula at the beginning of a cell.
FORMULAS = ("=", "+", "-", "@", "\t", "\r", "\n")
# How many lines leave together: each piece of an answer costs the server the same.
TOGETHER = 200


def escaped(text: str) -> str:
    """A cell of words, which no spreadsheet takes for a formula; `unescaped` gives `text` back.

    An apostrophe goes before it. A text that looks as if it had one already gets another.
    """
    return f"'{text}" if text.startswith(FORMULAS) or _looks_escaped(text) else text


def unescaped(text: str) -> str:
    """What `escaped` made `text` of; any text that it would not have made stays as it is."""
    return text[1:] if _looks_escaped(text) else text


def _looks_escaped(text: str) -> bool:
    return text.startswith("'") and text[1:].startswith((*FORMULAS, "'"))


class _Line:
    """Gives back each line that a writer of CSV would write."""

    def write(self, text: str) -> str:
        return text


def lines(rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """The lines of a file with `rows`, the first of which names the columns.

    A `str` is words and escaped; whatever else (a number, a Decimal, None for an empty cell) is
    written as it is. One row is in memory at a time.
    """
    written = csv.writer(_Line()).writerow
    mark = MARK
    for row in rows:
        yield mark + written([escaped(each) if isinstance(each, str) else each for each in row])
        mark = ""


def download(rows: Iterable[Sequence[object]], *, name: str) -> StreamingHttpResponse:
    """`rows` as a file to keep, called `name` (plain ASCII), written while it is read."""
    written = lines(rows)
    together = iter(lambda: "".join(islice(written, TOGETHER)), "")
    named = {"Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingHttpResponse(together, content_type="text/csv; charset=utf-8", headers=named)
