"""Of the cast of tests.buying, those who send something back."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from catalogue.models import Variant
from checkout.quotes import Item
from fulfilment import fulfilment_orders, returns
from fulfilment.models import FulfilmentOrder, Return
from fulfilment.returns import Wanted
from tests.buying import (
    Basket,
    Sandbox,
    basket,
    buyer,
    flipflops,
    pay,
    plage,
    sandbox,
    sandbox_process,
)

__all__ = ["basket", "buyer", "flipflops", "plage", "sandbox", "sandbox_process"]


@pytest.fixture
def part(basket: Basket, flipflops: Variant, sandbox: Sandbox) -> FulfilmentOrder:
    """Three pairs of €34.00 and €3.90 for the parcel, paid, sent and delivered."""
    order = basket.with_(items=(Item(flipflops.public_id, 3),)).place()
    pay(order.payments.get(), sandbox.token())
    [opened] = fulfilment_orders.open_for(order.pk)
    fulfilment_orders.ship(opened, carrier="DHL", tracking_number="A", actor=None)
    fulfilment_orders.deliver(opened, actor=None)
    merchant = opened.merchant
    merchant.address = "3 quai des Bulles\n35400 Saint-Malo"
    merchant.save()
    return FulfilmentOrder.objects.select_related("merchant", "order").get(pk=opened.pk)


@pytest.fixture
def ask(part: FulfilmentOrder) -> Callable[..., Return]:
    """Ask for pieces of its only line to be taken back."""

    def ask(pieces: int = 1, reason: str = "changed_mind", *, key: str = "a", **more: object):
        wanted = [Wanted(part.order.lines.get().pk, pieces, reason)]
        return returns.ask(part, wanted=wanted, words="Too small", key=key, **more)

    return ask
