"""More orders like one that there is."""

from __future__ import annotations

from django.db.models import Max

from checkout.models import Order, OrderLine
from fulfilment.models import FulfilmentOrder


def of_three(part: FulfilmentOrder) -> OrderLine:
    """Its one line, of three pieces."""
    line = OrderLine.objects.get(order=part.order_id, merchant=part.merchant_id)
    line.quantity, line.total = 3, 3 * line.unit_price
    line.save()
    return line


def another_part(part: FulfilmentOrder) -> FulfilmentOrder:
    """The same merchant's part of another order, of the same shopper, with the same lines."""
    order, lines = Order.objects.get(pk=part.order_id), list(part.order.lines.all())
    last = Order.objects.aggregate(last=Max("number"))["last"]
    order.pk, order.number, order.idempotency_key = None, last + 1_000_000, f"copy of {last}"
    order.public_id = Order._meta.get_field("public_id").get_default()
    order._state.adding = True
    order.save()
    for line in lines:
        if line.merchant_id == part.merchant_id:
            line.pk, line.order, line._state.adding = None, order, True
            line.save()
    assert OrderLine.objects.filter(order=order).exists()
    return FulfilmentOrder.objects.create(order=order, merchant=part.merchant)
