"""By how many people the posts that show products are seen, a day (UTC).

Nobody is kept: Redis holds, for a post and a day, a sketch (HyperLogLog) of visitors' digests that
no key is kept for longer than the day's. Counts are exact to about one in a hundred, and what Redis
loses of a day is lost.
"""

from __future__ import annotations

import hashlib
import logging
import secrets
from collections.abc import Collection, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import cast
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet, Sum
from django.utils import timezone
from redis import Redis
from redis.exceptions import RedisError, ResponseError

from catalogue.models import Merchant
from feeds.models import PostViews, ProductCard
from feeds.models.posts import there_at
from shopping import rows

logger = logging.getLogger(__name__)

# Posts that one call may name: more than anybody sees in a few seconds.
MOST = 50
# A day's sketches outlast it for as long as a worker may be late to write it down.
KEPT = timedelta(hours=26)
BATCH = 500
PREFIX = "etal:views"
CHANGED, WRITING = f"{PREFIX}:changed", f"{PREFIX}:writing"
# What was counted never goes down, though Redis may have begun anew.
WRITE = """
INSERT INTO feeds_postviews (post_id, merchant_id, day, count)
SELECT post.id, counted.merchant, counted.day, counted.times
FROM unnest(%s::bigint[], %s::bigint[], %s::date[], %s::int[]) AS counted(post, merchant, day, times)
JOIN feeds_post post ON post.id = counted.post
ON CONFLICT (merchant_id, day, post_id)
DO UPDATE SET count = greatest(feeds_postviews.count, excluded.count)
"""


def note(public_ids: Sequence[UUID], *, visitor: str) -> int:
    """`visitor`, whom any text may stand for, has seen these posts; how many of them count.

    Those count that are there and show products. One statement, and two calls of Redis, without
    which nothing is counted.
    """
    shown = ProductCard.objects.filter(there_at("post__"), post__public_id__in=public_ids[:MOST])
    found = set(shown.values_list("post_id", "product__merchant_id"))
    if not found:
        return 0
    day = timezone.now().date()
    try:
        digest = _digest(day, visitor)
        # At once, so that nothing is kept that has no end.
        with _redis().pipeline(transaction=True) as pipeline:
            for post, merchant in found:
                name = f"{day}:{merchant}:{post}"
                pipeline.pfadd(f"{PREFIX}:{name}", digest)
                pipeline.expireat(f"{PREFIX}:{name}", _end(day))
                pipeline.sadd(CHANGED, name)
            pipeline.execute()
    except RedisError as error:
        logger.warning("views of posts are not counted: %s", type(error).__name__)
        return 0
    return len({post for post, _merchant in found})


def write() -> int:
    """Write down what was counted since the last time; how many rows.

    What a crash leaves half done is done again by the next call: the same count twice is one.
    """
    redis = _redis()
    written = 0
    if not redis.exists(WRITING):
        try:
            redis.rename(CHANGED, WRITING)
        except ResponseError:  # Nobody has seen anything.
            return 0
    for names in _batches(redis):
        with redis.pipeline(transaction=False) as pipeline:
            for name in names:
                pipeline.pfcount(f"{PREFIX}:{name}")
            counts = pipeline.execute()
        days, merchants, posts = zip(*(name.split(":") for name in names), strict=True)
        keys = [[int(key) for key in each] for each in (posts, merchants)]
        rows.run(WRITE, [*keys, [date.fromisoformat(each) for each in days], counts])
        written += len(names)
    redis.delete(WRITING)
    return written


def total(merchant: Merchant, first: date, last: date) -> int:
    """Views of all posts that showed the merchant's products."""
    return _seen(merchant, first, last).aggregate(times=Sum("count"))["times"] or 0


def most_seen(merchant: Merchant, first: date, last: date, *, most: int) -> dict[int, int]:
    """Views of the posts that were seen most, the first first, by their keys; `most` at most."""
    seen = _seen(merchant, first, last).values_list("post_id").annotate(times=Sum("count"))
    return dict(seen.order_by("-times", "post_id")[:most])


def of_posts(merchant: Merchant, first: date, last: date, posts: Collection[int]) -> dict[int, int]:
    """Views of those of `posts` (keys) that were seen, by their keys."""
    seen = _seen(merchant, first, last).filter(post__in=posts)
    return dict(seen.values_list("post_id").annotate(times=Sum("count")).order_by())


def _seen(merchant: Merchant, first: date, last: date) -> QuerySet[PostViews]:
    """A visitor of several days is counted on each."""
    return PostViews.objects.filter(merchant=merchant, day__range=(first, last))


def _batches(redis: Redis) -> Iterator[list[str]]:
    names: set[str] = set()
    for name in redis.sscan_iter(WRITING, count=BATCH):
        names.add(cast(bytes, name).decode())
        if len(names) == BATCH:
            yield sorted(names)
            names = set()
    if names:
        yield sorted(names)


def _digest(day: date, visitor: str) -> str:
    """Of the day alone: its salt is nowhere but in Redis, and not for long."""
    redis, key = _redis(), f"{PREFIX}:salt:{day}"
    redis.set(key, secrets.token_hex(16), nx=True, exat=_end(day))
    salt = cast(bytes, redis.get(key)) or b""
    return hashlib.sha256(salt + visitor.encode()).hexdigest()


def _end(day: date) -> datetime:
    """When nothing is kept of a day any more."""
    return datetime.combine(day, time.max, tzinfo=UTC) + KEPT


@cache
def _redis() -> Redis:
    return Redis.from_url(settings.REDIS_URL, socket_connect_timeout=0.5, socket_timeout=1.0)
