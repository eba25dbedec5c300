"""How lists are cut into pages: the admin's by number, all others behind a row."""

from __future__ import annotations

from unfold import paginator


class InfinitePaginator(paginator.InfinitePaginator):
    """Pages without COUNT(*); what lies deeper is found by search and filters, not by leafing.

    unfold's templates know such a paginator by the name of its class.
    """

    count = 5_000


class UnknownCursor(LookupError):
    """A page was asked for behind what its list never held."""
