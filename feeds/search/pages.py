"""Pages of what was found.

A page's cursor names the newest match of the part that it is in, by its public id, and how many of
that part were shown: `relevance.MOST` matches are weighed together, and then the next older ones.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple
from uuid import UUID

from django.db.models import Model

from feeds.search.relevance import MOST
from feeds.timelines import Reader, UnknownCursor
from shopping import matches
from shopping.matches import Source

CURSOR = re.compile(r"(?P<anchor>[0-9a-f-]{36})\.(?P<shown>[0-9]{1,3})")


class Cursor(NamedTuple):
    """`anchor` is the public id of the newest match of a part, of which so many were `shown`."""

    anchor: UUID
    shown: int

    @classmethod
    def of(cls, text: str) -> Cursor:
        """From an address. Raises timelines.UnknownCursor."""
        written = CURSOR.fullmatch(text)
        if written is None:
            raise UnknownCursor
        try:
            return cls(UUID(written["anchor"]), int(written["shown"]))
        except ValueError:
            raise UnknownCursor from None

    def __str__(self) -> str:
        return f"{self.anchor}.{self.shown}"


class Page(NamedTuple):
    """Ids, the best first; `next` is the cursor of the page behind, "" at the end."""

    ids: list[int]
    next: str


NOTHING = Page([], "")


def page(
    source: Source,
    sought: str,
    *,
    rank: Callable[[list[int]], list[int]],
    model: type[Model],
    reader: Reader,
    cursor: Cursor | None,
    size: int,
) -> Page:
    """At most `size` matches of the tsquery `sought` in `source`, rows of `model`, as `rank` orders them.

    Raises UnknownCursor.
    """
    if not sought:
        return NOTHING
    manager = model._default_manager
    highest = None
    if cursor is not None:
        highest = manager.filter(public_id=cursor.anchor).values_list("pk", flat=True).first()
        if highest is None:
            raise UnknownCursor
    parameters = {"viewer": reader.viewer}
    found = matches.newest(source, sought, limit=MOST + 1, highest=highest, parameters=parameters)
    start = cursor.shown if cursor else 0
    end = start + size
    weighed = rank(found[:MOST])
    anchor = None
    if end < len(weighed):
        anchor = found[0]
    elif len(found) > MOST:
        anchor, end = found[MOST], 0
    if anchor is None:
        return Page(weighed[start:], "")
    public_id = manager.values_list("public_id", flat=True).get(pk=anchor)
    return Page(weighed[start : start + size], str(Cursor(public_id, end)))
