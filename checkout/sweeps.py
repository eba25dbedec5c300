"""What a worker does with Stripe's events, and with all that a crash has left open.

Each sweep takes the rows that are due, the longest waiting first, and goes on with the next where
one fails. A row that cannot be settled yet gets a later time, so that it does not keep others
from their turn. Nothing here runs inside a transaction.
"""

from __future__ import annotations

import logging
from datetime import timedelta

from django.utils import timezone

from checkout import gateway, intents, orders, payments, refunds, stripe_events
from checkout.models import Order, Payment, Refund, StripeEvent, StripeReconciliation

log = logging.getLogger(__name__)

BATCH = 100
# How long an unpaid order is kept on where Stripe could not be asked, or the bank is still at it.
LONGER = timedelta(seconds=60)
# A payment whose settling failed is looked at again after this long.
AGAIN = timedelta(seconds=30)
# Stripe lists events by second of creation, and may list one a little after a younger one.
OVERLAP = timedelta(minutes=5)
# Stripe lists events for thirty days.
OLDEST = timedelta(days=29)


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
    """Process the events that no hint has brought to a worker. Returns how many were due."""
    due = StripeEvent.objects.filter(processed_at=None, next_attempt_at__lte=timezone.now())
    keys = list(due.order_by("next_attempt_at").values_list("pk", flat=True)[:BATCH])
    for key in keys:
        process(key)
    return len(keys)


def payments_due() -> int:
    """Settle the payments whose outcome we were not told. Returns how many were due."""
    now = timezone.now()
    due = Payment.objects.filter(next_check_at__lte=now).order_by("next_check_at")
    keys = list(due.values_list("pk", flat=True)[:BATCH])
    for key in keys:
        try:
            payments.settle(key)
        except Exception:
            log.exception("payment %s is not settled", key)
        Payment.objects.filter(pk=key, next_check_at__lte=now).update(next_check_at=now + AGAIN)
    return len(keys)


def refunds_due() -> int:
    """Send the refunds that Stripe was not asked for, or not surely. Returns how many were due."""
    now = timezone.now()
    due = Refund.objects.filter(next_attempt_at__lte=now).order_by("next_attempt_at")
    keys = list(due.values_list("pk", flat=True)[:BATCH])
    for key in keys:
        try:
            refunds.send(key)
        except Exception:
            log.exception("refund %s is not sent", key)
    return len(keys)


def reservations_due() -> int:
    """Cancel the unpaid orders whose time is over. Returns how many were due.

    Where Stripe could not say that nobody pays any more, the stock stays reserved for a while.
    """
    now = timezone.now()
    due = Order.objects.filter(status=Order.Status.AWAITING_PAYMENT, reserved_until__lte=now)
    keys = list(due.order_by("reserved_until").values_list("pk", flat=True)[:BATCH])
    for key in keys:
        try:
            settled = payments.cancel_unpaid(key, reason="expired")
        except Exception:
            log.exception("order %s is not cancelled", key)
            settled = False
        if not settled:
            orders.hold_until(key, timezone.now() + LONGER)
    return len(keys)


def reconcile() -> int:
    """Compare Stripe's list of events with ours since the last time, and take in what is missing.

    Webhooks may be lost for a day and more, when our address did not answer. Returns how many
    were missing. Raises gateway.Unknown, gateway.Refused; then the next time starts where this did.
    """
    started = timezone.now()
    last = StripeReconciliation.objects.first()
    since = max(last.seen_until - OVERLAP if last else started - OVERLAP, started - OLDEST)
    missing = sum(
        stripe_events.record(event)
        for event in gateway.events(list(stripe_events.TYPES), since=since)
    )
    StripeReconciliation.objects.update_or_create(pk=1, defaults={"seen_until": started})
    if missing:
        log.warning("%s events of Stripe had not reached us", missing)
    return missing
