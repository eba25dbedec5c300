"""An order's way as the shopper follows it: one parcel a merchant, step by step."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from operator import attrgetter

from django.db.models import Max
from django.utils.translation import gettext as _

from catalogue.models import Merchant
from checkout.models import Order, OrderDelivery
from fulfilment.models import FulfilmentEvent, FulfilmentOrder, Shipment

Status = FulfilmentOrder.Status
WAY = (Status.OPEN, Status.PACKED, Status.SHIPPED, Status.OUT_FOR_DELIVERY, Status.DELIVERED)


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
class Parcel:
    """What one merchant sends; `fulfilment_order` None: its work has not begun."""

    order: Order
    merchant: Merchant
    delivery: OrderDelivery | None
    fulfilment_order: FulfilmentOrder | None

    @property
    def status(self) -> Status:
        return Status(self.fulfilment_order.status) if self.fulfilment_order else Status.OPEN

    @property
    def is_over(self) -> bool:
        return self.status in (Status.DELIVERED, Status.CANCELLED)

    @property
    def news(self) -> str:
        """The step it is at, for the badge and for a screen reader."""
        return self._title(self.status, now=True)

    @property
    def steps(self) -> list[Step]:
        return [Step(_("Paid"), "done", at=self.order.paid_at), *self._steps()]

    def _steps(self) -> Iterator[Step]:
        passed = {event.status: event for event in self._history()}
        if self.status == Status.CANCELLED:
            yield self._step(Status.CANCELLED, "now", passed)
            return
        # An open order is on its way to being packed: that is the step it stands at.
        standing = WAY.index(Status.PACKED if self.status == Status.OPEN else self.status)
        for place, status in enumerate(WAY[1:], start=1):
            if status == Status.OUT_FOR_DELIVERY and place < standing and status not in passed:
                continue
            state = "done" if place < standing or self.status == Status.DELIVERED else "todo"
            yield self._step(
                status, "now" if place == standing and state == "todo" else state, passed
            )

    def _step(self, status: Status, state: str, passed: dict[str, FulfilmentEvent]) -> Step:
        event = passed.get(status)
        return Step(
            self._title(status, now=state == "now" and event is None),
            state,
            at=event.created_at if event else None,
            note=event.note if event else "",
            shipment=self._shipment() if status == Status.SHIPPED else None,
        )

    def _title(self, status: Status, *, now: bool) -> str:
        shipment = self._shipment()
        if status == Status.OPEN or (status == Status.PACKED and now and not self._is_packed()):
            return _("%(merchant)s is packing") % {"merchant": self.merchant.name}
        if status == Status.PACKED:
            return _("Packed by %(merchant)s") % {"merchant": self.merchant.name}
        if status == Status.SHIPPED:
            return _("With %(carrier)s") % {"carrier": shipment.carrier} if shipment else _("Sent")
        return {
            Status.OUT_FOR_DELIVERY: _("Out for delivery"),
            Status.DELIVERED: _("Delivered"),
            Status.CANCELLED: _("Cancelled"),
        }[status]

    def _is_packed(self) -> bool:
        return self.status != Status.OPEN

    def _history(self) -> list[FulfilmentEvent]:
        return list(self.fulfilment_order.history.all()) if self.fulfilment_order else []

    def _shipment(self) -> Shipment | None:
        if self.fulfilment_order is None:
            return None
        return max(self.fulfilment_order.shipments.all(), key=attrgetter("pk"), default=None)


def parcels(order: Order) -> list[Parcel]:
    """A paid order's parcels, in the order of its deliveries; five statements."""
    opened = {
        fulfilment_order.merchant_id: fulfilment_order
        for fulfilment_order in FulfilmentOrder.objects.filter(order=order)
        .select_related("merchant")
        .prefetch_related("history", "shipments")
        .order_by("pk")
    }
    deliveries = {
        delivery.merchant_id: delivery
        for delivery in OrderDelivery.objects.filter(order=order)
        .select_related("merchant")
        .order_by("pk")
    }
    found = []
    for merchant_id in dict.fromkeys([*deliveries, *opened]):
        delivery, fulfilment_order = deliveries.get(merchant_id), opened.get(merchant_id)
        merchant = (delivery or fulfilment_order).merchant  # type: ignore[union-attr]
        found.append(Parcel(order, merchant, delivery, fulfilment_order))
    return found


def version(order: Order) -> str:
    """Changes with each step of the order and its parcels; one statement."""
    steps = FulfilmentEvent.objects.filter(fulfilment_order__order=order)
    return f"{order.status}-{steps.aggregate(last=Max('pk'))['last'] or 0}"
