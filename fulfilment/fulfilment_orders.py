"""From a paid order to a parcel at the door: every change of a fulfilment order."""

from __future__ import annotations

from django.db import transaction
from django.db.models.functions import Coalesce
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.mails import enqueue_all
from accounts.models import User
from checkout import agents, order_news
from checkout.models import Order, Payment
from fulfilment import dispatching, invoices, letters, shipments, steps
from fulfilment.models import FulfilmentEvent, FulfilmentOrder, Shipment
from fulfilment.parts import new_parts
from fulfilment.steps import NothingToSend, TransitionRefused, event_of
from shopping import rows
from webhooks.events import record_all

Status = FulfilmentOrder.Status
UNOPENED_BATCH = 200
# What its verbs refuse with is theirs as well.
__all__ = [
    "NothingToSend",
    "TransitionRefused",
    "cancel",
    "deliver",
    "mark_out_for_delivery",
    "open_for",
    "open_for_event",
    "pack",
    "ship",
    "unopened",
]
CLAIM = """
UPDATE checkout_order t SET fulfilment_opened_at = now()
WHERE id = %s AND status = 'paid' AND fulfilment_opened_at IS NULL RETURNING """


def unopened(*, test_shop_id: int | None = None) -> list[int]:
    """Paid orders that no fulfilment order was opened for, the longest due first; of a test space
    alone, where one is named.

    An order that failed is due when its wait is over, any other since it was paid.
    """
    waiting = Order.objects.filter(status=Order.Status.PAID, fulfilment_opened_at=None)
    if test_shop_id is not None:
        waiting = waiting.filter(test_shop_id=test_shop_id)
    due = waiting.alias(due_at=Coalesce("opening_failure__next_attempt_at", "paid_at"))
    due = due.filter(due_at__lte=timezone.now()).order_by("due_at")
    return list(due.values_list("pk", flat=True)[:UNOPENED_BATCH])


def open_for(order_id: int) -> list[FulfilmentOrder]:
    """Open one fulfilment order a merchant for a paid order; tell merchants and shopper.

    One transaction, claimed by a conditional UPDATE of the order: of any number of calls, at any
    time, one does it and the others return an empty list, as for an order that is not paid.
    Rows, history, events, mails and invoices are one INSERT each. A part of which every piece is
    refunded already is cancelled at once, and nobody is told to send it; its invoice is what the
    refund's credit note takes back.
    """
    with transaction.atomic():
        order = _claim(order_id)
        if order is None:
            return []
        parts = new_parts(order)
        fulfilment_orders = [part.fulfilment_order for part in parts]
        rows.insert(fulfilment_orders)
        rows.insert(
            [FulfilmentEvent(fulfilment_order=f, status=f.status) for f in fulfilment_orders]
        )
        wanted = [part for part in parts if part.pieces]
        record_all(event_of(part) for part in wanted)
        agent = agents.name_of(order)
        receipt = letters.receipt(order, parts, payment=_payment(order), agent=agent)
        enqueue_all([receipt, *(letters.new_order(part) for part in wanted)])
        order_news.paid(order, agent=agent)
        for part in parts:
            if not part.pieces:
                with translation.override(order.locale):
                    cancel(part.fulfilment_order, actor=None, note=_("refunded"))
        # Last, since whoever opens an order of the same shops waits for its numbers.
        invoices.issue(parts)
    return fulfilment_orders


def open_for_event(event_id: int) -> list[FulfilmentOrder]:
    """`open_for` the order that an order.paid event is about: its subject is the public id."""
    found = rows.run(
        "SELECT o.id FROM checkout_order o, webhooks_event e"
        " WHERE e.id = %s AND o.public_id = e.subject::uuid",
        [event_id],
    )
    return open_for(found[0][0]) if found else []


def pack(fulfilment_order: FulfilmentOrder, *, actor: User | None) -> FulfilmentOrder:
    """See `steps.move`."""
    return steps.move(fulfilment_order, Status.PACKED, actor=actor)


def ship(
    fulfilment_order: FulfilmentOrder,
    *,
    carrier: str,
    tracking_number: str,
    actor: User | None,
    key: str = "",
) -> Shipment:
    """Hand everything that is left to `carrier`; see `dispatching.dispatch`.

    Raises TransitionRefused, or ValidationError for a missing carrier; then nothing is changed.
    """
    return dispatching.dispatch(
        fulfilment_order,
        lines=None,
        carrier=carrier,
        tracking_number=tracking_number,
        actor=actor,
        key=key,
    )


def mark_out_for_delivery(
    fulfilment_order: FulfilmentOrder, *, actor: User | None, note: str = ""
) -> FulfilmentOrder:
    """All of its parcels; see `shipments.move_all`. `note` is shown to the shopper: the town."""
    status = Shipment.Status.OUT_FOR_DELIVERY
    return shipments.move_all(fulfilment_order, status, actor=actor, note=note)


def deliver(fulfilment_order: FulfilmentOrder, *, actor: User | None) -> FulfilmentOrder:
    """All of its parcels; see `shipments.move_all`."""
    return shipments.move_all(fulfilment_order, Shipment.Status.DELIVERED, actor=actor)


def cancel(
    fulfilment_order: FulfilmentOrder, *, actor: User | None, note: str = ""
) -> FulfilmentOrder:
    """See `steps.move`; refused once a parcel has left."""
    return steps.move(fulfilment_order, Status.CANCELLED, actor=actor, note=note)


def _claim(order_id: int) -> Order | None:
    """The order, if it is paid and nobody opened it before: whoever gets it opens it."""
    found = rows.run(CLAIM + rows.columns(Order, "t"), [order_id])
    return rows.build(Order, found[0]) if found else None


def _payment(order: Order) -> Payment | None:
    found = rows.fetch(Payment, "WHERE t.order_id = %s AND t.status = 'succeeded'", [order.pk])
    return found[0] if found else None
