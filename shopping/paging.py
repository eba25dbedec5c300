"""How lists are cut into pages: the admin's by number, all others behind a row."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeVar

from django.db.models import Model, QuerySet
from unfold import paginator

M = TypeVar("M", bound=Model)


class InfinitePaginator(paginator.InfinitePaginator):
    """Pages without COUNT(*); what lies deeper is found by search and filters, not by leafing.

    unfold's templates know such a paginator by the name of its class.
    """

    count = 5_000


class UnknownCursor(LookupError):
    """A page was asked for behind what its list never held."""


def every(rows: QuerySet[M], *, page: int = 1_000) -> Iterator[M]:
    """All of `rows` in the order of their keys, read `page` at a time, each page behind the last.

    Memory stays that of a page, and no cursor has to stay open, so what is slow to be fetched holds
    nothing in the database.
    """
    last = 0
    while found := list(rows.filter(pk__gt=last).order_by("pk")[:page]):
        yield from found
        last = found[-1].pk
        if len(found) < page:
            return
