"""Whoever waits for the last pieces while the sale ends does not get them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from catalogue.models import Product, StockItem, Variant
from checkout.errors import UnknownProduct
from checkout.models import Order
from tests.buying import Basket, shelf
from tests.races.crowd import waiting

pytestmark = pytest.mark.django_db(transaction=True)


def test_an_order_that_waited_past_the_end_of_the_sale_is_refused(
    basket: Basket, flipflops: Variant
) -> None:
    """It was quoted while the sale went on, and waits for the stock while it ends."""
    soon = timezone.now() + timedelta(hours=1)
    Product.objects.filter(pk=flipflops.product_id).update(on_sale_until=soon)
    total = basket.total()

    def press() -> Order:
        try:
            return basket.with_(seen_total=total).place()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            StockItem.objects.select_for_update().get(pk=flipflops.pk)
            answer = pool.submit(press)
            while not waiting():
                assert not answer.done(), "it did not wait for the stock"
            Product.objects.filter(pk=flipflops.product_id).update(on_sale_until=timezone.now())
        with pytest.raises(UnknownProduct):
            answer.result(timeout=60)
    assert not Order.objects.exists()
    assert shelf(flipflops) == (10, 0)
