"""Plage, its key, and a paid order of two pairs that it has to send."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from checkout.models import OrderLine
from fulfilment.models import FulfilmentOrder
from tests.callers import assert_documented
from tests.partners.conftest import Call, secret
from tests.partners.conftest import plage as plage_unheard
from tests.shared import world, world_of_module
from tests.shops import Cast, buy
from tests.statements import sale

__all__ = ["part", "plage_unheard", "secret", "world", "world_of_module"]


@pytest.fixture
def plage(plage_unheard: Call) -> Call:
    """Calls in Plage's name; each answer has to be as the document says."""

    def call(method: str, path: str, body: Any = None, **headers: str) -> Any:
        answer = plage_unheard(method, path, body, **headers)
        assert_documented(method, answer)
        return answer

    return call


@pytest.fixture
def bought(world: Cast) -> Callable[..., FulfilmentOrder]:
    """Maï has bought so many pairs from Plage, and paid."""

    def bought(pieces: int = 2) -> FulfilmentOrder:
        shop, older = world.plage, world.plage.parcel
        order = buy(world.mai, shop)
        # The parcel of somebody else's that comes with it.
        assert shop.parcel is not None
        shop.parcel.delete()
        shop.parcel.fulfilment_order.delete()
        shop.parcel = older
        goods = pieces * shop.variant.price
        total = goods + shop.rate.price
        OrderLine.objects.filter(order=order).update(quantity=pieces, total=goods)
        order.payments.update(amount=total, captured=total)
        sale(shop.merchant, timezone.now(), total, 175, order=order)
        return FulfilmentOrder.objects.select_related("order", "merchant").get(order=order)

    return bought


@pytest.fixture
def part(bought: Callable[..., FulfilmentOrder]) -> FulfilmentOrder:
    return bought()
