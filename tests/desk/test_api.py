"""What sold, by the API: the figures of the overview."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from desk import days, figures, ranges
from feeds.models import PostViews
from tests.desk.conftest import refunded, sold
from tests.fulfilment_api.conftest import plage, plage_unheard, secret

__all__ = ["plage", "plage_unheard", "secret"]
SALES = "/api/v1/analytics/sales/"


def ago(number: int):
    return timezone.now() - timedelta(days=number)


@pytest.fixture
def seen(world):
    """A pair was sold yesterday through a post and is given back, and one long before."""
    order = sold(world, world.plage, ago(1), post=world.post)
    sold(world, world.plage, ago(45))
    sold(world, world.rayon, ago(1))
    refunded(order, world.plage, ago(0))
    PostViews.objects.create(
        post=world.post, merchant=world.plage.merchant, day=ago(1).date(), count=80
    )
    return world


@pytest.mark.parametrize("kept", [False, True])
def test_figures_are_those_of_the_overview(plage, seen, kept):
    shop = seen.plage.merchant
    if kept:
        while days.keep_some(shop.pk):
            pass
    found = plage("get", SALES).json()
    page = figures.overview(shop, ranges.last_days(30, today=days.today(shop)))
    totals, moved = found["totals"], page.now.moved
    for name in ("orders", "sales", "refunds", "refunded", "disputed", "fees", "sent", "average"):
        assert totals[name] == getattr(moved, name), name
    assert (totals["views"], totals["conversion"]) == (page.now.views, page.now.conversion)
    assert (totals["orders"], totals["sales"], totals["refunded"]) == (1, 3880, 3490)
    assert (found["before"]["sales"], found["units"], totals["views"]) == (3880, 1, 80)
    assert len(found["days"]) == 30
    [day] = [each for each in found["days"] if each["orders"]]
    assert (day["sales"], day["units"]) == (3880, 1)
    [product] = found["products"]
    assert product["product_id"] == str(seen.plage.product.public_id)
    assert (product["units"], product["sales"], product["returned"]) == (1, 3490, 1)
    [post] = found["posts"]
    assert (post["post_id"], post["views"], post["orders"]) == (str(seen.post.public_id), 80, 1)
    assert (found["currency"], found["currencies"]) == ("EUR", ["EUR"])


def test_the_range_is_ones_own(plage, seen):
    shop = seen.plage.merchant
    first = days.today(shop) - timedelta(days=50)
    query = f"from={first}&to={first + timedelta(days=9)}&interval=day"
    found = plage("get", f"{SALES}?{query}").json()
    assert (found["totals"]["orders"], found["units"], len(found["days"])) == (1, 1, 10)
    assert (found["from"], found["to"]) == (str(first), str(first + timedelta(days=9)))


def test_nothing_moved_in_another_currency(plage, seen):
    found = plage("get", f"{SALES}?currency=JPY").json()
    assert (found["currency"], found["currencies"]) == ("JPY", ["EUR"])
    assert (found["totals"]["sales"], found["units"], found["products"]) == (0, 0, [])


def test_it_costs_the_same_however_much_was_sold(plage, seen, django_assert_max_num_queries):
    plage("get", SALES)
    with django_assert_max_num_queries(20) as few:
        plage("get", SALES)
    for number in range(5):
        sold(seen, seen.plage, ago(number), post=seen.post)
    with django_assert_max_num_queries(20) as many:
        plage("get", SALES)
    assert len(many) == len(few)


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("from=yesterday", "from"),
        ("from=", "from"),
        ("to=2026-01-01", "from"),
        ("from=2026-01-02&to=2026-01-01", "from"),
        ("from=2020-01-01&to=2026-01-01", "from"),
        ("interval=week", "interval"),
        ("currency=XYZ", "currency"),
        ("days=7", "days"),
    ],
)
def test_what_is_no_range_is_named(plage, query, parameter):
    refused = plage("get", f"{SALES}?{query}")
    assert refused.status_code == 400
    assert [each["parameter"] for each in refused.json()["errors"]] == [parameter]
