"""What the order's page, which is built below this app, shows of returns."""

from __future__ import annotations

from django import template

from checkout.models import Order
from fulfilment import returnable
from fulfilment.models import Return
from fulfilment.returnable import Returnable

register = template.Library()


@register.simple_tag
def returnable_parts(order: Order) -> list[Returnable]:
    """The shops' parts of which something can be sent back today."""
    return returnable.parts_of(order)


@register.simple_tag
def returns_of(order: Order) -> list[Return]:
    """The order's returns, the oldest first; two statements."""
    found = Return.objects.filter(fulfilment_order__order=order)
    related = found.select_related("fulfilment_order__merchant")
    return list(related.prefetch_related("lines__line").order_by("id"))
