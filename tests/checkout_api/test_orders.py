"""A shop's orders by its key: its own lines, whose they are once they are paid, and how they are found."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from catalogue.models import Merchant, Variant
from checkout import orders
from checkout.models import Order
from checkout.quotes import Item
from fulfilment import fulfilment_orders
from fulfilment.models import FulfilmentOrder
from tests import callers
from tests.buying import HOME, Basket, Sandbox, buyer, pay, stranger
from tests.callers import Calls
from tests.checkout_api.buying import euros

__all__ = ["buyer", "stranger"]
pytestmark = pytest.mark.django_db(transaction=True)


def place(buyer: Any, *variants: Variant, key: str) -> Order:
    items = tuple(Item(each.public_id, 1) for each in variants)
    basket = Basket(items, buyer, key=key)
    return orders.place(
        items,
        buyer=buyer,
        address=HOME,
        key=key,
        seen_total=basket.total(),
        customers_note="At the back",
    )


@pytest.fixture
def unpaid(buyer: Any, flipflops: Variant) -> Order:
    return place(buyer, flipflops, key="unpaid")


@pytest.fixture
def paid(buyer: Any, sandbox: Sandbox, flipflops: Variant, bookcase: Variant) -> Order:
    placed = place(buyer, flipflops, bookcase, key="paid")
    assert pay(placed.payments.get(), sandbox.token()).kind == "succeeded"
    fulfilment_orders.open_for(placed.pk)
    placed.refresh_from_db()
    return placed


def found(caller: Calls, query: str) -> list[str]:
    answer = caller.get(f"orders/?{query}")
    assert answer.status_code == 200, answer.content
    return [each["id"] for each in answer.json()["data"]]


def test_a_paid_order_shows_its_shop_its_own_part(
    shop: Calls, paid: Order, plage: Merchant, rayon: Merchant, flipflops: Variant
):
    told = shop.get(f"orders/{paid.public_id}/").json()
    [line] = told["lines"]
    assert (line["variant_id"], line["shop"]["name"]) == (str(flipflops.public_id), "Plage")
    assert told["delivery"]["amount"] == euros(390)
    assert told["total"] == euros(3790)
    assert told["customer"]["email"] == "mai@etal.example"
    assert told["customer"]["address"]["line1"] == "14 rue des Lices"
    assert told["note"] == "At the back"
    part = FulfilmentOrder.objects.get(merchant=plage)
    assert told["fulfilment_order"] == {"id": str(part.public_id), "status": "open"}
    assert "Bookcase" not in str(told)
    theirs = callers.shop(rayon).get(f"orders/{paid.public_id}/").json()
    assert (theirs["total"], len(theirs["lines"])) == (euros(13400), 1)
    assert "flip-flops" not in str(theirs)


def test_an_unpaid_order_says_what_it_holds_and_not_for_whom(shop: Calls, unpaid: Order):
    told = shop.get(f"orders/{unpaid.public_id}/")
    shown = told.json()
    assert (shown["status"], shown["total"]) == ("awaiting_payment", euros(3790))
    assert shown["held_until"]
    assert (shown["customer"], shown["note"], shown["fulfilment_order"]) == (None, "", None)
    for secret in ("mai@etal.example", "Lefort", "rue des Lices", "At the back"):
        assert secret not in told.content.decode()
        assert secret not in shop.get("orders/").content.decode()


def test_orders_of_others_are_not_there(unpaid: Order, rayon: Merchant):
    others = callers.shop(rayon)
    assert others.get(f"orders/{unpaid.public_id}/").status_code == 404
    assert found(others, "") == []
    assert found(others, f"number={unpaid.number}") == []


def test_they_are_found(shop: Calls, unpaid: Order, paid: Order):
    both = [str(paid.public_id), str(unpaid.public_id)]
    assert found(shop, "") == both
    assert found(shop, "status=paid") == both[:1]
    assert found(shop, "status=awaiting_payment") == both[1:]
    assert found(shop, f"number={paid.number}") == both[:1]
    assert found(shop, f"number={quote(paid.reference)}") == both[:1]
    assert found(shop, "number=nonsense") == []
    Order.objects.filter(pk=unpaid.pk).update(placed_at=timezone.now() - timedelta(days=3))
    since = (timezone.now() - timedelta(days=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    assert found(shop, f"created_since={since}") == both[:1]
    assert found(shop, "created_since=2001-01-01T00:00:00%2B14:00") == both
    assert found(shop, "created_since=2001-01-01T00:00:00+14:00") == both
    assert found(shop, f"q={quote(paid.email)}") == both[:1]
    assert found(shop, "q=Lefort") == both[:1]
    assert found(shop, "q=corniche&status=cancelled") == []
    # A word of the other shop's line finds nothing.
    assert found(shop, "q=Bookcase") == []


@pytest.mark.parametrize(
    "query",
    [
        "status=odd",
        "created_since=yesterday",
        "created_since=2026-11-30",
        "created_since=0001-01-01T00:00:00%2B14:00",
        "created_since=9999-12-31T23:59:59-14:00",
        "colour=red",
    ],
)
def test_what_makes_no_sense_is_refused(shop: Calls, query: str):
    refused = shop.get(f"orders/?{query}")
    assert refused.status_code == 400
    assert refused.json()["errors"][0]["parameter"] == query.split("=")[0]


def test_pages_take_as_many_statements_however_long(
    shop: Calls, buyer: Any, stranger: Any, flipflops: Variant
):
    placed = [
        str(place(each, flipflops, key=f"{number}").public_id)
        for number, each in enumerate([buyer, stranger, buyer])
    ]

    def read(path: str) -> tuple[int, Any]:
        with CaptureQueriesContext(connection) as captured:
            answer = shop.get(path)
        return len(captured), answer.json()

    read("orders/")
    few, first = read("orders/?limit=1")
    # Who calls, the keys, the orders with their notes, lines, deliveries, discounts, parts.
    assert few == 7
    many, rest = read(f"orders/?{first['next'].split('?')[1].replace('limit=1', 'limit=50')}")
    assert many == few
    assert [each["id"] for each in [*first["data"], *rest["data"]]] == placed[::-1]
    assert rest["next"] is None


def test_a_search_is_read_page_by_page(
    shop: Calls, buyer: Any, sandbox: Sandbox, flipflops: Variant
):
    for number in range(3):
        placed = place(buyer, flipflops, key=f"{number}")
        pay(placed.payments.get(), sandbox.token())
        fulfilment_orders.open_for(placed.pk)
    first = shop.get("orders/?q=corniche&limit=2").json()
    second = shop.get("orders/?" + first["next"].split("?")[1]).json()
    seen = [each["id"] for each in [*first["data"], *second["data"]]]
    newest = Order.objects.order_by("-id").values_list("public_id", flat=True)
    assert seen == [str(each) for each in newest]
    assert second["next"] is None
