"""Which posts a page shows, read in two statements and paged by key."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection
from django.utils import timezone

from accounts.models import User
from catalogue.models import Product
from catalogue.offers import Offer, offers
from feeds.models import Post
from feeds.visibility import seen

PAGE = 20


class UnknownCursor(LookupError):
    """A page was asked for behind a post that never was."""


@dataclass(frozen=True)
class Reader:
    """Who looks: `user` (None signed out), where they want delivery, and which day it is."""

    user: User | None
    country: str
    now: datetime


class Entry(NamedTuple):
    """One post as a page shows it: a plain hashable value, complete without further reads."""

    public_id: UUID
    author_id: int
    handle: str
    name: str
    is_shop: bool
    avatar: str  # name in the media storage, "" without one
    body: str
    language: str
    like_count: int
    reply_count: int
    created_at: datetime
    liked: bool
    mentioned: tuple[str, ...]  # lower-case handles that exist
    offers: tuple[Offer, ...]


@dataclass(frozen=True)
class Timeline:
    """A page of posts; `next` is the cursor of the page after it, None at the end."""

    entries: tuple[Entry, ...]
    next: UUID | None


@dataclass(frozen=True)
class Posts:
    """A choice of posts: a condition on `p`, a row of feeds_post, with its parameters."""

    condition: str
    parameters: dict[str, Any] = field(default_factory=dict)
    newest_first: bool = True
    deleted_too: bool = False
    muted_too: bool = False


def market() -> Posts:
    """Everybody's posts."""
    return Posts("p.reply_to_id IS NULL")


def following(user: User) -> Posts:
    """Posts of those whom `user` follows, and their own."""
    condition = """p.reply_to_id IS NULL AND (p.author_id = %(me)s OR p.author_id IN (
        SELECT followed_id FROM feeds_follow WHERE follower_id = %(me)s))"""
    return Posts(condition, {"me": user.pk})


def by_author(author: User) -> Posts:
    return Posts("p.reply_to_id IS NULL AND p.author_id = %(author)s", {"author": author.pk})


def by_tag(name: str) -> Posts:
    """Posts that name the hashtag (lower case, without #), replies too."""
    condition = """p.id IN (SELECT n.post_id FROM feeds_post_hashtags n
        JOIN feeds_hashtag h ON h.id = n.hashtag_id WHERE h.name = %(tag)s)"""
    return Posts(condition, {"tag": name})


def about(product: Product) -> Posts:
    """Posts that carry `product`."""
    condition = "p.id IN (SELECT post_id FROM feeds_productcard WHERE product_id = %(product)s)"
    return Posts(condition, {"product": product.pk})


def replies(post: Post) -> Posts:
    """What people answered, the oldest first."""
    return Posts("p.reply_to_id = %(subject)s", {"subject": post.pk}, newest_first=False)


# Written by hand, with all that a page needs in one statement, because it runs for each page of
# the feed: composing the same from querysets costs ten times what PostgreSQL takes to answer.
# The order is that of the indexes post_timeline and post_by_author.
PAGE_OF_POSTS = """
WITH page AS (
    SELECT p.* FROM feeds_post p WHERE {condition}
    ORDER BY p.created_at {direction}, p.id {direction} LIMIT %(limit)s
)
SELECT page.public_id, page.author_id, u.handle, u.display_name, u.kind = 'shop', u.avatar,
       page.body, page.language, page.like_count, page.reply_count, page.created_at,
       EXISTS (SELECT FROM feeds_like l WHERE l.post_id = page.id AND l.user_id = %(viewer)s),
       ARRAY(SELECT lower(them.handle) FROM feeds_mention m
             JOIN accounts_user them ON them.id = m.user_id
             WHERE m.post_id = page.id AND page.body LIKE '%%@%%' ORDER BY m.id),
       ARRAY(SELECT c.product_id FROM feeds_productcard c
             WHERE c.post_id = page.id ORDER BY c.position)
FROM page JOIN accounts_user u ON u.id = page.author_id
ORDER BY page.created_at {direction}, page.id {direction}
"""
VISIBLE = "p.deleted_at IS NULL AND p.hidden_at IS NULL"
BEYOND = """ AND (p.created_at, p.id) {sign}
    (SELECT created_at, id FROM feeds_post WHERE public_id = %(cursor)s)"""


def _rows(
    posts: Posts, *, viewer: int | None, cursor: UUID | None, limit: int
) -> list[tuple[Any, ...]]:
    visible = "TRUE" if posts.deleted_too else VISIBLE
    condition = f"{visible} AND {seen('p', muted_too=posts.muted_too)} AND {posts.condition}"
    if cursor is not None:
        condition += BEYOND.format(sign="<" if posts.newest_first else ">")
    statement = PAGE_OF_POSTS.format(
        condition=condition, direction="DESC" if posts.newest_first else "ASC"
    )
    parameters = {**posts.parameters, "viewer": viewer, "cursor": cursor, "limit": limit}
    with connection.cursor() as database:
        database.execute(statement, parameters)
        return list(database.fetchall())


def read(posts: Posts, *, reader: Reader, before: UUID | None = None, size: int = PAGE) -> Timeline:
    """One page of `posts`, at most `size`, behind the post `before`.

    Two statements, however long the page: the posts, and the offers on their cards; what is no
    longer on sale is left out. Raises UnknownCursor.
    """
    viewer = reader.user.pk if reader.user else None
    rows = _rows(posts, viewer=viewer, cursor=before, limit=size + 1)
    if before is not None and not rows and not Post.objects.filter(public_id=before).exists():
        raise UnknownCursor
    more = len(rows) > size
    rows = rows[:size]
    carried = [number for row in rows for number in row[-1]]
    found = offers(carried, country=reader.country, now=reader.now)
    entries = tuple(
        Entry._make(
            (
                *row[:-2],
                tuple(row[-2]),
                tuple(found[number] for number in row[-1] if number in found),
            )
        )
        for row in rows
    )
    return Timeline(entries, entries[-1].public_id if more else None)


def one(post: Post, *, reader: Reader) -> Entry:
    """A single post as a page shows it, deleted or not."""
    only = Posts("p.id = %(subject)s", {"subject": post.pk}, deleted_too=True, muted_too=True)
    return read(only, reader=reader).entries[0]


def reader_of(user: User | None, *, country: str) -> Reader:
    """The reader of a page being made now."""
    return Reader(user, country, timezone.now())
