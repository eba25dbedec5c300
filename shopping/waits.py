"""How long work that a worker does waits: for its hint, for an answer, and after it has failed."""

from __future__ import annotations

from datetime import timedelta

# The hint comes first; the sweep only if it was lost.
HINT_TIME = timedelta(seconds=10)
# What we have no answer about is asked for again after this long.
CHECK_EVERY = timedelta(seconds=60)
# Stripe keeps a key for a day at the least. After that the same call would do the same a second time.
KEY_LASTS = timedelta(hours=12)
LONGEST = timedelta(hours=1)
# More of them than any wait needs, and none that a timedelta could not hold.
DOUBLINGS = 20


def doubled(first: timedelta, *, attempts: int, longest: timedelta = LONGEST) -> timedelta:
    """The wait after so many `attempts` that failed before: `first`, twice as long after each, and no
    longer than `longest`. Whether to give up is the caller's to say."""
    return min(first * (1 << min(attempts, DOUBLINGS)), longest)
