from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django import template

from checkout.models import Order, Refund, RefundPart

register = template.Library()


@dataclass(frozen=True, slots=True)
class GivenBack:
    """A refund as the shopper sees it."""

    refund: Refund
    parts: Sequence[RefundPart]


@register.simple_tag
def given_back(order: Order) -> list[GivenBack]:
    """The order's refunds that are done or under way, oldest first; two statements.

    What a merchant could not give back is between them and the bank: the shopper hears of it when
    it comes another way. What came in a second time was never part of the order.
    """
    found = Refund.objects.filter(payment__order=order, second_intent_id="")
    found = found.exclude(status=Refund.Status.FAILED).order_by("id")
    return [
        GivenBack(refund, list(refund.parts.all()))
        for refund in found.prefetch_related("parts__line")
    ]
