"""Who may have Stripe Tax asked just now: each question costs money, and holds a thread of the web.

Anybody who changes a postcode asks a new question, so that visitors are counted; and however slow
Stripe is, most threads go on serving what needs no tax.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore

from checkout import limits
from checkout.limits import Visitor

# Of a process; the web has eight threads (Procfile).
AT_ONCE = 4
# Seconds: an answer takes a part of that.
LONGEST_WAIT = 0.5

_free = BoundedSemaphore(AT_ONCE)


class Busy(Exception):
    """As many calls as may be are under way."""


@contextmanager
def one(visitor: Visitor | None) -> Iterator[None]:
    """Around one call to Stripe; counts it for `visitor`, or for nobody where no page asks.

    Raises TooOften, and Busy where no call has ended for half a second.
    """
    if visitor is not None:
        limits.count(limits.TAXES, visitor)
    if not _free.acquire(timeout=LONGEST_WAIT):
        raise Busy
    try:
        yield
    finally:
        _free.release()
