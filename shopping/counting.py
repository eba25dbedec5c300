"""The cache in Redis, which also counts."""

from __future__ import annotations

import time

from django.core.cache.backends.redis import RedisCache
from django.utils.functional import cached_property
from redis import Redis


class CountingCache(RedisCache):
    """Django's own, with a count that is one round trip: each call of the API is counted."""

    @cached_property
    def _counter(self) -> Redis:
        client: Redis = self._cache.get_client(write=True)
        return client

    def count(self, key: str, *, timeout: int) -> int:
        """Count once more under `key`; how often that was. A count ends `timeout` seconds after it
        began."""
        made = self.make_and_validate_key(key)
        often = self._counter.incr(made)
        if often == 1:
            self._counter.expire(made, timeout)
        return often

    def enter(self, key: str, member: str, *, most: int, seconds: int) -> bool:
        """Let `member` into the set `key` beside at most `most` - 1 others; False where it is full.

        Who never leaves is taken for gone after `seconds`. One round trip, two where it is full; of two
        who come at once for one place, both may be refused.
        """
        made, now = self.make_and_validate_key(key), time.time()
        with self._counter.pipeline(transaction=False) as pipe:
            pipe.zremrangebyscore(made, 0, now - seconds)
            pipe.zadd(made, {member: now})
            pipe.zcard(made)
            pipe.expire(made, seconds)
            inside = int(pipe.execute()[2])
        if inside > most:
            self._counter.zrem(made, member)
        return inside <= most

    def leave(self, key: str, member: str) -> None:
        """`member` makes room in the set `key`."""
        self._counter.zrem(self.make_and_validate_key(key), member)
