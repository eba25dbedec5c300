"""An attempt to pay: its key at Stripe, how long it may last, and what Stripe has made of it.

docs/adr/0010-payments-of-unknown-outcome.md tells why no shopper is ever charged twice.
"""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

from django.utils import timezone

from checkout import gateway
from checkout.gateway import Charge
from checkout.models import Order, Payment

# A process that has not heard from Stripe by then is dead, or has given up.
GRACE = timedelta(seconds=gateway.LONGEST_CALL_SECONDS)
# Whoever wants to know of an intent that we never heard of looks this far around the attempt.
CLOCK_SKEW = timedelta(minutes=1)
# So far the clocks of our machines may be apart, and Stripe's of ours. What was made in so long a time
# is looked through only before it is said that nothing came of an attempt: Stripe lists everybody's.
CLOCKS_APART = timedelta(minutes=15)
# By then Stripe has long ended whatever it began to do.
SURELY_OVER = timedelta(minutes=5)


class NothingMade(Exception):
    """Stripe has carried out the attempt's call, and there is no intent of it."""


def key_of(payment: Payment) -> str:
    """The idempotency key of the payment's last attempt."""
    return f"payment-{payment.public_id}-{payment.attempt}"


def means_of(
    *, token: str | None = None, granted: str | None = None, saved_card_id: int | None = None
) -> str:
    """What an attempt is made with, in a word; exactly one is given."""
    if granted:
        return f"granted:{granted}"
    return f"token:{token}" if token else f"card:{saved_card_id}"


def hash_of(means: str) -> str:
    """What the payment's row keeps of it (`attempt_hash`)."""
    return hashlib.sha256(means.encode()).hexdigest()


def is_under_way(attempt_hash: str) -> bool:
    """Whether a payment whose last attempt has that hash is still with the shopper or the bank."""
    open_ones = Payment.objects.filter(next_check_at__isnull=False, attempt_hash=attempt_hash)
    unsettled = (Payment.Status.PROCESSING, Payment.Status.REQUIRES_ACTION)
    return bool(attempt_hash) and open_ones.filter(status__in=unsettled).exists()


def ends_by(payment: Payment) -> datetime:
    """When the process of the payment's last attempt has surely ended.

    Where there was an intent already it asks twice: its customer is set before it is confirmed.
    """
    calls = 2 if payment.intent_id else 1
    return (payment.attempted_at or payment.created_at) + calls * GRACE


def look_up(payment: Payment, *, patient: bool) -> gateway.Intent | None:
    """The payment's intent as it is at Stripe; None where there is none, or none yet.

    Where the answer to an attempt was lost, it is looked for among what Stripe has made. If
    nothing is there, the attempt's idempotency key is used up, so that nothing can come any more;
    `patient` leaves that until the attempt's own process has surely ended. Raises NothingMade
    where the key was used long ago and nothing came of it, gateway.Unknown, gateway.Refused.
    """
    if payment.intent_id:
        return gateway.retrieve(payment.intent_id, test=payment.is_test)
    if payment.status != Payment.Status.PROCESSING or payment.attempted_at is None:
        return None
    if patient and timezone.now() < ends_by(payment):
        return None
    found = _find(payment)
    if found:
        return found
    try:
        return gateway.block(_empty(payment), key=key_of(payment))
    except gateway.KeyInUse as error:
        # It has arrived since we looked, or it was refused and we were not told.
        found = _find(payment) or _find(payment, skew=CLOCKS_APART)
        if found:
            return found
        over = timezone.now() > payment.attempted_at + SURELY_OVER
        if over and isinstance(error, gateway.KeySpent):
            raise NothingMade from error
        raise


def _find(payment: Payment, *, skew: timedelta = CLOCK_SKEW) -> gateway.Intent | None:
    started = payment.attempted_at or payment.created_at
    return gateway.find(
        str(payment.public_id),
        since=started - skew,
        until=started + GRACE + skew,
        test=payment.is_test,
    )


def _empty(payment: Payment) -> Charge:
    order = Order.objects.only("public_id").get(pk=payment.order_id)
    return Charge(
        payment_id=str(payment.public_id),
        order_id=str(order.public_id),
        amount=payment.amount,
        currency=payment.currency,
        return_url="",
        test=payment.is_test,
    )
