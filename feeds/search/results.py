"""What a search shows: a little of everything, or a page of one kind; and what was meant instead."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from accounts.models import User
from catalogue.offers import Offer
from feeds.entries import Entry
from feeds.search import hashtags, people, posts, products, spelling
from feeds.search.pages import Cursor
from feeds.timelines import Reader
from shopping import patience, queries

LONGEST = 80
# Of one statement of a search, in milliseconds: far more than any takes that is well.
PATIENCE = 2000
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
    try, where little was.
    """

    products: list[Offer] = field(default_factory=list)
    people: list[User] = field(default_factory=list)
    hashtags: list[str] = field(default_factory=list)
    entries: tuple[Entry, ...] = ()
    next: str = ""
    more: frozenset[str] = frozenset()
    shown_for: str = ""
    meant: str = ""

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

    Raises UnknownCursor, and TookTooLong where the database gives it up.
    """
    with patience.at_most(PATIENCE):
        return _or_meant(typed, kind=kind, reader=reader, cursor=cursor)


def _or_meant(typed: str, *, kind: str, reader: Reader, cursor: Cursor | None) -> Results:
    """What `typed` finds, or what was meant by it."""
    found = _find(typed, kind=kind, reader=reader, cursor=cursor)
    if cursor is not None or found.count >= FEW:
        return found
    meant = spelling.corrected(typed.strip())
    if meant is None:
        return found
    # Only what finds something for this reader: whom they block is not named to them.
    instead = _find(meant, kind=kind, reader=reader, cursor=None)
    if not instead.count:
        return found
    return replace(found, meant=meant) if found.count else replace(instead, shown_for=meant)


def _find(typed: str, *, kind: str, reader: Reader, cursor: Cursor | None) -> Results:
    bare = typed.lstrip("#@")
    return FINDERS[kind](bare, reader, cursor)


def _products(typed: str, reader: Reader, cursor: Cursor | None) -> Results:
    query = queries.query(typed, longest=LONGEST)
    offers, following = products.find(query, reader=reader, cursor=cursor)
    return Results(products=offers, next=following)


def _posts(typed: str, reader: Reader, cursor: Cursor | None) -> Results:
    query = queries.query(typed, longest=LONGEST)
    entries, following = posts.find(query, reader=reader, cursor=cursor)
    return Results(entries=entries, next=following)


def _people(typed: str, reader: Reader, cursor: Cursor | None) -> Results:
    found, following = people.find(typed, reader=reader, cursor=cursor)
    return Results(people=found, next=following)


def _hashtags(typed: str, reader: Reader, cursor: Cursor | None) -> Results:
    return Results(hashtags=hashtags.find(typed, reader=reader))


def _all(typed: str, reader: Reader, cursor: Cursor | None) -> Results:
    query = queries.query(typed, longest=LONGEST)
    offers, more_products = products.find(query, reader=reader, size=SOME_PRODUCTS)
    entries, more_posts = posts.find(query, reader=reader, size=SOME_POSTS)
    # Nobody who is only called alike stands between what is as it was typed.
    exactly = bool(offers or entries)
    them, more_people = people.find(typed, reader=reader, size=SOME_PEOPLE, exactly=exactly)
    tags = hashtags.find(typed, reader=reader, size=SOME_HASHTAGS + 1)
    more = {
        PRODUCTS: more_products,
        POSTS: more_posts,
        PEOPLE: more_people,
        HASHTAGS: tags[SOME_HASHTAGS:],
    }
    return Results(
        products=offers,
        people=them,
        hashtags=tags[:SOME_HASHTAGS],
        entries=entries,
        more=frozenset(kind for kind, there in more.items() if there),
    )


FINDERS: dict[str, Callable[[str, Reader, Cursor | None], Results]] = {
    ALL: _all,
    PRODUCTS: _products,
    POSTS: _posts,
    PEOPLE: _people,
    HASHTAGS: _hashtags,
}
