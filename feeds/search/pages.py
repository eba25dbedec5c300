# ruff: noqa: S608 - statements are made of texts of our own, never of input
"""Pages of what was found.

A page's cursor names the newest match of the part that it is in, by its public id, how many of
that part were shown, and which tsquery found them: `relevance.WEIGHED` matches are weighed together, and
then the next older ones.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from feeds.search.relevance import WEIGHED
from feeds.timelines import Reader
from shopping import rows
from shopping.matches import Index, Sought
from shopping.paging import UnknownCursor

Row = tuple[Any, ...]

CURSOR = re.compile(r"(?P<anchor>[0-9a-f-]{36})\.(?P<shown>[0-9]{1,3})\.(?P<way>[01])")


class Cursor(NamedTuple):
    """`anchor` is the public id of the newest match of a part, of which so many were `shown`; they
    were found in the `way` of this number."""

    anchor: UUID
    shown: int
    way: int

    @classmethod
    def of(cls, text: str) -> Cursor:
        """From an address. Raises UnknownCursor."""
        written = CURSOR.fullmatch(text)
        if written is None:
            raise UnknownCursor
        try:
            return cls(UUID(written["anchor"]), int(written["shown"]), int(written["way"]))
        except ValueError:
            raise UnknownCursor from None

    def __str__(self) -> str:
        return f"{self.anchor}.{self.shown}.{self.way}"


class Page(NamedTuple):
    """Ids, the best first; `next` is the cursor of the page behind, "" at the end."""

    ids: list[int]
    next: str


def page(
    index: Index,
    ways: Sequence[str],
    *,
    scored: str,
    rank: Callable[[list[Row]], list[int]],
    reader: Reader,
    cursor: Cursor | None,
    size: int,
    weighed: int = 0,
    **values: Any,
) -> Page:
    """At most `size` matches in `index`, in the order of `rank`. A statement for each way that is gone.

    `ways` are tsqueries, the narrowest first: the first that fills a page is taken for all of them,
    else the last. `scored` is SQL that reads the common table `found` of ids: its rows have the id and
    the public id first, and then what `rank` wants to know, which gives their ids, the best first.
    `weighed` is how many are weighed together, WEIGHED without it. `values` are further named
    parameters. Raises UnknownCursor.
    """
    way = 0 if cursor is None else cursor.way
    if way >= len(ways):
        raise UnknownCursor
    anchor = None if cursor is None else cursor.anchor
    most = weighed or WEIGHED
    values["viewer"] = reader.viewer

    def look() -> list[Row]:
        # One more: the first of the next part.
        wanted = Sought.of(ways[way], limit=most + 1, anchor=anchor)
        return _scored(index, wanted, scored, values)

    found = look()
    while cursor is None and len(found) < size and way + 1 < len(ways):
        way += 1
        found = look()
    if not found and anchor is not None and not _is_there(index, anchor):
        raise UnknownCursor
    start = 0 if cursor is None else cursor.shown
    end = start + size
    best = rank(found[:most])
    following = ""
    if end < len(best):
        following = str(Cursor(found[0][1], end, way))
    elif len(found) > most:
        following = str(Cursor(found[most][1], 0, way))
    return Page(best[start:end], following)


def _scored(index: Index, wanted: Sought, scored: str, values: dict[str, Any]) -> list[Row]:
    """The newest first."""
    if not wanted.words:
        return []
    statement = f"WITH found AS MATERIALIZED ({index.newest(wanted)}) {scored} ORDER BY 1 DESC"
    return rows.run_named(statement, values | wanted.values)


def _is_there(index: Index, anchor: UUID) -> bool:
    return bool(rows.run(f"SELECT true FROM {index.rows} WHERE public_id = %s", [anchor]))
