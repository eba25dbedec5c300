# ruff: noqa: S608 - the text holds a number of our own, never input
"""Stripe's events as rows: kept once, marked when they need nothing more.

An event is a hint to look at its object, which is read from Stripe when the event is processed.
"""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from checkout import gateway
from checkout.models import StripeEvent
from shopping import rows, waits
from webhooks import hints

PROCESS = "checkout.process_stripe_event"
# All that can change a payment, a refund, a saved card, a dispute, a transfer or a merchant's
# account of ours. Events of other types are not kept.
INTENT_TYPES = (
    "payment_intent.canceled",
    "payment_intent.payment_failed",
    "payment_intent.processing",
    "payment_intent.requires_action",
    "payment_intent.succeeded",
)
REFUND_TYPES = ("refund.created", "refund.failed", "refund.updated")
# A card that was added without a purchase.
SETUP_TYPES = ("setup_intent.succeeded",)
DISPUTE_TYPES = (
    "charge.dispute.closed",
    "charge.dispute.created",
    "charge.dispute.funds_reinstated",
    "charge.dispute.funds_withdrawn",
    "charge.dispute.updated",
)
# What was sent to merchants and taken back; a person may do that in Stripe's dashboard as well.
TRANSFER_TYPES = ("transfer.created", "transfer.reversed", "transfer.updated")
# Of merchants' accounts, which Stripe tells an endpoint of, but does not list among our own events.
ACCOUNT_TYPES = ("account.updated",)
# Of what test spaces do in test mode: they pay, and are paid nothing.
TEST_TYPES = (*INTENT_TYPES, *REFUND_TYPES, *DISPUTE_TYPES)
LISTED_TYPES = (*INTENT_TYPES, *REFUND_TYPES, *SETUP_TYPES, *DISPUTE_TYPES, *TRANSFER_TYPES)
TYPES = (*LISTED_TYPES, *ACCOUNT_TYPES)
FIRST_WAIT = timedelta(seconds=5)
# Longer than Stripe lists an event, so that a late repeat is known again.
KEPT = timedelta(days=90)
OLDEST = 1_000

# One statement, and on its own connection no transaction of several: a duplicate inserts nothing.
INSERT = f"""
INSERT INTO checkout_stripeevent
    (event_id, type, object_id, test, payload, attempts, last_error, received_at, next_attempt_at)
VALUES (%s, %s, %s, %s, %s::jsonb, 0, '', now(), now() + interval '{waits.HINT_TIME.seconds} seconds')
ON CONFLICT (event_id) DO NOTHING RETURNING id
"""


def wanted(*, account: str, test: bool) -> tuple[str, ...]:
    """The types that are kept of those of the connected `account`, "" for our own, and of test mode."""
    if account:
        return () if test else ACCOUNT_TYPES
    return TEST_TYPES if test else TYPES


def record(event: gateway.Event) -> bool:
    """Keep an event of Stripe's and wake a worker for it; False for one that is kept already."""
    found = rows.run(INSERT, [event.id, event.type, event.object_id, event.test, event.text])
    if not found:
        return False
    hints.wake(PROCESS, found[0][0])
    return True


def mark_processed(event_pk: int, *, error: str = "") -> None:
    """An event needs nothing more; `error` says why it changed nothing, if it did not."""
    rows.run(
        "UPDATE checkout_stripeevent SET processed_at = now(), last_error = %s"
        " WHERE id = %s AND processed_at IS NULL",
        [error[:500], event_pk],
    )


def mark_settled(event_pk: int) -> bool:
    """Mark an event about a payment that has succeeded: it has nothing to add. One statement.

    Most events come when the shopper's own request has had Stripe's answer already.
    """
    found = rows.run(
        "UPDATE checkout_stripeevent e SET processed_at = now() FROM checkout_payment p"
        " WHERE e.id = %s AND e.processed_at IS NULL AND starts_with(e.type, 'payment_intent.')"
        " AND p.intent_id = e.object_id AND p.status = 'succeeded'"
        " AND (p.test_shop_id IS NOT NULL) = e.test RETURNING e.id",
        [event_pk],
    )
    return bool(found)


def mark_failed(event: StripeEvent, *, error: Exception) -> None:
    """Processing went wrong: keep why, and let the sweep try again, ever later."""
    wait = waits.doubled(FIRST_WAIT, attempts=event.attempts)
    StripeEvent.objects.filter(pk=event.pk, processed_at=None).update(
        attempts=event.attempts + 1,
        last_error=f"{type(error).__name__}: {error}"[:500],
        next_attempt_at=timezone.now() + wait,
    )


def forget_old() -> int:
    """Delete those of the OLDEST events that came longer than KEPT ago and need nothing more; how many."""
    first = StripeEvent.objects.order_by("pk").values_list("pk", flat=True)[:OLDEST]
    old = StripeEvent.objects.filter(pk__in=list(first), received_at__lt=timezone.now() - KEPT)
    return old.filter(processed_at__isnull=False).delete()[0]
