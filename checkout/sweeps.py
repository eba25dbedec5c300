"""What a worker does with Stripe's events, and with all that a crash has left open.

Each sweep takes the rows that are due, the longest waiting first, and goes on with the next where
one fails. A row gets a later time before Stripe is asked, so that one that cannot be settled yet, or
that its worker dies of, does not keep others from their turn. Where Stripe is slow a sweep stops
early, and the next one goes on. Nothing here runs inside a transaction.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable, Iterator
from datetime import timedelta

from django.utils import timezone

from checkout import cards, gateway, intents, orders, payments, refunds, stripe_events
from checkout.models import (
    Order,
    Payment,
    Refund,
    ReplacedCard,
    StripeEvent,
    StripeReconciliation,
)

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
        if event.type in stripe_events.REFUND_TYPES:
            refunds.settle(event.object_id, event_pk=event.pk)
        else:
            intents.apply(gateway.retrieve(event.object_id), event_pk=event.pk)
    except (intents.UnknownPayment, refunds.UnknownRefund):
        stripe_events.mark_processed(event.pk, error="not of this shop")
    except Exception as error:
        # Whatever it was must not be lost with the broker's message: the sweep tries again.
        log.exception("Stripe event %s is not processed", event.event_id)
        stripe_events.mark_failed(event, error=error)


def stripe_events_due() -> int:
    """Process the events that no hint has brought to a worker. Returns how many it took."""
    now = timezone.now()
    due = StripeEvent.objects.filter(processed_at=None, next_attempt_at__lte=now)
    keys = due.order_by("next_attempt_at").values_list("pk", flat=True)[:BATCH]
    taken = 0
    for key in within_budget(list(keys)):
        if due.filter(pk=key).update(next_attempt_at=timezone.now() + AGAIN):
            process(key)
            taken += 1
    return taken


def payments_due() -> int:
    """Settle the payments whose outcome we were not told. Returns how many it took."""
    due = Payment.objects.filter(next_check_at__lte=timezone.now())
    keys = due.order_by("next_check_at").values_list("pk", flat=True)[:BATCH]
    taken = 0
    for key in within_budget(list(keys)):
        if due.filter(pk=key).update(next_check_at=timezone.now() + AGAIN):
            taken += 1
            try:
                payments.settle(key)
            except Exception:
                log.exception("payment %s is not settled", key)
    return taken


def refunds_due() -> int:
    """Send the refunds that Stripe was not asked for, or not surely. Returns how many it took."""
    due = Refund.objects.filter(next_attempt_at__lte=timezone.now())
    keys = due.order_by("next_attempt_at").values_list("pk", flat=True)[:BATCH]
    taken = 0
    for key in within_budget(list(keys)):
        taken += 1
        try:
            refunds.send(key)
        except Exception:
            log.exception("refund %s is not sent", key)
    return taken


def cards_due() -> int:
    """Let Stripe forget the cards that were replaced. Returns how many it took."""
    due = ReplacedCard.objects.filter(next_attempt_at__lte=timezone.now())
    keys = due.order_by("next_attempt_at").values_list("pk", flat=True)[:BATCH]
    taken = 0
    for key in within_budget(list(keys)):
        taken += 1
        try:
            cards.detach(key)
        except Exception:
            log.exception("replaced card %s is not detached", key)
    return taken


def reservations_due() -> int:
    """Cancel the unpaid orders whose time is over. Returns how many it took.

    Where Stripe cannot say that nobody pays any more, the stock stays reserved for a while.
    """
    now = timezone.now()
    due = Order.objects.filter(status=Order.Status.AWAITING_PAYMENT, reserved_until__lte=now)
    keys = due.order_by("reserved_until").values_list("pk", flat=True)[:BATCH]
    taken = 0
    for key in within_budget(list(keys)):
        taken += 1
        orders.hold_until(key, timezone.now() + LONGER)
        try:
            payments.cancel_unpaid(key, reason="expired")
        except Exception:
            log.exception("order %s is not cancelled", key)
    return taken


def reconcile() -> int:
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
        for event in gateway.events(list(stripe_events.TYPES), since=seen - OVERLAP, until=until)
    )
    StripeReconciliation.objects.update_or_create(pk=1, defaults={"seen_until": until})
    if missing:
        log.warning("%s events of Stripe had not reached us", missing)
    return missing
