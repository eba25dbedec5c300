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


def wait(limit: Limit, who: str) -> int:
    """Count one more time for `who`; the seconds they have to wait, 0 where they need not.

    One more is never refused because of those that were refused: the window ends when it ends.
    """
    window, into = divmod(time.time(), limit.seconds)
    name = hashlib.sha256(who.encode()).hexdigest()
    key = f"limit:{limit.name}:{int(window)}:{name}"
    try:
        cache.add(key, 0, timeout=limit.seconds)
        count = cache.incr(key)
    except ValueError:  # It ended between the two.
        return 0
    except RedisError as error:
        logger.warning("%s is not limited: %s", limit.name, type(error).__name__)
        return 0
    return 0 if count <= limit.most else int(limit.seconds - into) + 1


def first_in(seconds: int, name: str) -> bool:
    """Whether nobody else has asked this of `name` in the last `seconds`; True without Redis."""
    try:
        return cache.add(f"first:{name}", 1, timeout=seconds)
    except RedisError as error:
        logger.warning("%s is not limited: %s", name, type(error).__name__)
        return True


def address_of(request: HttpRequest) -> str:
    """Where a request comes from, as the sign-in counts it: of IPv6 its network of 64 bits."""
    address: str = ratelimit.get_ip(request)
    return address
