"""The cache in Redis, which also counts."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

from django.core.cache.backends.redis import RedisCache
from django.utils.functional import cached_property

# Of each key in turn: count it, let its count end in time, and go no further where it is over its most.
COUNT = """
local times = {}
for place, key in ipairs(KEYS) do
    times[place] = redis.call('INCR', key)
    if times[place] == 1 then redis.call('EXPIRE', key, ARGV[2 * place]) end
    if times[place] > tonumber(ARGV[2 * place - 1]) then break end
end
return times
"""


class CountingCache(RedisCache):
    """Django's own, with counts that are one round trip: each call of the API is counted."""

    @cached_property
    def _client(self) -> Any:
        return self._cache.get_client(write=True)

    @cached_property
    def _counter(self) -> Any:
        return self._client.register_script(COUNT)

    def count(self, counted: Sequence[tuple[str, int, int]]) -> list[int]:
        """Count once more under each key; how often that was.

        Each of `counted` is a key, the most that it may reach, and the seconds after which its count
        ends. Where one is beyond its most, those behind it are not counted, and not in the answer.
        """
        keys = [self.make_and_validate_key(key) for key, _most, _seconds in counted]
        told = [figure for _key, most, seconds in counted for figure in (most, seconds)]
        times: list[int] = self._counter(keys=keys, args=told)
        return times

    def enter(self, key: str, member: str, *, most: int, seconds: int) -> bool:
        """Let `member` into the set `key` beside at most `most` - 1 others; False where it is full.

        Who never leaves is taken for gone after `seconds`. One round trip, two where it is full; of two
        who come at once for one place, both may be refused.
        """
        made, now = self.make_and_validate_key(key), time.time()
        with self._client.pipeline(transaction=False) as pipe:
            pipe.zremrangebyscore(made, 0, now - seconds)
            pipe.zadd(made, {member: now})
            pipe.zcard(made)
            pipe.expire(made, seconds)
            inside = int(pipe.execute()[2])
        if inside > most:
            self._client.zrem(made, member)
        return inside <= most

    def leave(self, key: str, member: str) -> None:
        """`member` makes room in the set `key`."""
        self._client.zrem(self.make_and_validate_key(key), member)
