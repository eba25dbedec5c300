"""The cache in Redis, which also counts."""

from __future__ import annotations

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
