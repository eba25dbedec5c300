"""When a message that was not taken is tried again, and when no more."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from webhooks.transport import Answer

# Seconds to wait after each failed attempt; after the last one we give up, some three days on.
# The schedule is the one the Standard Webhooks specification suggests.
BACKOFF = (5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400)
# Of endpoints with a form of their own: somebody waits there for what becomes of their order.
SOONER = (2, 10, 60, *BACKOFF[1:])
JITTER = 0.1
# Of the 4xx those that may pass by themselves. The others say that the message is at fault, or the
# address, and the same message will be no better in an hour.
PASSING = frozenset({408, 425, 429})
# What a receiver may ask for by Retry-After, at the most.
LONGEST = timedelta(days=1)


def wait(attempts: int, answer: Answer, *, backoff: Sequence[int] = BACKOFF) -> timedelta | None:
    """How long until the next attempt, after `attempts` of which the last got `answer`.

    None where there is none: it was not a failure that passes, or the schedule is used up. Waits
    are spread by a tenth, so that receivers recover in peace; one that asks for more time by
    Retry-After gets it.
    """
    if not passes(answer) or attempts > len(backoff):
        return None
    spread = 1 + random.uniform(-JITTER, JITTER)  # noqa: S311 – no secret
    planned = timedelta(seconds=backoff[attempts - 1] * spread)
    return max(planned, asked_for(answer))


def passes(answer: Answer) -> bool:
    """Whether another attempt may end better: no answer, a redirect, 408, 425, 429, 5xx."""
    code = answer.status_code
    return code is None or not 400 <= code < 500 or code in PASSING


def asked_for(answer: Answer) -> timedelta:
    """What Retry-After of a 429 or 503 asks for (RFC 9110, 10.2.3): seconds, or a date.

    None, a past date and nonsense are no time at all; more than `LONGEST` is that.
    """
    said = answer.retry_after.strip()
    if answer.status_code not in (429, 503) or not said:
        return timedelta()
    if said.isascii() and said.isdigit():
        return min(timedelta(seconds=int(said[:9])), LONGEST)
    try:
        until = parsedate_to_datetime(said)
    except ValueError:
        return timedelta()
    # "-0000" leaves the zone open; the date of a header is in UTC.
    aware = until if until.tzinfo else until.replace(tzinfo=UTC)
    return min(max(aware - datetime.now(UTC), timedelta()), LONGEST)
