"""From a paid order to a parcel at the door: every change of a fulfilment order."""

from __future__ import annotations

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Coalesce
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.mails import enqueue_all
from accounts.models import User
from checkout import order_news
from checkout.models import Order, OrderLine, Payment
from fulfilment import invoices, letters, payloads, shipments
from fulfilment.models import FulfilmentEvent, FulfilmentOrder, Shipment
from fulfilment.parts import Part, new_parts, part_of
from shopping import rows
from webhooks.events import Record, record_all

Status = FulfilmentOrder.Status
# Steps that a parcel of nothing cannot take.
LEAVING = (Status.PACKED, Status.SHIPPED)
UNOPENED_BATCH = 200
CLAIM = """
UPDATE checkout_order t SET fulfilment_opened_at = now()
WHERE id = %s AND status = 'paid' AND fulfilment_opened_at IS NULL RETURNING """
EVENT_TYPES = {
    Status.OPEN: "fulfilment_order.opened",
    Status.PACKED: "fulfilment_order.packed",
    Status.SHIPPED: "shipment.created",
    Status.OUT_FOR_DELIVERY: "fulfilment_order.out_for_delivery",
    Status.DELIVERED: "fulfilment_order.delivered",
    Status.CANCELLED: "fulfilment_order.cancelled",
}


class TransitionRefused(Exception):
    """The transition table knows no such step; nothing was changed."""

    def __init__(self, present: str, wanted: str) -> None:
        super().__init__(present, wanted)
        self.present, self.wanted = Status(present), Status(wanted)

    def __str__(self) -> str:
        return _("This is “%(present)s” and cannot become “%(wanted)s”.") % {
            "present": self.present.label,
            "wanted": self.wanted.label,
        }


class NothingToSend(TransitionRefused):
    """Every piece of it is refunded; nothing was changed."""

    def __str__(self) -> str:
        return _("Everything in this parcel is refunded, so there is nothing left to send.")


def unopened() -> list[int]:
    """Paid orders that no fulfilment order was opened for, the longest due first.

    An order that failed is due when its wait is over, any other since it was paid.
    """
    waiting = Order.objects.filter(status=Order.Status.PAID, fulfilment_opened_at=None)
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
        record_all(_event(part) for part in wanted)
        receipt = letters.receipt(order, parts, payment=_payment(order))
        enqueue_all([receipt, *(letters.new_order(part) for part in wanted)])
        order_news.paid(order)
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


def move(
    fulfilment_order: FulfilmentOrder, status: str, *, actor: User | None, note: str = ""
) -> FulfilmentOrder:
    """Take the step to `status`; the one function that consults the transition table.

    History, webhooks and, for a parcel that leaves, the shopper's mail are written in the same
    transaction. One conditional UPDATE: of two people who press at once, one is refused. What is
    to be packed or sent locks the order first, as refunds do: of a refund of everything and the
    step one comes first, and the other knows. Raises TransitionRefused, NothingToSend; then nothing
    is changed.
    """
    sources = [s for s, targets in FulfilmentOrder.TRANSITIONS.items() if status in targets]
    with transaction.atomic():
        if status in LEAVING:
            _check_left(fulfilment_order, status)
        moved = FulfilmentOrder.objects.filter(pk=fulfilment_order.pk, status__in=sources).update(
            status=status, updated_at=timezone.now()
        )
        fulfilment_order.refresh_from_db()
        if not moved:
            raise TransitionRefused(fulfilment_order.status, status)
        FulfilmentEvent.objects.create(
            fulfilment_order=fulfilment_order, status=status, actor=actor, note=note[:200]
        )
        part = part_of(fulfilment_order)
        record_all([_event(part)])
        _tell_shopper(part)
    return fulfilment_order


def _tell_shopper(part: Part) -> None:
    """Of a parcel that leaves, by letter and among their notifications; of one that came, there."""
    status, parcel = part.fulfilment_order.status, part.fulfilment_order.public_id
    if status == Status.SHIPPED:
        enqueue_all([letters.shipped(part)])
        order_news.sent(part.order, shop=part.merchant.name, parcel=parcel)
    elif status == Status.DELIVERED:
        order_news.delivered(part.order, shop=part.merchant.name, parcel=parcel)


def pack(fulfilment_order: FulfilmentOrder, *, actor: User | None) -> FulfilmentOrder:
    """See `move`."""
    return move(fulfilment_order, Status.PACKED, actor=actor)


def ship(
    fulfilment_order: FulfilmentOrder, *, carrier: str, tracking_number: str, actor: User | None
) -> Shipment:
    """Hand the parcel to `carrier`; see `move`.

    Raises TransitionRefused, or ValidationError for a missing carrier; then nothing is changed.
    """
    with transaction.atomic():
        shipment = shipments.create(
            fulfilment_order, carrier=carrier, tracking_number=tracking_number
        )
        move(fulfilment_order, Status.SHIPPED, actor=actor)
    return shipment


def mark_out_for_delivery(
    fulfilment_order: FulfilmentOrder, *, actor: User | None, note: str = ""
) -> FulfilmentOrder:
    """See `move`; `note` is shown to the shopper: the town, the hour."""
    return move(fulfilment_order, Status.OUT_FOR_DELIVERY, actor=actor, note=note)


def deliver(fulfilment_order: FulfilmentOrder, *, actor: User | None) -> FulfilmentOrder:
    """See `move`."""
    return move(fulfilment_order, Status.DELIVERED, actor=actor)


def cancel(
    fulfilment_order: FulfilmentOrder, *, actor: User | None, note: str = ""
) -> FulfilmentOrder:
    """See `move`; refused once the parcel has left."""
    return move(fulfilment_order, Status.CANCELLED, actor=actor, note=note)


def _check_left(fulfilment_order: FulfilmentOrder, status: str) -> None:
    """Locks the order. Raises NothingToSend."""
    rows.lock(Order, fulfilment_order.order_id)
    lines = OrderLine.objects.filter(
        order=fulfilment_order.order_id, merchant=fulfilment_order.merchant_id
    )
    if not lines.filter(refunded_quantity__lt=F("quantity")).exists():
        raise NothingToSend(fulfilment_order.status, status)


def _claim(order_id: int) -> Order | None:
    """The order, if it is paid and nobody opened it before: whoever gets it opens it."""
    found = rows.run(CLAIM + rows.columns(Order, "t"), [order_id])
    return rows.build(Order, found[0]) if found else None


def _payment(order: Order) -> Payment | None:
    found = rows.fetch(Payment, "WHERE t.order_id = %s AND t.status = 'succeeded'", [order.pk])
    return found[0] if found else None


def _event(part: Part) -> Record:
    fulfilment_order = part.fulfilment_order
    return Record(
        type=EVENT_TYPES[Status(fulfilment_order.status)],
        subject=str(fulfilment_order.public_id),
        merchant_id=fulfilment_order.merchant_id,
        payload=payloads.fulfilment_order(part),
    )
