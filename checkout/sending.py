"""How transfers and their reversals are sent to Stripe: by one worker at a time, as often as it takes.

Stripe keeps the answer to a key, a refusal as well, so that after a refusal the next try needs
another key. That is safe only if no call under the old one can still be on its way: hence the
claim, which lets nobody ask before the longest call is over.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TypeVar

from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce, Now
from django.utils import timezone

from checkout import gateway
from checkout.models import Payment, Transfer, TransferReversal
from shopping import waits

Sent = TypeVar("Sent", Transfer, TransferReversal)

# What Stripe has refused so often, for more than a day by then, will not change within the hour.
OFTEN = 30
RARELY = timedelta(days=1)
CALL_TIME = timedelta(seconds=gateway.LONGEST_CALL_SECONDS)


def claim(rows: QuerySet[Sent], key: int) -> bool:
    """Whether this worker is the one to ask Stripe now: no call of another may be on its way."""
    now = timezone.now()
    idle = Q(attempted_at=None) | Q(attempted_at__lte=now - CALL_TIME)
    free = rows.filter(idle, pk=key, status="requested")
    return bool(free.update(attempted_at=now, next_attempt_at=now + waits.CHECK_EVERY))


def wake(rows: QuerySet[Sent]) -> None:
    """Those of `rows` that wait are due as soon as no call can be on its way any more.

    In the caller's transaction; locks them, the newest first, as whoever takes money back does.
    """
    waiting = rows.filter(status="requested").order_by("-pk").select_for_update(no_key=True)
    keys = list(waiting.values_list("pk", flat=True))
    rows.filter(pk__in=keys).update(next_attempt_at=free_at())


def free_at() -> Coalesce:
    """When no call for a row can be on its way any more, for an UPDATE."""
    return Coalesce(F("attempted_at") + CALL_TIME, Now())


def wait(rows: QuerySet[Sent], key: int, *, why: str) -> None:
    """Stripe need not be asked yet; `why` is for checkout.transfer_words.

    Whatever it waits for wakes it; the time is for when the waking was lost.
    """
    rows.filter(pk=key, status="requested").update(
        failure=why, next_attempt_at=timezone.now() + waits.LONGEST
    )


def refuse(rows: QuerySet[Sent], row: Sent, *, why: str) -> None:
    """Stripe said no to `row`: the next try waits twice as long, and has another key.

    No longer than an hour, and a day once it was refused often: whatever wakes it comes first.
    """
    longest = RARELY if row.attempts >= OFTEN else waits.LONGEST
    again = waits.doubled(waits.CHECK_EVERY, attempts=row.attempts, longest=longest)
    rows.filter(pk=row.pk, status="requested", attempts=row.attempts).update(
        attempts=row.attempts + 1,
        failure=(why or "refused")[:60],
        next_attempt_at=timezone.now() + again,
    )


def key_of(kind: str, row: Sent) -> str:
    """The idempotency key of the next try; the same until Stripe has refused it."""
    tries = f"-{row.attempts}" if row.attempts else ""
    return f"{kind}-{row.public_id}{tries}"


def is_old(row: Transfer | TransferReversal | Payment) -> bool:
    """Whether Stripe may have forgotten the row's key, so that one must look before asking."""
    return timezone.now() >= row.created_at + waits.KEY_LASTS
