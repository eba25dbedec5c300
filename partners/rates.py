"""How much one caller may ask, as the RateLimit headers tell them.

https://datatracker.ietf.org/doc/draft-ietf-httpapi-ratelimit-headers/
"""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext as _

from partners.callers import Caller
from partners.problems import Problem
from shopping import limits
from shopping.limits import Limit

SECONDS = 60
# All keys and apps of one owner have together so many times what one of them has: no app that was let
# in can spend all of it.
OF_AN_OWNER = 3


@dataclass(frozen=True, slots=True)
class Left:
    """How many calls are left of `most`, and the seconds until the count begins anew."""

    most: int
    calls: int
    seconds: int

    def headers(self) -> dict[str, str]:
        return {
            "RateLimit-Policy": f'"default";q={self.most};w={SECONDS}',
            "RateLimit": f'"default";r={self.calls};t={self.seconds}',
        }


def spend(caller: Caller) -> Left:
    """Count one call, of the key or app and of its owner. Raises Problem 429 where it is one too many;
    nothing was done then."""
    limit = Limit("api", settings.API_CALLS_A_MINUTE, SECONDS)
    of_all = Limit("api_owner", OF_AN_OWNER * limit.most, SECONDS)
    # What is refused is not counted for the others of the same owner.
    counted = (limit, caller.principal), (of_all, caller.owner)
    (times, all_times), ends_in = limits.times_each(*counted)
    left = Left(limit.most, max(min(limit.most - times, of_all.most - all_times), 0), ends_in)
    if times > limit.most or all_times > of_all.most:
        most = limit.most if times > limit.most else of_all.most
        said = _("More than %(most)d calls in a minute; wait %(seconds)d seconds.")
        said %= {"most": most, "seconds": ends_in}
        raise _too_many(said, ends_in, **left.headers())
    return left


def count(limit: Limit, caller: Caller) -> None:
    """Count what has a limit of its own, once more for the owner of all their keys. Raises Problem 429."""
    wait = limits.count(limit, caller.owner)
    if wait:
        said = _("Too often; wait %(seconds)d seconds.") % {"seconds": wait}
        raise _too_many(said, wait)


def _too_many(said: str, wait: int, **headers: str) -> Problem:
    return Problem(429, "too_many_requests", said, headers={"Retry-After": str(wait), **headers})
