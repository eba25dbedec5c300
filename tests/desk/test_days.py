"""Days that are kept say what the books say of them, whenever they are kept."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from catalogue.models import Merchant
from desk import days, figures
from desk.figures import Moved
from desk.models import DayMoney, DayPost, DayProduct, KeptDays
from desk.ranges import Range
from feeds.models import ProductCard
from tests.desk.conftest import paris, refunded, sold
from tests.statements import sale, sent

NOVEMBER = Range(date(2025, 11, 1), date(2025, 11, 30))


def keep_all() -> None:
    days.keep_finished(until=timezone.now() + timedelta(hours=1))


@pytest.fixture
def november(world, at):
    """Two pairs through a post, one by itself, one given back, and what was sent."""
    at(2025, 11, 30, 12)
    plage = world.plage
    first = sold(world, plage, paris(2025, 11, 3, 23, 59), post=world.post)
    sold(world, plage, paris(2025, 11, 4, 0, 0), post=world.post)
    sold(world, plage, paris(2025, 11, 30, 9))
    sold(world, world.rayon, paris(2025, 11, 4, 10))
    refunded(first, plage, paris(2025, 11, 6, 10))
    decided = paris(2025, 11, 5, 10)
    sent(plage.merchant, decided, 3705, left_at=decided)
    return world


def test_open_days_are_read_from_the_books(november):
    found = figures.overview(november.plage.merchant, NOVEMBER)
    assert found.now.moved == Moved(
        orders=3, sales=11_640, refunds=1, refunded=3490, disputed=0, fees=350, sent=3705
    )
    by_day = {day: (moved.orders, moved.sales) for day, moved in found.now.days if moved.orders}
    assert by_day == {
        date(2025, 11, 3): (1, 3880),
        date(2025, 11, 4): (1, 3880),
        date(2025, 11, 30): (1, 3880),
    }
    assert found.before.moved == Moved()
    assert found.now.through_posts == 2
    [product] = found.products
    assert (product.product, product.orders, product.pieces) == (november.plage.product, 3, 3)
    assert (product.sales, product.returned, product.refunded) == (3 * 3490, 1, 3490)
    [post] = found.posts
    assert (post.post, post.orders, post.pieces, post.sales) == (november.post, 2, 2, 6980)


def test_kept_days_say_the_same_as_open_ones(november):
    shop = november.plage.merchant
    before = figures.overview(shop, NOVEMBER)
    keep_all()
    kept = KeptDays.objects.get(merchant=shop)
    assert (kept.last, kept.ends_at) == (date(2025, 11, 29), paris(2025, 11, 30))
    assert DayMoney.objects.filter(merchant=shop).count() == 4
    assert DayProduct.objects.filter(merchant=shop).count() == 3
    assert DayPost.objects.filter(merchant=shop).count() == 2
    assert figures.overview(shop, NOVEMBER) == before


def test_a_day_is_kept_an_hour_after_its_end(november, at):
    shop = november.plage.merchant
    at(2025, 12, 1, 0, 59)
    keep_all()
    assert KeptDays.objects.get(merchant=shop).last == date(2025, 11, 29)
    at(2025, 12, 1, 1, 0)
    keep_all()
    assert KeptDays.objects.get(merchant=shop).last == date(2025, 11, 30)
    [last] = DayMoney.objects.filter(merchant=shop, day=date(2025, 11, 30))
    assert (last.orders, last.sales) == (1, 3880)


def test_a_second_call_keeps_nothing_again(november):
    keep_all()
    rows = list(DayMoney.objects.order_by("pk").values())
    keep_all()
    assert list(DayMoney.objects.order_by("pk").values()) == rows


def test_long_ago_is_caught_up_with_in_slices(world, at):
    at(2025, 11, 30, 12)
    sold(world, world.plage, paris(2025, 1, 1, 9))
    with CaptureQueriesContext(connection) as first:
        assert days.keep_some(world.plage.merchant.pk)
    assert KeptDays.objects.get().last == date(2025, 1, 31)
    assert DayMoney.objects.count() == 1
    keep_all()
    assert KeptDays.objects.get().last == date(2025, 11, 29)
    assert len(first) < 15


def test_a_day_goes_by_the_clock_of_the_shop(world, at):
    at(2025, 11, 30, 12)
    Merchant.objects.filter(pk=world.rayon.merchant.pk).update(time_zone="Pacific/Auckland")
    world.rayon.merchant.refresh_from_db()
    when = paris(2025, 11, 20, 18)
    sold(world, world.plage, when)
    sold(world, world.rayon, when)
    found = [
        [day for day, moved in figures.overview(each.merchant, NOVEMBER).now.days if moved.orders]
        for each in (world.plage, world.rayon)
    ]
    assert found == [[date(2025, 11, 20)], [date(2025, 11, 21)]]


@pytest.mark.parametrize("zone", ["Pacific/Auckland", "Pacific/Honolulu"])
def test_a_shop_that_moves_around_the_world_counts_nothing_twice(november, at, zone):
    shop = november.plage.merchant
    keep_all()
    Merchant.objects.filter(pk=shop.pk).update(time_zone=zone)
    at(2025, 12, 3, 12)
    keep_all()
    shop.refresh_from_db()
    long = Range(date(2025, 11, 1), date(2025, 12, 4))
    found = figures.overview(shop, long)
    assert (found.now.moved.orders, found.now.moved.sales) == (3, 11_640)


def test_a_refund_that_did_not_go_through_is_counted_out_on_its_day(world, at):
    at(2025, 11, 30, 12)
    order = sold(world, world.plage, paris(2025, 11, 3, 9))
    refunded(order, world.plage, paris(2025, 11, 4, 9), dropped_at=paris(2025, 11, 9, 9))
    found = figures.overview(world.plage.merchant, NOVEMBER)
    assert found.now.moved.refunded == 0
    assert [moved.refunded for day, moved in found.now.days if moved.refunded] == [3490, -3490]
    [product] = found.products
    assert (product.returned, product.refunded) == (0, 0)


def test_the_days_before_stand_beside(world, at):
    at(2025, 11, 30, 12)
    sold(world, world.plage, paris(2025, 10, 31, 9), post=world.post)
    sold(world, world.plage, paris(2025, 11, 1, 9))
    found = figures.overview(world.plage.merchant, NOVEMBER)
    assert (found.before.span.first, found.before.span.last) == (
        date(2025, 10, 2),
        date(2025, 10, 31),
    )
    assert (found.before.moved.orders, found.now.moved.orders) == (1, 1)
    assert (found.before.through_posts, found.now.through_posts) == (1, 0)


def test_a_currency_is_offered_where_money_moved_in_it(world, at):
    at(2025, 11, 30, 12)
    shop = world.plage.merchant
    sold(world, world.plage, paris(2025, 11, 1, 9))
    assert figures.overview(shop, NOVEMBER).currencies == ["EUR"]
    sale(shop, paris(2025, 11, 2, 9), 500, 25, currency="GBP")
    found = figures.overview(shop, NOVEMBER, currency="GBP")
    assert (found.currencies, found.currency) == (["EUR", "GBP"], "GBP")
    assert found.now.moved.sales == 500
    assert figures.overview(shop, NOVEMBER, currency="XXX").currency == "EUR"


def test_the_page_costs_the_same_however_much_there_is(november):
    shop = november.plage.merchant
    ProductCard.objects.filter(post=november.post).update(product=november.plage.product)

    def statements() -> int:
        with CaptureQueriesContext(connection) as asked:
            figures.overview(shop, NOVEMBER)
        return len(asked)

    keep_all()
    before = statements()
    for minute in range(20):
        sold(november, november.plage, paris(2025, 11, 30, 10, minute), post=november.post)
    assert statements() == before
    assert before <= 14
