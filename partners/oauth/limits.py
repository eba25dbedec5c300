"""How often the endpoints may be asked: an app at an address, and an address by itself, for which app it
speaks is a word of its own; fewer times for secrets that are wrong."""

from __future__ import annotations

from django.conf import settings

from shopping import limits
from shopping.limits import Limit

MINUTE = 60
CALLS = Limit("oauth", 600, MINUTE)
OF_ADDRESS = Limit("oauth-address", 1200, MINUTE)
# Wrong secrets. A wrong code or token counts as any call: an app may hold many that people ended.
MISSES = Limit("oauth-misses", 30, MINUTE)
PAGES = Limit("oauth-pages", 60, MINUTE)


def wait(app: str, address: str) -> int:
    """The seconds that `app` has to wait at `address`; counts one call more."""
    if not settings.LIMIT_VISITORS:
        return 0
    return max(
        limits.wait(MISSES, address),
        limits.count(OF_ADDRESS, address),
        limits.count(CALLS, f"{app} {address}"),
    )


def miss(address: str) -> None:
    """Count a secret that was wrong."""
    if settings.LIMIT_VISITORS:
        limits.count(MISSES, address)


def wait_for_page(user_id: int) -> int:
    """The seconds that a person has to wait who opens the page of consent; counts one time more."""
    return limits.count(PAGES, str(user_id)) if settings.LIMIT_VISITORS else 0
