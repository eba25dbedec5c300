"""Pages of what was found.

A page's cursor names the newest match of the part that it is in, by its public id, how many of
that part were shown, and which tsquery found them: `relevance.WEIGHED` matches are weighed together, and
then the next older ones.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple
from uuid import UUID

from django.db.models import Model

from feeds.search.relevance import WEIGHED
from feeds.timelines import Reader
from shopping import matches
from shopping.matches import Index
from shopping.paging import UnknownCursor

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
    rank: Callable[[str, list[int]], list[int]],
    model: type[Model],
    reader: Reader,
    cursor: Cursor | None,
    size: int,
) -> Page:
    """At most `size` matches in `index`, rows of `model`, as `rank` orders them.

    `ways` are tsqueries, the narrowest first: the first that fills a page is taken for all of them,
    else the last. Raises UnknownCursor.
    """
    manager = model._default_manager
    highest, way, start = None, 0, 0
    if cursor is not None:
        highest = manager.filter(public_id=cursor.anchor).values_list("pk", flat=True).first()
        way, start = cursor.way, cursor.shown
        if highest is None or way >= len(ways):
            raise UnknownCursor
    found = _newest(index, ways[way], highest=highest, reader=reader)
    while cursor is None and len(found) < size and way + 1 < len(ways):
        way += 1
        found = _newest(index, ways[way], highest=None, reader=reader)
    weighed = rank(ways[way], found[:WEIGHED]) if found else []
    end = start + size
    anchor = None
    if end < len(weighed):
        anchor = found[0]
    elif len(found) > WEIGHED:
        anchor, end = found[WEIGHED], 0
    if anchor is None:
        return Page(weighed[start:], "")
    public_id = manager.values_list("public_id", flat=True).get(pk=anchor)
    return Page(weighed[start : start + size], str(Cursor(public_id, end, way)))


def _newest(index: Index, sought: str, *, highest: int | None, reader: Reader) -> list[int]:
    """One more than are weighed together: the first of the next part."""
    if not sought:
        return []
    parameters = {"viewer": reader.viewer}
    return matches.newest(index, sought, limit=WEIGHED + 1, highest=highest, parameters=parameters)
