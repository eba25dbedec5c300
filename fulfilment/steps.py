"""How far a part of an order is: the steps that its shop takes, and those that its parcels take."""

from __future__ import annotations

from collections.abc import Collection

from django.db import transaction
from django.db.models import F, TextChoices
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from checkout.models import Order, OrderLine
from fulfilment import payloads
from fulfilment.models import FulfilmentEvent, FulfilmentOrder, Shipment
from fulfilment.parts import Part, left_of, part_of
from shopping import rows
from webhooks.events import Record, record_all

Status = FulfilmentOrder.Status
Parcel = Shipment.Status
# What of a part's steps subscribers hear of; those of its parcels are fulfilment.shipments' to tell.
EVENT_TYPES = {
    Status.OPEN: "fulfilment_order.opened",
    Status.PACKED: "fulfilment_order.packed",
    Status.OUT_FOR_DELIVERY: "fulfilment_order.out_for_delivery",
    Status.DELIVERED: "fulfilment_order.delivered",
    Status.CANCELLED: "fulfilment_order.cancelled",
}
ALMOST = (Parcel.OUT_FOR_DELIVERY, Parcel.READY_FOR_PICKUP)


class TransitionRefused(Exception):
    """The transition table knows no such step; nothing was changed."""

    def __init__(
        self, present: str, wanted: str, statuses: type[TextChoices] = FulfilmentOrder.Status
    ) -> None:
        super().__init__(present, wanted)
        self.present, self.wanted = statuses(present), statuses(wanted)

    def __str__(self) -> str:
        return _("This is “%(present)s” and cannot become “%(wanted)s”.") % {
            "present": self.present.label,
            "wanted": self.wanted.label,
        }


class NothingToSend(TransitionRefused):
    """Every piece of it is refunded; nothing was changed."""

    def __str__(self) -> str:
        return _("Everything in this parcel is refunded, so there is nothing left to send.")


def move(
    fulfilment_order: FulfilmentOrder, status: str, *, actor: User | None, note: str = ""
) -> FulfilmentOrder:
    """Take the step to `status`, PACKED or CANCELLED; the others follow from the parcels.

    History and webhooks are written in the same transaction. One conditional UPDATE: of two people
    who press at once, one is refused. What is to be packed locks the order first, as refunds do: of
    a refund of everything and the step one comes first, and the other knows. Raises
    TransitionRefused, NothingToSend; then nothing is changed.
    """
    with transaction.atomic():
        if status == Status.PACKED:
            _check_left(fulfilment_order, status)
        if not _take(fulfilment_order, status, actor=actor, note=note):
            raise TransitionRefused(fulfilment_order.status, status)
        record_all([event_of(part_of(fulfilment_order))])
    return fulfilment_order


def follow(fulfilment_order: FulfilmentOrder, *, actor: User | None = None) -> FulfilmentOrder:
    """Take the step that its parcels and what is left to send make of it, if there is one.

    In the caller's transaction, which holds the part's lock (`lock`): so that of two parcels that
    move at once the second sees the first.
    """
    status = _of_parcels(fulfilment_order)
    if status is None or status == fulfilment_order.status:
        return fulfilment_order
    if not _take(fulfilment_order, status, actor=actor, note=""):
        raise TransitionRefused(fulfilment_order.status, status)
    if status in EVENT_TYPES:
        record_all([event_of(part_of(fulfilment_order))])
    return fulfilment_order


def lock(fulfilment_order_id: int) -> FulfilmentOrder:
    """A part as it is now, locked; after its order, where both are."""
    return rows.lock(FulfilmentOrder, fulfilment_order_id)


def lines_of(fulfilment_order: FulfilmentOrder) -> list[OrderLine]:
    """The order's lines that are its merchant's, as they are now."""
    lines = OrderLine.objects.filter(
        order=fulfilment_order.order_id, merchant=fulfilment_order.merchant_id
    )
    return list(lines.order_by("id"))


def as_far_as(parcels: Collection[str], *, left: int) -> Status:
    """How far a part is whose parcels have those statuses and of which `left` pieces are to be sent.

    No further than the slowest of its parcels. One that came back or was lost keeps it with the
    carrier: it did not arrive.
    """
    if left:
        return Status.PARTLY_SHIPPED
    if all(status == Parcel.DELIVERED for status in parcels):
        return Status.DELIVERED
    if all(status == Parcel.DELIVERED or status in ALMOST for status in parcels):
        return Status.OUT_FOR_DELIVERY
    return Status.SHIPPED


def event_of(part: Part) -> Record:
    """What subscribers hear of the step that a part is at."""
    fulfilment_order = part.fulfilment_order
    return Record(
        type=EVENT_TYPES[Status(fulfilment_order.status)],
        subject=str(fulfilment_order.public_id),
        merchant_id=fulfilment_order.merchant_id,
        payload=payloads.fulfilment_order(part),
    )


def _of_parcels(fulfilment_order: FulfilmentOrder) -> Status | None:
    """None as long as no parcel has left."""
    found = fulfilment_order.shipments.order_by("id").values_list("status", flat=True)
    parcels = list(found)
    if not parcels or fulfilment_order.status == Status.CANCELLED:
        return None
    return as_far_as(parcels, left=sum(left_of(line) for line in lines_of(fulfilment_order)))


def _take(fulfilment_order: FulfilmentOrder, status: str, *, actor: User | None, note: str) -> bool:
    """Write the step and its history, if the transition table knows it; the one place that asks it."""
    sources = [s for s, targets in FulfilmentOrder.TRANSITIONS.items() if status in targets]
    moved = FulfilmentOrder.objects.filter(pk=fulfilment_order.pk, status__in=sources).update(
        status=status, updated_at=timezone.now()
    )
    fulfilment_order.refresh_from_db(fields=["status", "updated_at"])
    if moved:
        FulfilmentEvent.objects.create(
            fulfilment_order=fulfilment_order, status=status, actor=actor, note=note[:200]
        )
    return bool(moved)


def _check_left(fulfilment_order: FulfilmentOrder, status: str) -> None:
    """Locks the order. Raises NothingToSend."""
    rows.lock(Order, fulfilment_order.order_id)
    lines = OrderLine.objects.filter(
        order=fulfilment_order.order_id, merchant=fulfilment_order.merchant_id
    )
    if not lines.filter(refunded_quantity__lt=F("quantity")).exists():
        raise NothingToSend(fulfilment_order.status, status)
