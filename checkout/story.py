"""An order's history in people's words: the order's own, the money's and each shop's parcel's."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from checkout.models import Order
from shopping.templatetags.money import money


@dataclass(frozen=True, slots=True)
class Entry:
    """What happened when; `shop` is the name of the shop whose part it is about, or empty."""

    at: datetime
    text: str
    shop: str = ""

    @property
    def day(self) -> date:
        return self.at.date()


def of(order: Order) -> list[Entry]:
    """Oldest first; five statements, however much has happened."""
    found = [*_of_order(order), *_of_parcels(order)]
    return sorted(found, key=lambda entry: entry.at)


def _of_order(order: Order) -> Iterator[Entry]:
    for event in order.history.filter(type__in=WORDS):
        yield Entry(event.created_at, WORDS[event.type](order, event.data))


def _of_parcels(order: Order) -> Iterator[Entry]:
    # By name: fulfilment is built upon this app, not the other way round.
    parts = order.fulfilment_orders.select_related("merchant")
    for part in parts.prefetch_related("history", "shipments__history"):
        shop = part.merchant.name
        for event in part.history.all():
            if event.status in STEPS:
                yield Entry(event.created_at, str(STEPS[event.status]), shop)
        for parcel in part.shipments.all():
            seen: set[str] = set()
            for step in parcel.history.all():
                # The correction of a number stands there too, and is no news.
                if step.status not in seen and step.status in PARCELS:
                    said = PARCELS[step.status] % {"carrier": parcel.carrier}
                    yield Entry(step.happened_at, said, shop)
                seen.add(step.status)


STEPS = {
    "packed": gettext_lazy("Packed"),
    "cancelled": gettext_lazy("Cancelled before it was sent"),
}
PARCELS = {
    "dispatched": gettext_lazy("Handed to %(carrier)s"),
    "out_for_delivery": gettext_lazy("Out for delivery"),
    "ready_for_pickup": gettext_lazy("Ready to be picked up"),
    "failed_attempt": gettext_lazy("The delivery failed"),
    "delivered": gettext_lazy("Delivered"),
    "returned": gettext_lazy("Came back to the shop"),
    "lost": gettext_lazy("Lost on the way"),
}


def _amount(order: Order, data: dict[str, Any]) -> dict[str, str]:
    return {"amount": money(data.get("amount", 0), order.currency)}


def _cancelled(order: Order, data: dict[str, Any]) -> str:
    if data.get("reason") == "expired":
        return _("Cancelled: the time for paying was over")
    return _("Cancelled")


Words = Callable[[Order, dict[str, Any]], str]
WORDS: dict[str, Words] = {
    "order.placed": lambda order, data: _("Placed"),
    "order.paid": lambda order, data: _("Paid: %(amount)s") % _amount(order, data),
    "payment.declined": lambda order, data: _("The bank declined the card"),
    "payment.second": lambda order, data: (
        _("A second payment of %(amount)s arrived") % _amount(order, data)
    ),
    "order.cancelled": _cancelled,
    "refund.requested": lambda order, data: (
        _("Refund of %(amount)s asked for") % _amount(order, data)
    ),
    "refund.succeeded": lambda order, data: (
        _("Refund of %(amount)s given to your bank") % _amount(order, data)
    ),
    "refund.failed": lambda order, data: (
        _("Your bank did not take the refund of %(amount)s") % _amount(order, data)
    ),
    "order.claimed": lambda order, data: _("Added to your account"),
}
