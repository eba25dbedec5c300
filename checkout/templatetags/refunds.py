from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django import template

from checkout.models import Order, Refund, RefundPart

register = template.Library()


@dataclass(frozen=True, slots=True)
class GivenBack:
    """A refund as the shopper sees it."""

    refund: Refund
    parts: Sequence[RefundPart]
    # When Stripe gave it back; until then, when it was asked for.
    since: datetime


@register.simple_tag
def given_back(order: Order) -> list[GivenBack]:
    """The order's refunds that are done or under way, oldest first; three statements.

    What a merchant could not give back is between them and the bank: the shopper hears of it when
    it comes another way. What came in a second time was never part of the order.
    """
    found = Refund.objects.filter(payment__order=order, second_intent_id="")
    found = found.exclude(status=Refund.Status.FAILED).order_by("id")
    done = order.history.filter(type="refund.succeeded").values_list("data__refund", "created_at")
    given = dict(done)
    return [
        GivenBack(
            refund,
            list(refund.parts.all()),
            since=given.get(str(refund.public_id), refund.created_at),
        )
        for refund in found.prefetch_related("parts__line")
    ]
