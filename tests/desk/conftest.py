"""Sales of the shop Plage on chosen days, as they stand in the books."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from uuid import uuid4

import pytest
from django.utils import timezone

from checkout.ledger import Account
from checkout.models import Order, Payment, Refund, RefundPart
from feeds.models import Post
from tests import statements
from tests.shared import world, world_of_module
from tests.shops import Cast, Shop, buy
from tests.statements import paris, sale

__all__ = ["at", "paris", "refunded", "sold", "world", "world_of_module"]


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """What o'clock it is from now on, in Paris."""

    def at(*moment: int) -> None:
        monkeypatch.setattr(timezone, "now", lambda: paris(*moment))

    return at


def sold(world: Cast, shop: Shop, when: datetime, *, post: Post | None = None) -> Order:
    """A pair for €34.90 and €3.90 of delivery, of which we keep €1.75."""
    order = buy(world.mai, shop)
    order.lines.update(post=post)
    sale(shop.merchant, when, 3880, 175, order=order)
    return order


def refunded(
    order: Order, shop: Shop, when: datetime, *, dropped_at: datetime | None = None
) -> None:
    """The pair of `order` is given back, and our fee with it; with `dropped_at` it was not after all."""
    refund = Refund.objects.create(
        payment=Payment.objects.get(order=order), amount=3490, reason="return", key=str(uuid4())
    )
    RefundPart.objects.create(
        refund=refund,
        merchant=shop.merchant,
        kind="line",
        line=order.lines.get(),
        quantity=1,
        amount=3490,
        fee=175,
    )
    taken = [(Account.MERCHANT, 3315), (Account.FEES, 175)]
    reference = str(refund.public_id)
    statements.post(shop.merchant, "refund_owed", when, taken, order=order, reference=reference)
    if dropped_at:
        back = [(account, -amount) for account, amount in taken]
        again = {"order": order, "reference": reference}
        statements.post(shop.merchant, "refund_dropped", dropped_at, back, **again)
