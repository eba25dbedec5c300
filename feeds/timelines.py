# ruff: noqa: S608 - statements are made of texts of our own, never of input
"""Which posts a page shows, read in three statements at the most and paged by key."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.utils import timezone

from accounts.models import User
from catalogue import offers
from catalogue.models import Product
from feeds import sources
from feeds.entries import Entry, Marks, entry, facts_of, marks
from feeds.models import Post
from feeds.sources import FOLLOWED, NAMED, NEWEST_FIRST, TAGGED, Source
from shopping import replicas, rows
from shopping.paging import UnknownCursor

PAGE = 20


@dataclass(frozen=True)
class Reader:
    """Who looks: `user` (None signed out), where they want delivery, and which day it is."""

    user: User | None
    country: str
    now: datetime

    @property
    def viewer(self) -> int | None:
        return self.user.pk if self.user else None


@dataclass(frozen=True)
class Timeline:
    """A page of posts; `next` is the cursor of the page after it, None at the end."""

    entries: tuple[Entry, ...]
    next: UUID | None


BETWEEN = "p.created_at > %(since)s AND p.created_at <= %(until)s"


@dataclass(frozen=True)
class Posts:
    """A choice of posts: a condition on `p`, a row of feeds_post, with its parameters.

    `deleted_too`: what the reader may not see stands there as a gap. `muted_too`: what the
    reader asked for although they muted its author.
    """

    condition: str
    parameters: dict[str, Any] = field(default_factory=dict)
    deleted_too: bool = False
    muted_too: bool = False
    source: Source = NEWEST_FIRST

    def page(self, span: str) -> str:
        """The common tables up to `page`; `span` is a further condition on `p`."""
        return sources.page(
            self.source,
            self.condition,
            span,
            deleted_too=self.deleted_too,
            muted_too=self.muted_too,
        )


def market() -> Posts:
    """Everybody's posts; who reposts adds nothing to them."""
    return Posts("p.reply_to_id IS NULL AND p.repost_of_id IS NULL")


def following(user: User) -> Posts:
    """Posts and reposts of those whom `user`, who has to be the reader, follows, and their own."""
    return Posts("p.reply_to_id IS NULL", source=FOLLOWED)


def by_author(author: User) -> Posts:
    """What `author` posted, to those too who muted them: whoever opens their profile asked for it."""
    condition = "p.reply_to_id IS NULL AND p.author_id = %(author)s"
    return Posts(condition, {"author": author.pk}, muted_too=True)


def all_by(author: User) -> Posts:
    """The same with their replies."""
    return Posts("p.author_id = %(author)s", {"author": author.pk}, muted_too=True)


def liked_by(user: User) -> Posts:
    """Posts and replies that `user` likes, the newest first."""
    condition = "p.id IN (SELECT post_id FROM feeds_like WHERE user_id = %(liker)s)"
    return Posts(condition, {"liker": user.pk})


def by_tag(name: str) -> Posts:
    """Posts that name the hashtag (lower case, without #), replies too, the latest that came first."""
    return Posts("TRUE", {"tag": name}, source=TAGGED)


def about(product: Product) -> Posts:
    """Posts that carry `product`."""
    condition = "p.id IN (SELECT post_id FROM feeds_productcard WHERE product_id = %(product)s)"
    return Posts(condition, {"product": product.pk})


# Written by hand, with all that a page needs in one statement, because it runs for each page of
# the feed: composing the same from querysets costs ten times what PostgreSQL takes to answer. It is
# planned once a connection, which would take longer than answering it.
@lru_cache(maxsize=256)
def _statement(posts: str, order: str, limit: int, *, muted_too: bool) -> str:
    text = f"WITH {posts} {marks(muted_too=muted_too)} ORDER BY {order}"
    # PostgreSQL plans for a page's length only where it knows it; other lengths are many.
    return text.replace("%(limit)s", str(limit)) if limit == PAGE + 1 else text


def _rows(
    posts: Posts, span: str = "TRUE", *, reader: Reader, limit: int, **parameters: Any
) -> list[Marks]:
    statement = _statement(posts.page(span), posts.source.order, limit, muted_too=posts.muted_too)
    parameters |= posts.parameters | {"viewer": reader.viewer, "limit": limit}
    found = rows.run_named(statement, parameters, on=replicas.connection())
    return [Marks._make(row) for row in found]


def _entries(found: Sequence[Marks], *, reader: Reader) -> dict[int, Entry]:
    """What the rows `found` show by the posts' ids, each once: where several brought it, the first."""
    first: dict[int, Marks] = {}
    for mark in found:
        first.setdefault(mark.post_id, mark)
    facts = facts_of(tuple(first.values()))
    carried = [number for post_id in facts for number in facts[post_id].products]
    viewer, now = reader.viewer, reader.now
    known = offers.recent(carried, country=reader.country, now=now)
    return {
        post_id: entry(mark, facts[post_id], viewer=viewer, now=now, offers=known)
        for post_id, mark in first.items()
        if post_id in facts
    }


def read(posts: Posts, *, reader: Reader, before: UUID | None = None, size: int = PAGE) -> Timeline:
    """One page of `posts`, at most `size`, behind the row `before`.

    Three statements at the most, however long the page: the posts, what those say that nobody has read
    here since they changed, and the offers on their cards; what is no
    longer on sale is left out. Raises UnknownCursor.
    """
    span = "TRUE" if before is None else posts.source.behind
    found = _rows(posts, span, reader=reader, limit=size + 1, cursor=before)
    if before is not None and not found and not Post.objects.filter(public_id=before).exists():
        raise UnknownCursor
    shown = found[:size]
    entries = _entries(shown, reader=reader)
    behind = None
    if len(found) > size:
        behind = shown[-1].row or entries[shown[-1].post_id].public_id
    return Timeline(tuple(entries.values()), behind)


def these(ids: Iterable[int], *, reader: Reader, muted_too: bool = False) -> tuple[Entry, ...]:
    """The posts with these internal ids, in their order, in three statements at the most.

    What is deleted or hidden or of somebody whom the reader never meets is left out.
    """
    wanted = list(ids)
    named = Posts("TRUE", {"these": wanted}, muted_too=muted_too, source=NAMED)
    found = _rows(named, reader=reader, limit=len(wanted))
    return tuple(_entries(found, reader=reader).values())


def newer(
    posts: Posts, *, reader: Reader, since: datetime, until: datetime, most: int
) -> tuple[Entry, ...]:
    """What came to `posts` after `since` and not after `until`, the newest first, at most `most`."""
    found = _rows(posts, BETWEEN, reader=reader, limit=most, since=since, until=until)
    return tuple(_entries(found, reader=reader).values())


def count_newer(
    posts: Posts, *, reader: Reader, since: datetime, until: datetime, most: int
) -> int:
    """How many rows `newer` would show, in one statement that stops counting at `most`."""
    statement = f"WITH {posts.page(BETWEEN)} SELECT count(*) FROM page"
    parameters = {"viewer": reader.viewer, "limit": most, "since": since, "until": until}
    with replicas.connection().cursor() as database:
        database.execute(statement, posts.parameters | parameters)
        (count,) = database.fetchone()
    return int(count)


def count(posts: Posts, *, reader: Reader, most: int) -> int:
    """How many of `posts` the reader meets, counted up to `most`."""
    statement = f"WITH {posts.page('TRUE')} SELECT count(*) FROM page"
    with replicas.connection().cursor() as database:
        database.execute(statement, posts.parameters | {"viewer": reader.viewer, "limit": most})
        (number,) = database.fetchone()
    return int(number)


def one(post: Post, *, reader: Reader) -> Entry:
    """A single post as a page shows it, deleted or not."""
    only = Posts("p.id = %(subject)s", {"subject": post.pk}, deleted_too=True, muted_too=True)
    return read(only, reader=reader).entries[0]


def reader_of(user: User | None, *, country: str) -> Reader:
    """The reader of a page being made now."""
    return Reader(user, country, timezone.now())
