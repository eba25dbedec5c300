# ruff: noqa: S608 - statements are made of texts of our own, never of input
"""A post as a page shows it, and how it is read: values that a rendered page can be kept under."""

from __future__ import annotations

import json
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

from django.core.files.storage import default_storage

from catalogue.offers import Offer
from feeds.models.posts import Post, may_be_edited
from feeds.visibility import seen

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


# From a common table `page` of rows of feeds_post: a repost shows its original, `o`.
COLUMNS = f"""
SELECT page.public_id, o.public_id, o.author_id, u.handle, u.display_name, u.kind = 'shop',
       u.avatar, o.body, o.language, o.like_count, o.reply_count, o.repost_count + o.quote_count,
       o.created_at, o.edited_at, o.paid_partnership, {{state}}, up.public_id,
       EXISTS (SELECT FROM feeds_like l WHERE l.post_id = o.id AND l.user_id = %(viewer)s),
       EXISTS (SELECT FROM feeds_post r WHERE r.repost_of_id = o.id
               AND r.author_id = %(viewer)s AND r.deleted_at IS NULL),
       EXISTS (SELECT FROM feeds_bookmark b WHERE b.post_id = o.id AND b.user_id = %(viewer)s),
       reposter.handle, reposter.display_name,
       q.public_id, {STATE.format(p="q", seen=seen("q"))}, them.handle, them.display_name,
       q.body, q.language, q.paid_partnership, {{q_picture}}, {{pictures}},
       ARRAY(SELECT lower(named.handle) FROM feeds_mention m
             JOIN accounts_user named ON named.id = m.user_id
             WHERE m.post_id = o.id AND o.body LIKE '%%@%%' AND {seen("m", field="user_id")}
             ORDER BY m.id),
       ARRAY(SELECT c.product_id FROM feeds_productcard c
             WHERE c.post_id = o.id ORDER BY c.position)
FROM page JOIN feeds_post o ON o.id = COALESCE(page.repost_of_id, page.id)
JOIN accounts_user u ON u.id = o.author_id
LEFT JOIN accounts_user reposter
    ON reposter.id = page.author_id AND page.repost_of_id IS NOT NULL
LEFT JOIN feeds_post up ON up.id = o.reply_to_id
LEFT JOIN feeds_post q ON q.id = o.quote_of_id
LEFT JOIN accounts_user them ON them.id = q.author_id
"""
PICTURES = """(SELECT jsonb_agg(jsonb_build_array(i.files, i.width, i.height, i.alt)
        ORDER BY i.position) FROM feeds_postimage i WHERE i.post_id = {of})"""


@lru_cache(maxsize=2)
def columns(*, muted_too: bool) -> str:
    """The statement's part that reads Entries from `page`; the row's last column are product ids.

    `muted_too`: posts of muted people are shown, because they were asked for.
    """
    return COLUMNS.format(
        state=STATE.format(p="o", seen=seen("o", muted_too=muted_too)),
        q_picture=PICTURES.format(of="q.id AND i.position = 0"),
        pictures=PICTURES.format(of="o.id"),
    )


def pictures_of(post: Post) -> list[Picture]:
    """The pictures of one post, in their order."""
    images = post.images.all()
    return [Picture.of(each.files, each.width, each.height, each.alt) for each in images]


def _pictures(text: str | None) -> tuple[Picture, ...]:
    return tuple(Picture.of(*columns) for columns in json.loads(text)) if text else ()


def _quoted(columns: tuple[Any, ...]) -> Quoted | None:
    public_id, gone, handle, name, body, language, paid_partnership, pictures = columns
    if public_id is None:
        return None
    if gone:
        return Quoted(public_id, gone)
    first = _pictures(pictures)
    picture = first[0] if first else None
    return Quoted(public_id, "", handle, name, body, language, paid_partnership, picture)


def entry(
    row: tuple[Any, ...], *, viewer: int | None, now: datetime, offers: dict[int, Offer]
) -> Entry:
    """The Entry of a row of `columns`."""
    handle, name = row[20:22]
    mine = row[2] == viewer
    return Entry._make(
        (
            *row[:7],
            *(("", "") if row[15] else row[7:9]),
            *row[9:20],
            mine,
            mine and may_be_edited(row[12], now=now),
            Reposter(handle, name) if handle else None,
            _quoted(row[22:30]),
            _pictures(row[30]),
            tuple(row[31]),
            tuple(offers[number] for number in row[32] if number in offers),
        )
    )
