"""An order as one of its shops sees it: its own lines, and who gets them once that is paid (ADR 0110)."""

from __future__ import annotations

from typing import Any

from django.db.models import Prefetch, QuerySet
from rest_framework import serializers

from catalogue.models import Merchant
from checkout.api import order_shapes
from checkout.models import Order, OrderDelivery, OrderDiscount, OrderLine
from checkout.refundable import paid_for, paid_for_delivery
from fulfilment.models import FulfilmentOrder
from partners.shapes import Money, Shape, money


class GivenDiscount(Shape):
    label = serializers.CharField()  # type: ignore[assignment]  # DRF keeps fields apart
    amount = Money(help_text="What it took off your part.")
    by_platform = serializers.BooleanField(help_text="Made good to you by the operator.")


class Customer(Shape):
    name = serializers.CharField()
    email = serializers.EmailField()
    address = order_shapes.OrderedAddress()


class Part(Shape):
    id = serializers.UUIDField()
    status = serializers.ChoiceField(choices=FulfilmentOrder.Status.choices)


class OrderShown(Shape):
    """Your part of an order. What other shops sent of it is not shown."""

    id = serializers.UUIDField()
    number = serializers.CharField(help_text="As people read it.")
    status = serializers.ChoiceField(choices=Order.Status.choices)
    placed_at = serializers.DateTimeField()
    paid_at = serializers.DateTimeField(allow_null=True)
    cancelled_at = serializers.DateTimeField(allow_null=True)
    held_until = serializers.DateTimeField(
        allow_null=True, help_text="How long your stock is held for its payment."
    )
    currency = serializers.CharField()
    lines = order_shapes.OrderedLine(many=True)
    delivery = order_shapes.OrderedDelivery(allow_null=True)
    discounts = GivenDiscount(many=True)
    total = Money(help_text="What the shopper pays for your part, tax and all.")
    customer = Customer(allow_null=True, help_text="Null until it is paid.")
    note = serializers.CharField(allow_blank=True, help_text="The shopper's, once it is paid.")
    fulfilment_order = Part(allow_null=True, help_text="What you have to send, once it is paid.")


def with_part(found: QuerySet[Order], merchant: Merchant) -> QuerySet[Order]:
    """`found` with what `shown` reads of the part of `merchant`, in a constant number of statements."""
    lines = OrderLine.objects.filter(merchant=merchant).order_by("id")
    return found.select_related("note").prefetch_related(
        Prefetch(
            "lines",
            lines.select_related("merchant", "variant__product", "post"),
            to_attr="own_lines",
        ),
        Prefetch(
            "deliveries",
            OrderDelivery.objects.filter(merchant=merchant).select_related("merchant"),
            to_attr="own_deliveries",
        ),
        Prefetch(
            "discounts", OrderDiscount.objects.filter(merchant=merchant), to_attr="own_discounts"
        ),
        Prefetch(
            "fulfilment_orders",
            FulfilmentOrder.objects.filter(merchant=merchant),
            to_attr="own_parts",
        ),
    )


def shown(order: Any) -> dict[str, Any]:
    """An order that was read by `with_part`."""
    currency = order.currency
    delivery = next(iter(order.own_deliveries), None)
    total = sum(paid_for(each) for each in order.own_lines)
    total += paid_for_delivery(delivery) if delivery else 0
    part = next(iter(order.own_parts), None)
    note = getattr(order, "note", None) if order.paid_at else None
    return {
        "id": str(order.public_id),
        "number": order.reference,
        "status": order.status,
        "placed_at": order.placed_at,
        "paid_at": order.paid_at,
        "cancelled_at": order.cancelled_at,
        "held_until": order.reserved_until,
        "currency": currency,
        "lines": [order_shapes.line(each, currency=currency) for each in order.own_lines],
        "delivery": order_shapes.delivery(delivery, currency=currency) if delivery else None,
        "discounts": [_discount(each, currency) for each in order.own_discounts],
        "total": money(total, currency),
        "customer": _customer(order) if order.paid_at else None,
        "note": note.text if note else "",
        "fulfilment_order": {"id": str(part.public_id), "status": part.status} if part else None,
    }


def _customer(order: Order) -> dict[str, Any]:
    return {"name": order.name, "email": order.email, "address": order_shapes.address(order)}


def _discount(row: OrderDiscount, currency: str) -> dict[str, Any]:
    return {
        "label": row.label,
        "amount": money(row.amount, currency),
        "by_platform": row.by_platform,
    }
