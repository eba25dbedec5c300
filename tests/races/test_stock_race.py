"""Many baskets reach for the same few pieces at once, on real PostgreSQL."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection, transaction

from catalogue import stock
from catalogue.models import Product, StockItem, Variant
from tests.shops import open_shop

BUYERS = 50
PIECES = 10


@pytest.fixture
def variants(transactional_db: None) -> list[Variant]:
    """Three variants of one product, ten pieces of each."""
    merchant = open_shop("plage")
    product = Product.objects.create(merchant=merchant, title="Mat", slug="mat", currency="EUR")
    rows = [
        Variant.objects.create(
            product=product, merchant=merchant, option_values=[str(size)], price=100
        )
        for size in range(3)
    ]
    StockItem.objects.bulk_create([StockItem(variant=row, on_hand=PIECES) for row in rows])
    return rows


def race(baskets: list[dict[int, int]]) -> list[dict[int, int] | None]:
    """All baskets are reserved at the same moment; each answers None or its shortages."""
    gate = Barrier(len(baskets))

    def take(basket: dict[int, int]) -> dict[int, int] | None:
        try:
            gate.wait(timeout=30)
            with transaction.atomic():
                stock.reserve(basket)
        except stock.OutOfStock as short:
            return short.shortages
        else:
            return None
        finally:
            connection.close()

    with ThreadPoolExecutor(len(baskets)) as pool:
        return list(pool.map(take, baskets))


def test_fifty_buyers_of_ten_pieces_leave_ten_promises(variants: list[Variant]) -> None:
    wanted = variants[0]
    answers = race([{wanted.pk: 1}] * BUYERS)
    assert answers.count(None) == PIECES
    assert answers.count({wanted.pk: 0}) == BUYERS - PIECES
    item = StockItem.objects.get(pk=wanted.pk)
    assert (item.on_hand, item.reserved) == (PIECES, PIECES)


def test_baskets_in_opposite_order_wait_instead_of_deadlocking(variants: list[Variant]) -> None:
    keys = [variant.pk for variant in variants]
    forwards = dict.fromkeys(keys, 1)
    backwards = dict.fromkeys(reversed(keys), 1)
    answers = race([forwards, backwards] * 15)
    assert answers.count(None) == PIECES
    assert all(answer == dict.fromkeys(keys, 0) for answer in answers if answer is not None)
    assert set(StockItem.objects.values_list("reserved", flat=True)) == {PIECES}
