# ruff: noqa: S608 - statements are made of texts of our own, never of input
"""A post as a page shows it, and how it is read: values that a rendered page can be kept under."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

from django.core.files.storage import default_storage

from catalogue.offers import Offer
from feeds.models.posts import Post, may_be_edited
from feeds.visibility import seen_of_circle
from shopping import replicas, rows

STATE = """CASE WHEN {p}.deleted_at IS NOT NULL THEN 'deleted'
    WHEN {p}.hidden_at IS NOT NULL OR NOT {seen} THEN 'unseen' ELSE '' END"""
NORMAL = 1280  # the widest file, in pixels, for browsers that choose none themselves


class Picture(NamedTuple):
    """A picture of a post; `width` and `height` are those of the widest file, in pixels."""

    files: tuple[tuple[int, str], ...]  # width and name in the media storage, narrowest first
    width: int
    height: int
    alt: str

    @classmethod
    def of(cls, files: dict[str, str], width: int, height: int, alt: str) -> Picture:
        """From the columns of a PostImage."""
        by_width = sorted((int(size), name) for size, name in files.items())
        return cls(tuple(by_width), width, height, alt)

    @property
    def src(self) -> str:
        fitting = [name for width, name in self.files if width <= NORMAL]
        return default_storage.url(fitting[-1] if fitting else self.files[0][1])

    @property
    def small(self) -> str:
        return default_storage.url(self.files[0][1])

    @property
    def srcset(self) -> str:
        return ", ".join(f"{default_storage.url(name)} {width}w" for width, name in self.files)

    @property
    def whole(self) -> str:
        return default_storage.url(self.files[-1][1])


class Reposter(NamedTuple):
    """Who brought a post to a timeline."""

    handle: str
    name: str


class Quoted(NamedTuple):
    """The post that a post quotes; of one that is `gone` nothing but that."""

    public_id: UUID
    gone: str  # "deleted", "unseen" (hidden, or of somebody whom the reader never meets), or ""
    handle: str = ""
    name: str = ""
    body: str = ""
    language: str = ""
    paid_partnership: bool = False
    picture: Picture | None = None


class Entry(NamedTuple):
    """One post as a page shows it: a plain hashable value, complete without further reads."""

    row: UUID  # the repost where there is one, else the post: what pages are continued behind
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
    repost_count: int  # with quotes
    created_at: datetime
    edited_at: datetime | None
    paid_partnership: bool
    gone: str  # as in Quoted; such posts hold threads together and are read nowhere else
    answers: UUID | None  # the post that it replies to
    liked: bool
    reposted: bool
    bookmarked: bool
    mine: bool
    editable: bool  # by whoever reads it, at present
    reposted_by: Reposter | None
    quoted: Quoted | None
    images: tuple[Picture, ...]
    mentioned: tuple[str, ...]  # lower-case handles that exist and the reader meets
    offers: tuple[Offer, ...]

    def __hash__(self) -> int:
        """By what differs between most of them: a hash of all that a post says costs more than to
        compare it with the few that this does not tell apart."""
        marks = (self.liked, self.reposted, self.bookmarked)
        left = tuple([offer.available for offer in self.offers])
        return hash((self.row, self.like_count, self.reply_count, self.repost_count, marks, left))

    @property
    def edited(self) -> bool:
        return self.edited_at is not None

    @property
    def as_quoted(self) -> Quoted:
        """What it is in a post that quotes it."""
        if self.gone:
            return Quoted(self.public_id, self.gone)
        first = self.images[0] if self.images else None
        return Quoted(
            self.public_id,
            "",
            self.handle,
            self.name,
            self.body,
            self.language,
            self.paid_partnership,
            first,
        )


# Which versions of the rows a post says what it says by: PostgreSQL writes whatever changes to another
# place (`ctid`), and beside it by whom (`xmin`).
VERSION = "(" + ", ".join(f"{row}.xmin, {row}.ctid" for row in ("o", "u", "q", "them")) + ")::text"
# What of a post is for one reader, from a common table `page` of rows of feeds_post (a repost shows its
# original, `o`), and the version of the rest.
MARKS = f"""
SELECT o.id, {VERSION}, CASE WHEN page.id <> o.id THEN page.public_id END, {{state}},
       EXISTS (SELECT FROM feeds_like l WHERE l.post_id = o.id AND l.user_id = %(viewer)s),
       EXISTS (SELECT FROM feeds_post r WHERE r.repost_of_id = o.id
               AND r.author_id = %(viewer)s AND r.deleted_at IS NULL),
       EXISTS (SELECT FROM feeds_bookmark b WHERE b.post_id = o.id AND b.user_id = %(viewer)s),
       reposter.handle, reposter.display_name,
       {STATE.format(p="q", seen=seen_of_circle("q"))},
       ARRAY(SELECT lower(named.handle) FROM feeds_mention m
             JOIN accounts_user named ON named.id = m.user_id
             WHERE m.post_id = o.id AND o.body LIKE '%%@%%'
               AND {seen_of_circle("m", field="user_id")}
             ORDER BY m.id)
FROM page JOIN feeds_post o ON o.id = COALESCE(page.repost_of_id, page.id)
JOIN accounts_user u ON u.id = o.author_id
LEFT JOIN accounts_user reposter
    ON reposter.id = page.author_id AND page.repost_of_id IS NOT NULL
LEFT JOIN feeds_post q ON q.id = o.quote_of_id
LEFT JOIN accounts_user them ON them.id = q.author_id
"""
PICTURES = """(SELECT jsonb_agg(jsonb_build_array(i.files, i.width, i.height, i.alt)
        ORDER BY i.position) FROM feeds_postimage i WHERE i.post_id = {of})"""
# The rest, which is the same for everybody, of the posts %(these)s. What else it reads (pictures,
# cards) changes with the post's own row alone.
FACTS = f"""
SELECT o.id, {VERSION},
       o.public_id, o.author_id, u.handle, u.display_name, u.kind = 'shop', u.avatar,
       o.body, o.language, o.like_count, o.reply_count, o.repost_count + o.quote_count,
       o.created_at, o.edited_at, o.paid_partnership, up.public_id,
       q.public_id, them.handle, them.display_name, q.body, q.language, q.paid_partnership,
       {PICTURES.format(of="q.id AND i.position = 0")}, {PICTURES.format(of="o.id")},
       ARRAY(SELECT c.product_id FROM feeds_productcard c
             WHERE c.post_id = o.id ORDER BY c.position)
FROM feeds_post o JOIN accounts_user u ON u.id = o.author_id
LEFT JOIN feeds_post up ON up.id = o.reply_to_id
LEFT JOIN feeds_post q ON q.id = o.quote_of_id
LEFT JOIN accounts_user them ON them.id = q.author_id
WHERE o.id = ANY(%s::bigint[])
"""
# Posts whose facts a process keeps, some 2 kB each.
KEPT = 8192


class Marks(NamedTuple):
    """What a row of a page says of a post for its reader; `version` is that of its facts."""

    post_id: int
    version: str
    row: UUID | None  # the repost that brought it
    gone: str
    liked: bool
    reposted: bool
    bookmarked: bool
    reposter: str | None  # handle
    reposter_name: str | None
    quoted_gone: str
    mentioned: list[str]


class Facts(NamedTuple):
    """What a post says to everybody, as Entry has it; `products` are the ids of its cards' products.

    Of `quoted` this holds all that there is; what the reader may not see of it, Marks say.
    """

    version: str
    public_id: UUID
    author_id: int
    author: tuple[Any, ...]  # handle, name, is_shop, avatar
    words: tuple[str, str]  # body, language
    figures: tuple[int, int, int]  # likes, replies, reposts with quotes
    created_at: datetime
    edited_at: datetime | None
    paid_partnership: bool
    answers: UUID | None
    quoted: Quoted | None
    images: tuple[Picture, ...]
    products: tuple[int, ...]


_kept: dict[int, Facts] = {}


@lru_cache(maxsize=2)
def marks(*, muted_too: bool) -> str:
    """The statement's part that reads Marks from `page`, behind the common table CIRCLE.

    `muted_too`: posts of muted people are shown, because they were asked for.
    """
    seen = seen_of_circle("o", muted_too=muted_too)
    return MARKS.format(state=STATE.format(p="o", seen=seen))


def facts_of(found: Sequence[Marks]) -> dict[int, Facts]:
    """The facts of these posts by their ids: those that are kept, and, by one statement, those that
    were never read or have changed."""
    known = {mark.post_id: _kept.get(mark.post_id) for mark in found}
    wanted = [
        mark.post_id
        for mark in found
        if (kept := known[mark.post_id]) is None or kept.version != mark.version
    ]
    if wanted:
        for post_id, *columns in rows.run(FACTS, [wanted], on=replicas.connection()):
            known[post_id] = _keep(post_id, _facts(columns))
    return {post_id: facts for post_id, facts in known.items() if facts is not None}


def _keep(post_id: int, facts: Facts) -> Facts:
    while len(_kept) >= KEPT:
        _kept.pop(next(iter(_kept)), None)
    _kept[post_id] = facts
    return facts


def _facts(columns: Sequence[Any]) -> Facts:
    version, public_id, author_id, *rest = columns
    return Facts._make(
        (
            version,
            public_id,
            author_id,
            tuple(rest[:4]),
            tuple(rest[4:6]),
            tuple(rest[6:9]),
            *rest[9:13],
            _quoted(rest[13:20]),
            _pictures(rest[20]),
            tuple(rest[21]),
        )
    )


def pictures_of(post: Post) -> list[Picture]:
    """The pictures of one post, in their order."""
    images = post.images.all()
    return [Picture.of(each.files, each.width, each.height, each.alt) for each in images]


def _pictures(text: str | None) -> tuple[Picture, ...]:
    return tuple(Picture.of(*columns) for columns in json.loads(text)) if text else ()


def _quoted(columns: Sequence[Any]) -> Quoted | None:
    public_id, handle, name, body, language, paid_partnership, pictures = columns
    if public_id is None:
        return None
    first = _pictures(pictures)
    picture = first[0] if first else None
    return Quoted(public_id, "", handle, name, body, language, paid_partnership, picture)


def entry(
    mark: Marks, facts: Facts, *, viewer: int | None, now: datetime, offers: dict[int, Offer]
) -> Entry:
    """The Entry of a row for `viewer`."""
    mine = facts.author_id == viewer
    quoted = facts.quoted
    if quoted and mark.quoted_gone:
        quoted = Quoted(quoted.public_id, mark.quoted_gone)
    return Entry._make(
        (
            mark.row or facts.public_id,
            facts.public_id,
            facts.author_id,
            *facts.author,
            *(("", "") if mark.gone else facts.words),
            *facts.figures,
            facts.created_at,
            facts.edited_at,
            facts.paid_partnership,
            mark.gone,
            facts.answers,
            mark.liked,
            mark.reposted,
            mark.bookmarked,
            mine,
            mine and may_be_edited(facts.created_at, now=now),
            Reposter(mark.reposter, mark.reposter_name or "") if mark.reposter else None,
            quoted,
            facts.images,
            tuple(mark.mentioned),
            tuple(offers[number] for number in facts.products if number in offers),
        )
    )
