# ruff: noqa: S608 - the text is made of texts of our own, never of input
"""The posts that Market ranks: so many at the most, however many there are.

The newest, the newest that carry products, and of each topic the newest: all by index. A process
reads them once in MARKET_POOL_SECONDS, and asks for each page what was posted since, which it reads
once; what has gone in between is left out where pages are read.
"""

from __future__ import annotations

import math
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, NamedTuple
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from catalogue.sale import ON_SALE
from feeds.visibility import there
from feeds.vocabulary import TOPICS
from shopping import replicas, rows

NEWEST = 1000
NEWEST_WITH_PRODUCTS = 1000
NEWEST_OF_TOPIC = 60
NEWER = 200
FRESH_HOURS = 24.0  # after which freshness is worth half
# Answers to each of somebody's posts, likes and all, at which they count as fully popular.
POPULAR = 100.0
FRESHNESS, POPULARITY, PRODUCT = 3.0, 1.0, 0.5
SOLD_OUT = -0.5


class Candidate(NamedTuple):
    """A post with the terms of its rank that are the same for everybody."""

    post_id: int
    public_id: UUID
    author_id: int
    topics: tuple[str, ...]
    freshness: float
    popularity: float
    product: float

    @property
    def base(self) -> float:
        return self.freshness + self.popularity + self.product


@dataclass(frozen=True)
class Pool:
    """`candidates` by what they are worth to everybody, their `bases`; `by_topic` their places in it.

    `newest` is the highest id of a post that was there, `complete` whether nothing was left out.
    """

    candidates: tuple[Candidate, ...]
    bases: tuple[float, ...]
    by_topic: dict[str, list[int]]
    at: datetime
    newest: int
    complete: bool
    made: float = field(default_factory=time.monotonic)

    @cached_property
    def last(self) -> UUID | None:
        """The newest of them."""
        newest = max(self.candidates, key=lambda each: each.post_id, default=None)
        return newest.public_id if newest else None


# Of the variants on a post's cards that are on sale: 2 where one is left, 1 where none is.
PRODUCTS = f"""
COALESCE((
    SELECT max(CASE WHEN s.on_hand > s.reserved THEN 2 ELSE 1 END)
    FROM feeds_productcard c
    JOIN catalogue_product p ON p.id = c.product_id
    JOIN catalogue_merchant m ON m.id = p.merchant_id
    JOIN catalogue_variant v ON v.product_id = p.id
    JOIN catalogue_stockitem s ON s.variant_id = v.id
    WHERE c.post_id = post.id AND {ON_SALE}), 0)
"""
CANDIDATES = f"""
SELECT post.id, post.public_id, post.author_id, post.created_at,
       post.like_count + post.reply_count + post.repost_count + post.quote_count,
       ARRAY(SELECT t.topic FROM feeds_posttopic t WHERE t.post_id = post.id ORDER BY t.id),
       {PRODUCTS}
FROM feeds_post post
WHERE post.id IN ({{which}}) AND {there("post")}
  AND post.reply_to_id IS NULL AND post.repost_of_id IS NULL
"""
ALL = f"""
    (SELECT p.id FROM feeds_post p WHERE {there("p")} AND p.reply_to_id IS NULL
     ORDER BY p.created_at DESC, p.id DESC LIMIT {NEWEST})
    UNION (SELECT post_id FROM feeds_productcard ORDER BY post_id DESC LIMIT {NEWEST_WITH_PRODUCTS})
    UNION (SELECT of_topic.post_id FROM unnest(%(topics)s::text[]) AS wanted (topic), LATERAL (
        SELECT post_id FROM feeds_posttopic t WHERE t.topic = wanted.topic
        ORDER BY post_id DESC LIMIT {NEWEST_OF_TOPIC}) of_topic)
"""
# Two statements, for mostly there are none: PostgreSQL would plan the whole anew for each page, in
# fifty times the time of asking this.
SINCE = f"SELECT ARRAY(SELECT id FROM feeds_post WHERE id > %s ORDER BY id DESC LIMIT {NEWER})"
# Along with it the version of what shows a reader's interests: see `interests`.
SINCE_FOR = f"{SINCE}, (SELECT (xmin, ctid)::text FROM feeds_interestprofile WHERE user_id = %s)"
THESE = "SELECT unnest(%(these)s::bigint[])"
_kept: list[Pool] = []
# A pool that is kept, the posts (ids) that came since, and both together.
_joined: list[tuple[Pool, list[int], Pool]] = []


def _rows(which: str, parameters: dict[str, Any]) -> list[tuple[Any, ...]]:
    statement = CANDIDATES.format(which=which)
    return rows.run_named(statement, parameters, on=replicas.connection())


def _candidates(posts: Sequence[tuple[Any, ...]], *, now: datetime) -> list[Candidate]:
    answers: defaultdict[int, list[int]] = defaultdict(list)
    for row in posts:
        answers[row[2]].append(row[4])
    popularity = {
        author: POPULARITY * min(1.0, math.log1p(sum(each) / len(each)) / math.log1p(POPULAR))
        for author, each in answers.items()
    }
    found = []
    for post_id, public_id, author_id, created_at, _answers, topics, products in posts:
        hours = max(0.0, (now - created_at).total_seconds() / 3600)
        found.append(
            Candidate(
                post_id,
                public_id,
                author_id,
                tuple(topics),
                FRESHNESS * 0.5 ** (hours / FRESH_HOURS),
                popularity[author_id],
                (0.0, SOLD_OUT, PRODUCT)[products],
            )
        )
    return found


def _pool(candidates: list[Candidate], *, now: datetime, newest: int, complete: bool) -> Pool:
    candidates.sort(key=lambda each: (each.base, each.post_id), reverse=True)
    by_topic: defaultdict[str, list[int]] = defaultdict(list)
    for place, candidate in enumerate(candidates):
        for topic in candidate.topics:
            by_topic[topic].append(place)
    bases = tuple(each.base for each in candidates)
    return Pool(tuple(candidates), bases, dict(by_topic), now, newest, complete)


def _read() -> Pool:
    now = timezone.now()
    found = _rows(ALL, {"topics": [topic.slug for topic in TOPICS]})
    newest = max((row[0] for row in found), default=0)
    complete = len(found) < NEWEST
    return _pool(_candidates(found, now=now), now=now, newest=newest, complete=complete)


def present() -> Pool:
    """The posts to rank now: the same object as long as they are the same. One statement that asks
    what is newer than the pool that is kept, and one that reads it, once."""
    kept = _good()
    if kept is None:
        return _renewed()
    [(newer,)] = rows.run(SINCE, [kept.newest], on=replicas.connection())
    return _with(kept, newer)


def present_for(user_id: int) -> tuple[Pool, str | None]:
    """The same, with the version of what shows the interests of `user_id`: None while nothing does."""
    kept = _good() or _renewed()
    [(newer, version)] = rows.run(SINCE_FOR, [kept.newest, user_id], on=replicas.connection())
    return _with(kept, newer), version


def _good() -> Pool | None:
    """The pool that is kept, None where its time is over."""
    kept = _kept[0] if _kept else None
    over = kept is None or time.monotonic() - kept.made >= settings.MARKET_POOL_SECONDS
    return None if over else kept


def _renewed() -> Pool:
    _kept[:] = [kept := _read()]
    return kept


def _with(kept: Pool, newer: list[int]) -> Pool:
    """`kept` with the posts `newer`, which are read once."""
    if not newer:
        return kept
    for before, those, both in _joined:
        if before is kept and those == newer:
            return both
    both = _join(kept, newer)
    _joined[:] = [(kept, newer, both)]
    return both


def _join(kept: Pool, newer: list[int]) -> Pool:
    fresh = _rows(THESE, {"these": newer})
    # As fresh as can be at the moment that the others were weighed at.
    both = [*_candidates(fresh, now=kept.at), *kept.candidates]
    return _pool(both, now=timezone.now(), newest=kept.newest, complete=kept.complete)
