"""An order's way as the shopper follows it: each shop's parcels, and what it has not sent yet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from operator import attrgetter

from django.db.models import Prefetch
from django.utils.translation import gettext as _

from catalogue.models import Merchant
from checkout.models import Order, OrderDelivery, OrderLine
from fulfilment.models import (
    FulfilmentEvent,
    FulfilmentOrder,
    Shipment,
    ShipmentEvent,
    ShipmentLine,
    TrackingEvent,
)
from fulfilment.parts import left_of
from shopping import rows

Status = FulfilmentOrder.Status
Parcel = Shipment.Status
ON_THE_WAY = (Parcel.DISPATCHED, Parcel.IN_TRANSIT)
# What stands between the carrier and the door only where it happens.
TROUBLE = (Parcel.READY_FOR_PICKUP, Parcel.FAILED_ATTEMPT, Parcel.EXCEPTION)
ENDED = (Parcel.RETURNED, Parcel.LOST)
# Whatever a page of the order shows: its own steps, its shops' and parcels', what carriers say, and
# what was given back of it.
VERSION = """
SELECT
    (SELECT max(e.id) FROM fulfilment_fulfilmentevent e
     JOIN fulfilment_fulfilmentorder p ON p.id = e.fulfilment_order_id WHERE p.order_id = %(order)s),
    (SELECT max(e.id) FROM fulfilment_shipmentevent e JOIN fulfilment_shipment s ON s.id = e.shipment_id
     JOIN fulfilment_fulfilmentorder p ON p.id = s.fulfilment_order_id WHERE p.order_id = %(order)s),
    (SELECT count(*) || '.' || max(e.id) FROM fulfilment_trackingevent e
     JOIN fulfilment_shipment s ON s.id = e.shipment_id
     JOIN fulfilment_fulfilmentorder p ON p.id = s.fulfilment_order_id WHERE p.order_id = %(order)s),
    (SELECT sum(refunded_quantity) FROM checkout_orderline WHERE order_id = %(order)s)
"""


@dataclass(frozen=True, slots=True)
class Step:
    title: str
    state: str  # "done", "now" or "todo", as the style sheet calls them
    at: datetime | None = None
    note: str = ""
    shipment: Shipment | None = None

    @property
    def day(self) -> date | None:
        return self.at.date() if self.at else None


@dataclass(frozen=True, slots=True)
class Box:
    """A parcel, or with `shipment` None what its shop has not sent yet.

    `contents` are lines with pieces; `place` and `count` say which of the shop's boxes it is.
    """

    part: Part
    shipment: Shipment | None
    contents: Sequence[tuple[OrderLine, int]]
    place: int
    count: int

    @property
    def merchant(self) -> Merchant:
        return self.part.merchant

    @property
    def is_cancelled(self) -> bool:
        return self.shipment is None and self.part.status == Status.CANCELLED

    @property
    def is_over(self) -> bool:
        return self.shipment.is_over if self.shipment else self.is_cancelled

    @property
    def arrives(self) -> OrderDelivery | None:
        """When it was to come, as long as it may."""
        lost = self.shipment is not None and self.shipment.status in ENDED
        return None if self.is_over or lost else self.part.delivery

    @property
    def tone(self) -> str:
        """The colour of its badge."""
        if self.is_cancelled or (self.shipment and self.shipment.status in ENDED):
            return "red"
        return "sun" if self.shipment and self.shipment.status in TROUBLE else "green"

    @property
    def news(self) -> str:
        """The step it is at, for the badge and for a screen reader."""
        if self.shipment is not None:
            return _title(Parcel(self.shipment.status), self.shipment)
        return _own_title(self.part, self.part.status)

    @property
    def reports(self) -> list[TrackingEvent]:
        """What its carrier says, the newest first."""
        return list(reversed(self.shipment.tracking.all())) if self.shipment else []

    @property
    def steps(self) -> list[Step]:
        paid = Step(_("Paid"), "done", at=self.part.order.paid_at)
        own = self._carried(self.shipment) if self.shipment else self._unsent()
        return [paid, *own]

    def _unsent(self) -> Iterator[Step]:
        status, passed = self.part.status, self.part.passed
        if status == Status.CANCELLED:
            yield Step(_own_title(self.part, status), "now", *_when(passed.get(status)))
            return
        yield Step(_own_title(self.part, status), "now", *_when(passed.get(Status.PACKED)))
        yield Step(_("Sent"), "todo")
        yield Step(_("Out for delivery"), "todo")
        yield Step(_("Delivered"), "todo")

    def _carried(self, shipment: Shipment) -> Iterator[Step]:
        status = Parcel(shipment.status)
        passed = {event.status: event for event in reversed(shipment.history.all())}
        yield Step(
            _("Packed by %(merchant)s") % {"merchant": self.merchant.name},
            "done",
            *_when(self.part.passed.get(Status.PACKED)),
        )
        handed = passed.get(Parcel.DISPATCHED)
        yield Step(
            _title(Parcel.DISPATCHED, shipment),
            "now" if status in ON_THE_WAY else "done",
            at=handed.happened_at if handed else shipment.created_at,
            shipment=shipment,
        )
        if status == Parcel.OUT_FOR_DELIVERY or Parcel.OUT_FOR_DELIVERY in passed:
            state = "now" if status == Parcel.OUT_FOR_DELIVERY else "done"
            yield _step(Parcel.OUT_FOR_DELIVERY, state, shipment, passed)
        elif status in ON_THE_WAY:
            yield _step(Parcel.OUT_FOR_DELIVERY, "todo", shipment, passed)
        if status in (*TROUBLE, *ENDED):
            yield _step(status, "now", shipment, passed)
        if status not in ENDED:
            state = "done" if status == Parcel.DELIVERED else "todo"
            yield _step(Parcel.DELIVERED, state, shipment, passed)


@dataclass(frozen=True, slots=True)
class Part:
    """What one merchant sends of an order; `fulfilment_order` None: its work has not begun."""

    order: Order
    merchant: Merchant
    delivery: OrderDelivery | None
    fulfilment_order: FulfilmentOrder | None
    lines: Sequence[OrderLine] = field(default_factory=list)

    @property
    def status(self) -> Status:
        return Status(self.fulfilment_order.status) if self.fulfilment_order else Status.OPEN

    @property
    def passed(self) -> dict[str, FulfilmentEvent]:
        """The steps that its shop took."""
        history = self.fulfilment_order.history.all() if self.fulfilment_order else ()
        return {event.status: event for event in history}

    @property
    def boxes(self) -> list[Box]:
        """Its parcels in the order in which they left, and then what is to be sent, if anything."""
        sent = (
            sorted(self.fulfilment_order.shipments.all(), key=attrgetter("pk"))
            if self.fulfilment_order
            else []
        )
        left = [(line, left_of(line)) for line in self.lines]
        rest = [(line, pieces) for line, pieces in left if pieces]
        count = len(sent) + bool(rest or not sent)
        boxes = [
            Box(self, each, [(one.line, one.quantity) for one in each.lines.all()], place, count)
            for place, each in enumerate(sent, start=1)
        ]
        if len(boxes) < count:
            boxes.append(Box(self, None, rest, count, count))
        return boxes


def parts(order: Order) -> list[Part]:
    """A paid order's parts, in the order of its deliveries; eight statements at the most."""
    opened = {
        fulfilment_order.merchant_id: fulfilment_order
        for fulfilment_order in FulfilmentOrder.objects.filter(order=order)
        .select_related("merchant")
        .prefetch_related(
            "history",
            "shipments__history",
            "shipments__tracking",
            Prefetch("shipments__lines", ShipmentLine.objects.select_related("line")),
        )
        .order_by("pk")
    }
    deliveries = {
        delivery.merchant_id: delivery
        for delivery in OrderDelivery.objects.filter(order=order)
        .select_related("merchant")
        .order_by("pk")
    }
    lines = list(OrderLine.objects.filter(order=order).order_by("pk"))
    found = []
    for merchant_id in dict.fromkeys([*deliveries, *opened]):
        delivery, fulfilment_order = deliveries.get(merchant_id), opened.get(merchant_id)
        merchant = (delivery or fulfilment_order).merchant  # type: ignore[union-attr]
        mine = [line for line in lines if line.merchant_id == merchant_id]
        found.append(Part(order, merchant, delivery, fulfilment_order, mine))
    return found


def parcels(order: Order) -> list[Box]:
    """A paid order's boxes, shop by shop; see `parts`."""
    return [box for part in parts(order) for box in part.boxes]


def version(order: Order) -> str:
    """Changes with whatever the page shows of the order; one statement."""
    [found] = rows.run_named(VERSION, {"order": order.pk})
    return "-".join([order.status, *(str(each or 0) for each in found)])


def _own_title(part: Part, status: Status) -> str:
    if status == Status.CANCELLED:
        return _("Cancelled")
    if status == Status.PACKED:
        return _("Packed by %(merchant)s") % {"merchant": part.merchant.name}
    return _("%(merchant)s is packing") % {"merchant": part.merchant.name}


def _title(status: Parcel, shipment: Shipment) -> str:
    return {
        Parcel.DISPATCHED: _("With %(carrier)s") % {"carrier": shipment.carrier},
        Parcel.IN_TRANSIT: _("On its way with %(carrier)s") % {"carrier": shipment.carrier},
        Parcel.OUT_FOR_DELIVERY: _("Out for delivery"),
        Parcel.READY_FOR_PICKUP: _("Ready to be picked up"),
        Parcel.FAILED_ATTEMPT: _("The delivery failed"),
        Parcel.EXCEPTION: _("Held up on the way"),
        Parcel.DELIVERED: _("Delivered"),
        Parcel.RETURNED: _("Goes back to the shop"),
        Parcel.LOST: _("Lost on the way"),
    }[status]


def _step(
    status: Parcel, state: str, shipment: Shipment, passed: Mapping[str, ShipmentEvent]
) -> Step:
    event = passed.get(status)
    at, note = (event.happened_at, event.note) if event else (None, "")
    return Step(_title(status, shipment), state, at=at, note=note)


def _when(event: FulfilmentEvent | None) -> tuple[datetime | None, str]:
    """When a shop took a step, and what it says of it."""
    return (event.created_at, event.note) if event else (None, "")
