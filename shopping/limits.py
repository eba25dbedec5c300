"""How often one visitor may do what costs others something: counted in Redis, by windows of time.

A count that cannot be kept refuses nobody: a shop without Redis still sells.
"""

from __future__ import annotations

import hashlib
import logging
import time
from dataclasses import dataclass

from allauth.core.internal import ratelimit
from django.core.cache import cache
from django.http import HttpRequest
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `most` times in a window of `seconds`, for each who is counted; `name` is unique."""

    name: str
    most: int
    seconds: int


def count(limit: Limit, who: str) -> int:
    """Count one more time for `who`; the seconds they have to wait, 0 where they need not.

    Being refused does not prolong it: the window ends when it ends.
    """
    often, ends_in = times(limit, who)
    return ends_in if often > limit.most else 0


def times(limit: Limit, who: str) -> tuple[int, int]:
    """Count one more time for `who`: how often it was in this window, and the seconds until it ends.

    0 times where it could not be counted.
    """
    (often,), ends_in = times_each((limit, who))
    return often, ends_in


def times_each(*counted: tuple[Limit, str]) -> tuple[list[int], int]:
    """The same for several at once, and the seconds until the first one's window ends; one round trip.

    Where it was too often for one, those behind it are not counted: 0 times.
    """
    windows = [_window(limit, who) for limit, who in counted]
    asked = [
        (key, limit.most, limit.seconds)
        for (limit, _who), (key, _ends_in) in zip(counted, windows, strict=True)
    ]
    try:
        often = cache.count(asked)  # type: ignore[attr-defined]
    except RedisError as error:
        often = [_unknown(counted[0][0].name, error)]
    return often + [0] * (len(counted) - len(often)), windows[0][1]


def wait(limit: Limit, who: str) -> int:
    """The seconds that `who` has to wait, who may not do it once more; counts nothing."""
    key, ends_in = _window(limit, who)
    try:
        times = cache.get(key, 0)
    except RedisError as error:
        return _unknown(limit.name, error)
    return ends_in if times >= limit.most else 0


def is_first(kind: str, name: str, *, seconds: int) -> bool:
    """Whether nobody has asked this `kind` of thing of `name` in the last `seconds`.

    True without Redis.
    """
    try:
        return cache.add(f"first:{kind}:{_hidden(name)}", 1, timeout=seconds)
    except RedisError as error:
        return not _unknown(kind, error)


def address_of(request: HttpRequest) -> str:
    """Where a request comes from, as the sign-in counts it: of IPv6 its network of 64 bits."""
    address: str = ratelimit.get_ip(request)
    return address


def _window(limit: Limit, who: str) -> tuple[str, int]:
    """The key of the present window's count, and the seconds until it ends."""
    number, into = divmod(int(time.time()), limit.seconds)
    return f"limit:{limit.name}:{number}:{_hidden(who)}", limit.seconds - into


def _hidden(name: str) -> str:
    """Redis need not know who somebody is."""
    return hashlib.sha256(name.encode()).hexdigest()


def _unknown(name: str, error: RedisError) -> int:
    logger.warning("%s is not limited: %s", name, type(error).__name__)
    return 0
