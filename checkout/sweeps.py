"""What a worker does with Stripe's events, and with all that a crash has left open.

Each sweep takes the rows that are due, the longest waiting first, and goes on with the next where
one fails. A row gets a later time before Stripe is asked, so that one that cannot be settled yet, or
that its worker dies of, does not keep others from their turn. Where Stripe is slow a sweep stops
early, and the next one goes on. Nothing here runs inside a transaction.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from functools import partial
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from catalogue.models import Merchant
from checkout import (
    cards,
    cart_replies,
    disputes,
    gateway,
    intents,
    payments,
    payout_accounts,
    refunds,
    reversals,
    setups,
    stripe_events,
    tax_transactions,
    transfers,
    unsettled,
)
from checkout.locks import UnknownIntent
from checkout.models import (
    Order,
    Payment,
    Refund,
    ReplacedCard,
    StripeEvent,
    StripeReconciliation,
    TaxTransaction,
    Transfer,
    TransferReversal,
)
from feeds.models import CartReply

log = logging.getLogger(__name__)

BATCH = 100
# A sweep begins no further row after so many seconds. A row may ask Stripe thrice, and a task may
# hold two sweeps; all of it must end well before CELERY_TASK_TIME_LIMIT.
BUDGET_SECONDS = 15
# How long an unpaid order is kept on where Stripe could not be asked, or the bank is still at it.
LONGER = timedelta(seconds=60)
# A payment or an event that failed without a word is looked at again after this long.
AGAIN = timedelta(seconds=30)
# Stripe lists events by second of creation, and may list one a little after a younger one.
OVERLAP = timedelta(minutes=5)
# Stripe lists events for thirty days.
OLDEST = timedelta(days=29)
# So much of Stripe's list is compared at a time: after an outage the rest is left to the next time.
SPAN = timedelta(hours=1)

# How long a turn of older orders is, which are looked through for merchants who were left out.
UNSETTLED_SECONDS = 600


def within_budget(keys: Iterable[int]) -> Iterator[int]:
    """The first of `keys`, and more of them as long as there is time."""
    end = time.monotonic() + BUDGET_SECONDS
    for key in keys:
        yield key
        if time.monotonic() >= end:
            log.warning("a sweep has used up its time")
            return


def process(event_pk: int) -> None:
    """Carry over what one of Stripe's events points at; a repeat changes nothing.

    A failure is kept in the event's row for the sweep; it raises nothing.
    """
    if stripe_events.mark_settled(event_pk):
        return
    event = StripeEvent.objects.filter(pk=event_pk, processed_at=None).first()
    if event is None:
        return
    try:
        _carry_over(event)
    except (
        intents.UnknownPayment,
        UnknownIntent,
        setups.UnknownSetup,
        payout_accounts.NotConnected,
        transfers.UnknownTransfer,
    ):
        stripe_events.mark_processed(event.pk, error="not of this shop")
    except Exception as error:
        if event.test and isinstance(error, gateway.Refused):
            stripe_events.mark_processed(event.pk, error="not in test mode")
            return
        # Whatever it was must not be lost with the broker's message: the sweep tries again.
        log.exception("Stripe event %s is not processed", event.event_id)
        stripe_events.mark_failed(event, error=error)


def _carry_over(event: StripeEvent) -> None:
    """In the mode that the event is of: what is of the other one is not found there."""
    if event.type in stripe_events.REFUND_TYPES:
        refunds.settle(event.object_id, event_pk=event.pk, test=event.test)
    elif event.type in stripe_events.SETUP_TYPES:
        setups.settle(event.object_id, event_pk=event.pk)
    elif event.type in stripe_events.DISPUTE_TYPES:
        disputes.settle(event.object_id, event_pk=event.pk, test=event.test)
    elif event.type in stripe_events.TRANSFER_TYPES:
        transfers.settle(event.object_id, event_pk=event.pk)
    elif event.type in stripe_events.ACCOUNT_TYPES:
        payout_accounts.settle(event.object_id, event_pk=event.pk)
    else:
        intents.apply(gateway.retrieve(event.object_id, test=event.test), event_pk=event.pk)


def stripe_events_due() -> int:
    """Process the events that no hint has brought to a worker. Returns how many it took."""
    due = StripeEvent.objects.filter(processed_at=None, next_attempt_at__lte=timezone.now())
    return _sweep(due, by="next_attempt_at", work=process)


def payments_due(*, test_shop_id: int | None = None) -> int:
    """Settle the payments whose outcome we were not told. Returns how many it took.

    `test_shop_id` names a test space whose payments alone are meant; here and below.
    """
    due = _of(Payment.objects.filter(next_check_at__lte=timezone.now()), "", test_shop_id)
    return _sweep(due, by="next_check_at", work=payments.settle)


def refunds_due(*, test_shop_id: int | None = None) -> int:
    """Send the refunds that Stripe was not asked for, or not surely. Returns how many it took."""
    due = Refund.objects.filter(next_attempt_at__lte=timezone.now())
    due = _of(due, "payment__", test_shop_id)
    return _sweep(due, by="next_attempt_at", work=refunds.send)


def transfers_due() -> int:
    """Send merchants what they were not sent, or not surely. Returns how many it took."""
    due = Transfer.objects.filter(next_attempt_at__lte=timezone.now())
    return _sweep(due, by="next_attempt_at", work=transfers.send)


def reversals_due() -> int:
    """Take back what was not taken back, or not surely. Returns how many it took."""
    due = TransferReversal.objects.filter(next_attempt_at__lte=timezone.now())
    return _sweep(due, by="next_attempt_at", work=reversals.send)


def unsettled_due() -> int:
    """Settle up the orders whose merchants were left out, some of the older ones each time. Returns
    how many it took."""
    taken = 0
    for key in within_budget(unsettled.orders(turn=int(time.time() / UNSETTLED_SECONDS))):
        taken += 1
        try:
            unsettled.settle(key)
        except Exception:
            log.exception("the merchants of order %s are left for later", key)
    return taken


def taxes_due() -> int:
    """Record the taxes that no hint brought to Stripe, or not surely. Returns how many it took."""
    due = TaxTransaction.objects.filter(next_attempt_at__lte=timezone.now())
    return _sweep(due, by="next_attempt_at", work=tax_transactions.send)


def cart_replies_due() -> int:
    """Answer the replies with `#cart` that no hint brought to a worker. Returns how many it took."""
    due = CartReply.objects.filter(due_at__lte=timezone.now())
    return _sweep(due, by="due_at", work=cart_replies.answer)


def cards_due() -> int:
    """Let Stripe forget the cards that were replaced. Returns how many it took."""
    due = ReplacedCard.objects.filter(next_attempt_at__lte=timezone.now())
    return _sweep(due, by="next_attempt_at", work=cards.detach)


def accounts_due() -> int:
    """Ask Stripe how merchants' accounts stand that it may have told us of in vain. Returns how
    many it took."""
    due = Merchant.objects.filter(account_check_at__lte=timezone.now())
    return _sweep(due, by="account_check_at", work=payout_accounts.refresh)


def reservations_due(*, test_shop_id: int | None = None) -> int:
    """Cancel the unpaid orders whose time is over. Returns how many it took.

    Where Stripe cannot say that nobody pays any more, the stock stays reserved for a while.
    """
    due = Order.objects.filter(
        status=Order.Status.AWAITING_PAYMENT, reserved_until__lte=timezone.now()
    )
    due = _of(due, "", test_shop_id)
    work = partial(payments.cancel_unpaid, reason="expired")
    return _sweep(due, by="reserved_until", work=work, later=LONGER)


def _of(due: QuerySet[Any], path: str, test_shop_id: int | None) -> QuerySet[Any]:
    """Those of a test space, or with None all of them."""
    return due if test_shop_id is None else due.filter(**{f"{path}test_shop_id": test_shop_id})


def _sweep(
    due: QuerySet[Any], *, by: str, work: Callable[[int], object], later: timedelta = AGAIN
) -> int:
    """Do `work` with the key of each row that is due, the longest waiting first.

    A row is taken by moving its time `by` on, if it is still due: of two sweeps at once one takes
    it, and a row whose work ends its worker is not the next one again. Returns how many it took.
    """
    keys = due.order_by(by).values_list("pk", flat=True)[:BATCH]
    taken = 0
    for key in within_budget(list(keys)):
        if not due.filter(pk=key).update(**{by: timezone.now() + later}):
            continue
        taken += 1
        try:
            work(key)
        except Exception:
            log.exception("%s %s is left for later", due.model.__name__, key)
    return taken


def missed_events() -> int:
    """Compare Stripe's list of events with ours since the last time, and take in what is missing.

    Webhooks may be lost for a day and more, when our address did not answer; an hour of them is
    taken in at a time. Returns how many were missing. Raises gateway.Unknown, gateway.Refused; then
    the next time starts where this did.
    """
    started = timezone.now()
    last = StripeReconciliation.objects.first()
    seen = max(last.seen_until if last else started, started - OLDEST)
    until = min(seen + SPAN, started)
    missing = sum(
        stripe_events.record(event)
        for event in gateway.events(
            list(stripe_events.LISTED_TYPES), since=seen - OVERLAP, until=until
        )
    )
    StripeReconciliation.objects.update_or_create(pk=1, defaults={"seen_until": until})
    if missing:
        log.warning("%s events of Stripe had not reached us", missing)
    return missing
