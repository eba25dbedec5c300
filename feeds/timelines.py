# ruff: noqa: S608 - statements are made of texts of our own, never of input
"""Which posts a page shows, read in two statements and paged by key."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils import timezone

from accounts.models import User
from catalogue.models import Product
from catalogue.offers import offers
from feeds.entries import Entry, columns, entry
from feeds.models import Post
from feeds.visibility import seen, there
from shopping.paging import UnknownCursor

PAGE = 20
# Following looks through so many of everybody's newest posts, at most, before it asks author by
# author.
WINDOW = 3000


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


# Sources: common tables that end in `page`, at most `limit` rows of feeds_post in order.
# The order is that of the indexes post_timeline and post_by_author.
BY_TIME = """
page AS (
    SELECT p.* FROM feeds_post p WHERE {condition} AND {span}
    ORDER BY p.created_at {direction}, p.id {direction} LIMIT %(limit)s
)"""
OLDER = "(p.created_at, p.id) < ((SELECT created_at FROM edge), (SELECT id FROM edge))"
# Neither part grows with the number of posts. First the newest posts of everybody, as many as one
# follows people, and of those the ones of whom one follows; then, if that fills no page, author by
# author. Only those whose newest posts are the newest of all can be on this page.
FOLLOWED = f"""
whom AS MATERIALIZED (
    SELECT followed_id AS id FROM feeds_follow WHERE follower_id = %(viewer)s
    UNION ALL SELECT %(viewer)s
),
recent AS MATERIALIZED (
    SELECT * FROM (
        SELECT p.* FROM feeds_post p
        WHERE p.reply_to_id IS NULL AND {there("p")} AND {{span}}
        ORDER BY p.created_at DESC, p.id DESC LIMIT {WINDOW}
    ) newest ORDER BY created_at DESC, id DESC LIMIT (SELECT count(*) FROM whom)
),
edge AS MATERIALIZED (SELECT created_at, id FROM recent ORDER BY created_at, id LIMIT 1),
near AS MATERIALIZED (
    SELECT p.* FROM recent p
    WHERE (p.author_id = %(viewer)s OR (SELECT true FROM feeds_follow f
           WHERE f.follower_id = %(viewer)s AND f.followed_id = p.author_id)) AND {{condition}}
    ORDER BY p.created_at DESC, p.id DESC LIMIT %(limit)s
),
authors AS MATERIALIZED (
    SELECT whom.id FROM whom CROSS JOIN LATERAL (
        SELECT p.created_at, p.id FROM feeds_post p
        WHERE p.author_id = whom.id AND {{condition}} AND {{span}} AND {OLDER}
        ORDER BY p.created_at DESC, p.id DESC LIMIT 1
    ) newest
    WHERE (SELECT count(*) FROM near) < %(limit)s
    ORDER BY newest.created_at DESC, newest.id DESC LIMIT %(limit)s
),
page AS (
    SELECT * FROM near UNION ALL
    SELECT theirs.* FROM authors CROSS JOIN LATERAL (
        SELECT p.* FROM feeds_post p
        WHERE p.author_id = authors.id AND {{condition}} AND {{span}} AND {OLDER}
        ORDER BY p.created_at DESC, p.id DESC LIMIT %(limit)s
    ) theirs
    ORDER BY created_at DESC, id DESC LIMIT %(limit)s
)"""
# In the order of %(these)s, an array of their ids.
NAMED = """
page AS (
    SELECT p.* FROM feeds_post p WHERE p.id = ANY(%(these)s::bigint[]) AND {condition} AND {span}
    LIMIT %(limit)s
)"""
# The original of a repost is met as any other post; written so that it is never read in bulk.
ORIGINAL = f"""(p.repost_of_id IS NULL OR (
    SELECT {there("o")} AND {seen("o")}
    FROM feeds_post o WHERE o.id = p.repost_of_id))"""
BEHIND = """(p.created_at, p.id) {sign}
    (SELECT created_at, id FROM feeds_post WHERE public_id = %(cursor)s)"""
BETWEEN = "p.created_at > %(since)s AND p.created_at <= %(until)s"


def _met(*, muted_too: bool) -> str:
    """The condition on `p` that the reader meets it."""
    return f"{there('p')} AND {seen('p', muted_too=muted_too)} AND {ORIGINAL}"


# What pages are made of comes in few forms, and putting a statement together takes as long as
# reading a row of it.
@lru_cache(maxsize=256)
def _page(
    source: str, condition: str, span: str, direction: str, *, deleted_too: bool, muted_too: bool
) -> str:
    met = _met(muted_too=muted_too)
    return source.format(
        condition=condition if deleted_too else f"{met} AND {condition}",
        direction=direction,
        span=span,
    )


@dataclass(frozen=True)
class Posts:
    """A choice of posts: a condition on `p`, a row of feeds_post, with its parameters.

    `deleted_too`: what the reader may not see stands there as a gap. `muted_too`: what the
    reader asked for although they muted its author.
    """

    condition: str
    parameters: dict[str, Any] = field(default_factory=dict)
    newest_first: bool = True
    deleted_too: bool = False
    muted_too: bool = False
    source: str = BY_TIME

    def page(self, span: str) -> str:
        """The common tables up to `page`; `span` is a further condition on `p`."""
        return _page(
            self.source,
            self.condition,
            span,
            "DESC" if self.newest_first else "ASC",
            deleted_too=self.deleted_too,
            muted_too=self.muted_too,
        )

    @property
    def order(self) -> str:
        if self.source is NAMED:
            return "array_position(%(these)s::bigint[], page.id)"
        direction = "DESC" if self.newest_first else "ASC"
        return f"page.created_at {direction}, page.id {direction}"


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
    """Posts that name the hashtag (lower case, without #), replies too."""
    condition = """p.id IN (SELECT n.post_id FROM feeds_post_hashtags n
        JOIN feeds_hashtag h ON h.id = n.hashtag_id WHERE h.name = %(tag)s)"""
    return Posts(condition, {"tag": name})


def about(product: Product) -> Posts:
    """Posts that carry `product`."""
    condition = "p.id IN (SELECT post_id FROM feeds_productcard WHERE product_id = %(product)s)"
    return Posts(condition, {"product": product.pk})


# Written by hand, with all that a page needs in one statement, because it runs for each page of
# the feed: composing the same from querysets costs ten times what PostgreSQL takes to answer.
def _rows(
    posts: Posts, span: str = "TRUE", *, reader: Reader, limit: int, **parameters: Any
) -> list[tuple[Any, ...]]:
    statement = f"""WITH {posts.page(span)} {columns(muted_too=posts.muted_too)}
        ORDER BY {posts.order}"""
    parameters |= posts.parameters | {"viewer": reader.viewer, "limit": limit}
    with connection.cursor() as database:
        database.execute(statement, parameters)
        return list(database.fetchall())


def _entries(rows: Sequence[tuple[Any, ...]], *, reader: Reader) -> tuple[Entry, ...]:
    """What `rows` show, each post once: where several brought it, the first of them."""
    carried = [number for row in rows for number in row[-1]]
    found = offers(carried, country=reader.country, now=reader.now)
    shown: dict[UUID, Entry] = {}
    for row in rows:
        made = entry(row, viewer=reader.viewer, now=reader.now, offers=found)
        shown.setdefault(made.public_id, made)
    return tuple(shown.values())


def read(posts: Posts, *, reader: Reader, before: UUID | None = None, size: int = PAGE) -> Timeline:
    """One page of `posts`, at most `size`, behind the row `before`.

    Two statements, however long the page: the posts, and the offers on their cards; what is no
    longer on sale is left out. Raises UnknownCursor.
    """
    span = "TRUE" if before is None else BEHIND.format(sign="<" if posts.newest_first else ">")
    rows = _rows(posts, span, reader=reader, limit=size + 1, cursor=before)
    if before is not None and not rows and not Post.objects.filter(public_id=before).exists():
        raise UnknownCursor
    shown = rows[:size]
    return Timeline(_entries(shown, reader=reader), shown[-1][0] if len(rows) > size else None)


def these(ids: Iterable[int], *, reader: Reader, muted_too: bool = False) -> tuple[Entry, ...]:
    """The posts with these internal ids, in their order, in two statements.

    What is deleted or hidden or of somebody whom the reader never meets is left out.
    """
    wanted = list(ids)
    named = Posts("TRUE", {"these": wanted}, muted_too=muted_too, source=NAMED)
    return _entries(_rows(named, reader=reader, limit=len(wanted)), reader=reader)


def newer(
    posts: Posts, *, reader: Reader, since: datetime, until: datetime, most: int
) -> tuple[Entry, ...]:
    """What came to `posts` after `since` and not after `until`, the newest first, at most `most`."""
    rows = _rows(posts, BETWEEN, reader=reader, limit=most, since=since, until=until)
    return _entries(rows, reader=reader)


def count_newer(
    posts: Posts, *, reader: Reader, since: datetime, until: datetime, most: int
) -> int:
    """How many rows `newer` would show, in one statement that stops counting at `most`."""
    statement = f"WITH {posts.page(BETWEEN)} SELECT count(*) FROM page"
    parameters = {"viewer": reader.viewer, "limit": most, "since": since, "until": until}
    with connection.cursor() as database:
        database.execute(statement, posts.parameters | parameters)
        (count,) = database.fetchone()
    return int(count)


def count(posts: Posts, *, reader: Reader, most: int) -> int:
    """How many of `posts` the reader meets, counted up to `most`."""
    condition = f"{_met(muted_too=posts.muted_too)} AND {posts.condition}"
    statement = f"""SELECT count(*) FROM (
        SELECT FROM feeds_post p WHERE {condition} LIMIT %(limit)s) counted"""
    with connection.cursor() as database:
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
