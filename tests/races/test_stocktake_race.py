"""Counts, sales, workers and the nightly check meet at the same shelf, on real PostgreSQL."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, transaction

from accounts.models import User
from catalogue import low_stock, products, stock, stocktakes
from catalogue.models import (
    LowStock,
    Membership,
    Merchant,
    Product,
    StockItem,
    Stocktake,
    StocktakeLine,
    Variant,
)
from catalogue.products import NewVariant
from checkout import stock_checks
from checkout.models import Order, ReconciliationFinding, StockCheck
from fulfilment import late
from fulfilment.models import FulfilmentOrder
from tests.races.crowd import at_once, before_it_is_written, waiting
from tests.shops import open_shop

PIECES = 100
NOW = datetime(2026, 12, 1, 8, tzinfo=UTC)


@pytest.fixture
def shop(transactional_db: None) -> Merchant:
    """With one who keeps the stock and sends."""
    merchant = open_shop("shelves")
    person = User.objects.create_user("o@shelves.example", handle="o", display_name="O")
    Membership.objects.create(user=person, merchant=merchant, role=Membership.Role.OWNER)
    return merchant


@pytest.fixture
def shelf(shop: Merchant) -> Variant:
    product = products.create(
        shop,
        title="Mat",
        variants=[NewVariant(price=100, sku="MAT", on_hand=PIECES)],
        actor=None,
        status=Product.Status.ACTIVE,
    )
    return product.variants.get()


@pytest.fixture
def count(shelf: Variant) -> Stocktake:
    return stocktakes.begin(shelf.merchant, actor=None)


def on_hand(variant: Variant) -> int:
    return StockItem.objects.get(pk=variant.pk).on_hand


@transaction.atomic
def sell(variant: Variant) -> None:
    stock.reserve({variant.pk: 1})
    stock.sell({variant.pk: 1}, reference="1001")


def work(count: Stocktake) -> None:
    while stocktakes.apply_slice(count.pk):
        pass


def test_sales_while_a_count_is_applied_are_kept(shelf: Variant, count: Stocktake) -> None:
    stocktakes.record(count, {shelf.pk: PIECES - 7}, actor=None)
    stocktakes.apply(count, actor=None)
    jobs = [lambda: sell(shelf)] * 6
    answers = at_once([*jobs, lambda: work(count), *jobs])
    assert answers == [None] * 13
    assert on_hand(shelf) == PIECES - 7 - 12
    assert sum(each.after - each.before for each in shelf.movements.all()) == on_hand(shelf)


def test_a_sale_that_is_not_yet_written_when_something_is_counted_is_kept(
    shelf: Variant, count: Stocktake
) -> None:
    """The books of the count are those without the sale, whose piece was still on the shelf."""
    answer = before_it_is_written(
        lambda: sell(shelf),
        then=lambda: stocktakes.record(count, {shelf.pk: PIECES}, actor=None),
    )
    assert answer.result() == {shelf.pk}
    stocktakes.apply(count, actor=None)
    work(count)
    assert on_hand(shelf) == PIECES - 1


def test_two_workers_apply_a_count_once(shelf: Variant, count: Stocktake) -> None:
    stocktakes.record(count, {shelf.pk: PIECES - 7}, actor=None)
    stocktakes.apply(count, actor=None)
    answer = before_it_is_written(
        lambda: stocktakes.apply_slice(count.pk), then=lambda: stocktakes.apply_slice(count.pk)
    )
    assert answer.result() is False
    assert on_hand(shelf) == PIECES - 7
    assert count.lines.get().outcome == StocktakeLine.Outcome.APPLIED


def test_the_sweep_leaves_a_count_to_the_worker_that_is_at_it(
    shelf: Variant, count: Stocktake, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else each sweep would set one more worker to the same count, to wait for the others."""
    monkeypatch.setattr(stocktakes, "SLICE", 1)
    stocktakes.record(count, {shelf.pk: PIECES - 7}, actor=None)
    stocktakes.apply(count, actor=None)
    answer = before_it_is_written(
        lambda: stocktakes.apply_slice(count.pk), then=stocktakes.applying
    )
    assert answer.result() == []
    assert stocktakes.applying() == [count.pk]


def test_nothing_is_noted_once_a_count_is_being_applied(shelf: Variant, count: Stocktake) -> None:
    stocktakes.record(count, {shelf.pk: PIECES - 7}, actor=None)
    answer = before_it_is_written(
        lambda: stocktakes.apply(count, actor=None),
        then=lambda: stocktakes.record(count, {shelf.pk: 1}, actor=None),
    )
    assert isinstance(answer.exception(), stocktakes.StocktakeClosed)
    assert count.lines.get().counted == PIECES - 7


def test_what_is_promised_while_a_count_is_applied_is_not_counted_away(
    shelf: Variant, count: Stocktake
) -> None:
    stocktakes.record(count, {shelf.pk: 3}, actor=None)
    stocktakes.apply(count, actor=None)
    answer = before_it_is_written(
        lambda: stock.reserve({shelf.pk: 5}), then=lambda: stocktakes.apply_slice(count.pk)
    )
    assert answer.result() is False
    assert on_hand(shelf) == PIECES
    assert count.lines.get().outcome == StocktakeLine.Outcome.RESERVED


def test_sales_are_no_difference_to_the_nightly_check(shelf: Variant) -> None:
    """Also not one whose rows are locked, and not yet written, when it looks."""
    answer = before_it_is_written(
        lambda: sell(shelf), then=lambda: stock_checks.run(stock_checks.begin())
    )
    assert answer.result().found == 0
    jobs = [lambda: sell(shelf)] * 8
    checks = [lambda: stock_checks.compare(0, shelf.pk)] * 8
    answers = at_once([*jobs, *checks])
    assert answers == [*[None] * 8, *[[]] * 8]
    assert not ReconciliationFinding.objects.exists()


def test_two_workers_at_one_check_share_it(shelf: Variant, monkeypatch: pytest.MonkeyPatch) -> None:
    """The batch that one is at, the other leaves to it."""
    monkeypatch.setattr(stock_checks, "BATCH", 1)
    StockItem.objects.filter(pk=shelf.pk).update(reserved=1)
    going = StockCheck.objects.create(reached=shelf.pk - 1, last=shelf.pk + 1)
    answer = before_it_is_written(
        lambda: stock_checks.go_on(going), then=lambda: stock_checks.go_on(going)
    )
    assert answer.result() is False
    going.refresh_from_db()
    assert (going.found, going.reached) == (1, shelf.pk)


def test_two_workers_tell_a_shop_once_of_what_runs_low(shelf: Variant) -> None:
    stock.adjust(shelf, delta=-PIECES, actor=None)
    low_stock.look()
    shop = shelf.merchant_id
    answers = at_once([lambda: low_stock.tell(shop, now=NOW)] * 4)
    assert sorted(map(bool, answers)) == [False, False, False, True]
    assert all(isinstance(answer, bool) for answer in answers)
    assert LowStock.objects.filter(told_at=NOW).count() == 1


@pytest.fixture
def late_part(shop: Merchant) -> FulfilmentOrder:
    order = Order.objects.create(
        email="mai@people.example",
        principal="guest:1",
        idempotency_key="1",
        status=Order.Status.PAID,
        currency="EUR",
        items_total=0,
        delivery_total=0,
        total=0,
        placed_at=NOW,
        paid_at=NOW,
        country="FR",
    )
    ended = NOW - timedelta(days=30)
    return FulfilmentOrder.objects.create(order=order, merchant=shop, leaves_by=ended)


def test_two_workers_remind_a_shop_once_a_day(late_part: FulfilmentOrder) -> None:
    shop = late_part.merchant_id
    for now in (NOW, NOW + timedelta(days=1)):
        answers = at_once([lambda now=now: late.remind(shop, now=now)] * 4)
        assert sorted(map(bool, answers)) == [False, False, False, True]
        assert all(isinstance(answer, bool) for answer in answers)


def test_two_workers_tell_the_operator_once_of_an_order(late_part: FulfilmentOrder) -> None:
    answer = before_it_is_written(
        lambda: late.tell_operator(NOW), then=lambda: late.tell_operator(NOW)
    )
    assert answer.result() == 0
    assert late.tell_operator(NOW) == 0


def test_movements_of_one_shelf_follow_each_other_in_time(shelf: Variant) -> None:
    """Also where a statement began earlier and had to wait: its clock is read under the lock."""
    with ThreadPoolExecutor(1) as pool, transaction.atomic():
        stock.reserve({shelf.pk: 1})
        answer = pool.submit(on_its_own, lambda: stock.adjust(shelf, delta=5, actor=None))
        until = time.monotonic() + 60
        while not waiting():
            assert time.monotonic() < until, "it does not wait"
        stock.sell({shelf.pk: 1}, reference="1001")
    answer.result()
    steps = list(shelf.movements.order_by("created_at").values_list("before", "after"))
    assert steps == [(0, PIECES), (PIECES, PIECES - 1), (PIECES - 1, PIECES + 4)]


def on_its_own(job: Callable[[], object]) -> None:
    """On a connection that is closed afterwards."""
    try:
        job()
    finally:
        connection.close()
