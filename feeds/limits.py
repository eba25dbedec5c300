"""How often one person may follow, post, edit, like, report, search and bring pictures: far more than people
do, far less than machines.

Counted in Redis: without it, nobody is refused.
"""

from __future__ import annotations

from django.conf import settings
from django.utils.translation import ngettext

from accounts.models import User
from shopping import limits
from shopping.limits import Limit

MINUTE = 60
HOUR = 60 * MINUTE

FOLLOWS = Limit("follows", 200, HOUR)
POSTS = Limit("posts", 60, HOUR)
EDITS = Limit("edits", 60, HOUR)
LIKES = Limit("likes", 1000, HOUR)
# Each is read by a person.
REPORTS = Limit("reports", 30, HOUR)
# Drawing a large picture anew keeps a web process busy for a second.
PICTURES = Limit("pictures", 60, 10 * MINUTE)
# No other page costs the database as much. Signed out they are counted by address, which may be a
# whole school's.
SEARCHES = Limit("searches", 300, 10 * MINUTE)
# Whoever writes a post searches products with every few letters.
PRODUCT_SEARCHES = Limit("product-searches", 600, 10 * MINUTE)
SEARCHES_OF_ADDRESS = Limit("searches-address", 600, 10 * MINUTE)
# A page tells every ten seconds at most what was seen on it.
VIEWS_OF_ADDRESS = Limit("views-address", 1200, 10 * MINUTE)


class TooOften(Exception):
    """That was a lot in a short time: it may be tried again after `seconds`; `message` says so to whoever
    tried."""

    def __init__(self, seconds: int) -> None:
        super().__init__(seconds)
        self.seconds = seconds

    @property
    def minutes(self) -> int:
        return -(-self.seconds // MINUTE)

    @property
    def message(self) -> str:
        text = ngettext(
            "That was a lot in a short time. Wait %(minutes)d minute, then try again.",
            "That was a lot in a short time. Wait %(minutes)d minutes, then try again.",
            self.minutes,
        )
        return text % {"minutes": self.minutes}


def count(limit: Limit, user: User) -> None:
    """Count one more of `user`. Raises TooOften where it is one too many."""
    _count(limit, str(user.pk))


def count_search(user: User | None, *, address: str) -> None:
    """Count one more search of `user`, or of whoever is signed out at `address`. Raises TooOften."""
    if user is not None:
        count(SEARCHES, user)
    else:
        _count(SEARCHES_OF_ADDRESS, address)


def count_views(address: str) -> None:
    """Count one more call that tells what was seen at `address`. Raises TooOften."""
    _count(VIEWS_OF_ADDRESS, address)


def _count(limit: Limit, who: str) -> None:
    seconds = limits.count(limit, who) if settings.LIMIT_VISITORS else 0
    if seconds:
        raise TooOften(seconds)
