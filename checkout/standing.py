"""Where an order stands, in one word for its list: money and parcels taken together."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from checkout.models import Order, Payment

# By name: fulfilment is built upon this app, not the other way round.
UNSENT = frozenset({"open", "packed"})
PARTLY = "partly_shipped"
CANCELLED = "cancelled"


class Standing(TextChoices):
    AWAITING_PAYMENT = "awaiting_payment", _("awaiting payment")
    PAID = "paid", _("paid")
    PACKING = "packing", _("being packed")
    PARTLY_SENT = "partly_sent", _("partly sent")
    SENT = "sent", _("sent")
    DELIVERED = "delivered", pgettext_lazy("an order", "delivered")
    PARTLY_REFUNDED = "partly_refunded", _("partly refunded")
    REFUNDED = "refunded", pgettext_lazy("an order", "refunded")
    CANCELLED = "cancelled", _("cancelled")

    @property
    def tone(self) -> str:
        """The colour of its badge."""
        if self in (Standing.CANCELLED, Standing.REFUNDED):
            return "red"
        if self in (Standing.AWAITING_PAYMENT, Standing.PARTLY_REFUNDED):
            return "sun"
        return "green"


def of(order: Order) -> Standing:
    """Reads the order's payments and fulfilment orders, which a list fetches beforehand."""
    if order.status == Order.Status.AWAITING_PAYMENT:
        return Standing.AWAITING_PAYMENT
    paid = [p for p in order.payments.all() if p.status == Payment.Status.SUCCEEDED]
    captured, refunded = sum(p.captured for p in paid), sum(p.refunded for p in paid)
    if captured and refunded == captured:
        return Standing.REFUNDED
    if order.status == Order.Status.CANCELLED:
        return Standing.CANCELLED
    return Standing.PARTLY_REFUNDED if refunded else _of_parcels(order)


def _of_parcels(order: Order) -> Standing:
    opened = [part.status for part in order.fulfilment_orders.all()]
    live = [status for status in opened if status != CANCELLED]
    if not live:
        return Standing.CANCELLED if opened else Standing.PAID
    if all(status == "delivered" for status in live):
        return Standing.DELIVERED
    if PARTLY in live:
        return Standing.PARTLY_SENT
    return Standing.PACKING if UNSENT.issuperset(live) else Standing.SENT


def cancelled(order: Order) -> list[int]:
    """The merchants (their keys) who send nothing of the order any more."""
    return [part.merchant_id for part in order.fulfilment_orders.all() if part.status == CANCELLED]


def unsent(order: Order) -> list[int]:
    """The merchants (their keys) whose part of a paid order can still be cancelled."""
    return _of(order, UNSENT)


def partly_sent(order: Order) -> list[int]:
    """The merchants (their keys) who have sent some of a paid order, and not all."""
    return _of(order, {PARTLY})


def _of(order: Order, statuses: Collection[str]) -> list[int]:
    parts = order.fulfilment_orders.all() if order.status == Order.Status.PAID else ()
    return [part.merchant_id for part in parts if part.status in statuses]
