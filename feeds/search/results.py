"""What a search shows: a little of everything, or a page of one kind; and what was meant instead."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace

from accounts.models import User
from catalogue.offers import Offer
from feeds import timelines
from feeds.entries import Entry
from feeds.search import beginnings, hashtags, people, posts, products, spelling
from feeds.search.pages import Cursor
from feeds.timelines import Reader
from shopping.patience import Deadline, TookTooLong
from shopping.queries import Query

LONGEST = 80
# Of all statements of a search together, in milliseconds: far more than they take where all is well.
PATIENCE = 3000
# Of what is left of it, for each kind among all: so that one that is slow leaves time for the others.
SHARE = 0.5
ALL, PRODUCTS, POSTS, PEOPLE, HASHTAGS = KINDS = ("all", "products", "posts", "people", "hashtags")
# Of each kind among all.
SOME_PRODUCTS, SOME_PEOPLE, SOME_HASHTAGS, SOME_POSTS = 6, 3, 8, 10
# Fewer results than these, and another spelling is offered beside them.
FEW = 3


@dataclass(frozen=True)
class Results:
    """`next` is the cursor of the page behind, "" at the end; `more` are the kinds of which there is
    more than is shown here.

    `shown_for` is the spelling that this was found for, where nothing was as typed; `meant` one to
    try, where little was. `cut` are the kinds that were given up because they took too long.
    """

    products: list[Offer] = field(default_factory=list)
    people: list[User] = field(default_factory=list)
    hashtags: list[str] = field(default_factory=list)
    entries: tuple[Entry, ...] = ()
    next: str = ""
    more: frozenset[str] = frozenset()
    shown_for: str = ""
    meant: str = ""
    cut: frozenset[str] = frozenset()

    @property
    def count(self) -> int:
        return len(self.products) + len(self.people) + len(self.hashtags) + len(self.entries)


def kind_of(typed: str, *, asked: str) -> str:
    """The kind that is `asked` for, else the one that what is typed names by its first sign."""
    if asked in KINDS:
        return asked
    return {"#": HASHTAGS, "@": PEOPLE}.get(typed[:1], ALL)


def find(typed: str, *, kind: str, reader: Reader, cursor: Cursor | None = None) -> Results:
    """What `typed` finds of a `kind`, one of KINDS; a page of it, or for ALL some of each.

    It takes PATIENCE at most, outside a transaction. Raises UnknownCursor, and TookTooLong where there
    is nothing to show by then.
    """
    deadline = Deadline.after(PATIENCE)
    found = _find(typed, kind=kind, reader=reader, cursor=cursor, deadline=deadline)
    if cursor is not None or found.count >= FEW or found.cut:
        return found
    with suppress(TookTooLong):
        return _or_meant(found, typed, kind=kind, reader=reader, deadline=deadline)
    return found


def page(
    typed: str, *, kind: str, reader: Reader, size: int, cursor: Cursor | None = None
) -> Results:
    """At most `size` of a `kind`, any but ALL, of just what was `typed`: a program asks for no other
    spelling. Else as `find`."""
    deadline = Deadline.after(PATIENCE)
    with deadline.kept():
        query = beginnings.query(typed.lstrip("#@"), longest=LONGEST)
    with deadline.kept():
        return FINDERS[kind](query, reader, cursor, size)


def _or_meant(
    found: Results, typed: str, *, kind: str, reader: Reader, deadline: Deadline
) -> Results:
    """`found`, or what was meant by `typed`."""
    with deadline.kept():
        meant = spelling.corrected(typed.strip())
    if meant is None:
        return found
    # Only what finds something for this reader: whom they block is not named to them.
    instead = _find(meant, kind=kind, reader=reader, cursor=None, deadline=deadline)
    if not instead.count:
        return found
    return replace(found, meant=meant) if found.count else replace(instead, shown_for=meant)


def _find(
    typed: str, *, kind: str, reader: Reader, cursor: Cursor | None, deadline: Deadline
) -> Results:
    with deadline.kept():
        query = beginnings.query(typed.lstrip("#@"), longest=LONGEST)
    if kind == ALL:
        return _all(query, reader, deadline)
    with deadline.kept():
        return FINDERS[kind](query, reader, cursor, SIZES[kind])


def _products(query: Query, reader: Reader, cursor: Cursor | None, size: int) -> Results:
    offers, following = products.find(query, reader=reader, cursor=cursor, size=size)
    return Results(products=offers, next=following)


def _posts(query: Query, reader: Reader, cursor: Cursor | None, size: int) -> Results:
    entries, following = posts.find(query, reader=reader, cursor=cursor, size=size)
    return Results(entries=entries, next=following)


def _people(query: Query, reader: Reader, cursor: Cursor | None, size: int) -> Results:
    found, following = people.find(query, reader=reader, cursor=cursor, size=size)
    return Results(people=found, next=following)


def _hashtags(query: Query, reader: Reader, cursor: Cursor | None, size: int) -> Results:
    return Results(hashtags=hashtags.find(query, reader=reader, size=size))


def _some_products(query: Query, reader: Reader, found: Results) -> Results:
    offers, more = products.find(query, reader=reader, size=SOME_PRODUCTS)
    return replace(found, products=offers, more=found.more | ({PRODUCTS} if more else set()))


def _some_posts(query: Query, reader: Reader, found: Results) -> Results:
    entries, more = posts.find(query, reader=reader, size=SOME_POSTS)
    return replace(found, entries=entries, more=found.more | ({POSTS} if more else set()))


def _some_people(query: Query, reader: Reader, found: Results) -> Results:
    # Nobody who is only called alike stands between what is as it was typed.
    exactly = bool(found.products or found.entries)
    them, more = people.find(query, reader=reader, size=SOME_PEOPLE, exactly=exactly)
    return replace(found, people=them, more=found.more | ({PEOPLE} if more else set()))


def _some_hashtags(query: Query, reader: Reader, found: Results) -> Results:
    tags = hashtags.find(query, reader=reader, size=SOME_HASHTAGS + 1)
    more = {HASHTAGS} if len(tags) > SOME_HASHTAGS else set()
    return replace(found, hashtags=tags[:SOME_HASHTAGS], more=found.more | more)


def _all(query: Query, reader: Reader, deadline: Deadline) -> Results:
    """Some of each kind; what is too slow is left out and named in `cut`. Raises TookTooLong where
    that leaves nothing."""
    found = Results()
    for kind, some in SOME.items():
        try:
            with deadline.of_what_is_left(SHARE).kept():
                found = some(query, reader, found)
        except TookTooLong:
            found = replace(found, cut=found.cut | {kind})
    if found.cut and not found.count:
        raise TookTooLong
    return found


FINDERS: dict[str, Callable[[Query, Reader, Cursor | None, int], Results]] = {
    PRODUCTS: _products,
    POSTS: _posts,
    PEOPLE: _people,
    HASHTAGS: _hashtags,
}
# Of a page.
SIZES = {
    PRODUCTS: products.PAGE,
    POSTS: timelines.PAGE,
    PEOPLE: people.PAGE,
    HASHTAGS: hashtags.PAGE,
}
# Each adds to what was found before it.
SOME: dict[str, Callable[[Query, Reader, Results], Results]] = {
    PRODUCTS: _some_products,
    POSTS: _some_posts,
    PEOPLE: _some_people,
    HASHTAGS: _some_hashtags,
}
