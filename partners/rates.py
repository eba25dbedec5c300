"""How much one caller may ask, as the RateLimit headers tell them.

https://datatracker.ietf.org/doc/draft-ietf-httpapi-ratelimit-headers/
"""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext as _

from partners.problems import Problem
from shopping import limits
from shopping.limits import Limit

SECONDS = 60


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


def spend(principal: str) -> Left:
    """Count one call. Raises Problem 429 where it is one too many; nothing was done then."""
    limit = Limit("api", settings.API_CALLS_A_MINUTE, SECONDS)
    times, ends_in = limits.times(limit, principal)
    left = Left(limit.most, max(limit.most - times, 0), ends_in)
    if times > limit.most:
        raise Problem(
            429,
            "too_many_requests",
            _("More than %(most)d calls in a minute; wait %(seconds)d seconds.")
            % {"most": limit.most, "seconds": ends_in},
            headers={"Retry-After": str(ends_in), **left.headers()},
        )
    return left
