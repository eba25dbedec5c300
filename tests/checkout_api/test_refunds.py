"""Refunds by a shop's key: looked at, made once, of its own part alone."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from catalogue.models import Merchant, Variant
from checkout import payments, refunds
from checkout.models import Order, Refund, TransferReversal
from checkout.quotes import Item
from partners.models import StoredAnswer
from tests import callers
from tests.buying import Basket, Sandbox, buyer, history, pay, shelf
from tests.callers import Calls
from tests.checkout_api.buying import euros

__all__ = ["buyer"]
pytestmark = pytest.mark.django_db


@pytest.fixture
def order(buyer: Any, sandbox: Sandbox, flipflops: Variant, bookcase: Variant) -> Order:
    """Two pairs of Plage's and a bookcase of Rayon's, paid."""
    items = (Item(flipflops.public_id, 2), Item(bookcase.public_id, 1))
    placed = Basket(items, buyer).place()
    assert pay(placed.payments.get(), sandbox.token()).kind == "succeeded"
    placed.refresh_from_db()
    return placed


def pair(variant: Variant, **more: Any) -> dict[str, Any]:
    return {
        "lines": [{"variant_id": str(variant.public_id), "quantity": 1, "restock": True}],
        **more,
    }


def test_a_pair_goes_back_as_the_preview_said(shop: Calls, order: Order, flipflops: Variant):
    path = f"orders/{order.public_id}/refunds/"
    preview = shop.post(f"{path}preview/", pair(flipflops))
    assert preview.status_code == 200, preview.content
    told = preview.json()
    assert (told["amount"], told["tax"], told["left"]) == (euros(3400), euros(567), euros(3790))
    assert [each["variant_id"] for each in told["parts"]] == [str(flipflops.public_id)]
    assert not Refund.objects.exists()
    said = pair(flipflops, amount=told["amount"], reason="Too small")
    made = shop.post(path, said, key="r1")
    assert made.status_code == 201, made.content
    row = Refund.objects.get()
    assert made["Location"].endswith(f"/{path}{row.public_id}/")
    shown = made.json()
    assert (shown["status"], shown["reason"]) == ("requested", "Too small")
    assert (shown["amount"], shown["fee"], shown["parts"]) == (
        euros(3400),
        told["fee"],
        told["parts"],
    )
    assert shelf(flipflops) == (9, 0)
    assert order.history.get(type="refund.requested").actor_id is not None
    refunds.send(row.pk)
    assert shop.get(f"{path}{row.public_id}/").json()["status"] == "succeeded"


def test_the_same_refund_twice_is_one(
    shop: Calls, order: Order, flipflops: Variant, sandbox: Sandbox
):
    path = f"orders/{order.public_id}/refunds/"
    said = pair(flipflops, amount=euros(3400), reason="Too small")
    first = shop.post(path, said, key="r1")
    again = shop.post(path, said, key="r1")
    assert (again.status_code, again["Idempotent-Replayed"]) == (201, "true")
    assert again.content == first.content
    # So does one whose first answer never was kept: its process had died.
    StoredAnswer.objects.all().delete()
    late = shop.post(path, said, key="r1")
    assert (late.status_code, late.json()) == (201, first.json())
    refunds.send(Refund.objects.get().pk)
    assert len(sandbox.state()["refunds"]) == 1
    another = shop.post(path, said, key="r2")
    assert another.status_code == 201
    assert Refund.objects.count() == 2


def test_all_that_is_left_delivery_and_goodwill(shop: Calls, order: Order):
    path = f"orders/{order.public_id}/refunds/"
    goodwill = {"goodwill": euros(500), "amount": euros(500), "reason": "Late"}
    assert shop.post(path, goodwill, key="1").status_code == 201
    delivery = {"delivery": True, "amount": euros(390), "reason": "Lost"}
    assert shop.post(path, delivery, key="2").status_code == 201
    rest = shop.post(f"{path}preview/", {"everything": True}).json()
    assert (rest["amount"], rest["left"]) == (euros(6300), euros(0))
    everything = {"everything": True, "amount": euros(6300), "reason": "Gone"}
    assert shop.post(path, everything, key="3").status_code == 201
    nothing = shop.post(f"{path}preview/", {"everything": True})
    assert (nothing.status_code, nothing.json()["code"]) == (422, "nothing_chosen")
    listed = shop.get(path).json()["data"]
    assert [each["amount"] for each in listed] == [euros(6300), euros(390), euros(500)]
    kinds = [[part["kind"] for part in each["parts"]] for each in listed]
    assert kinds == [["line"], ["delivery"], ["goodwill"]]


def test_what_came_to_another_amount_meanwhile_is_shown_anew(
    shop: Calls, order: Order, flipflops: Variant
):
    path = f"orders/{order.public_id}/refunds/"
    said = {"everything": True, "amount": euros(7190), "reason": "All"}
    shop.post(path, pair(flipflops, amount=euros(3400), reason="One"), key="1")
    refused = shop.post(path, said, key="2")
    assert (refused.status_code, refused.json()["code"]) == (409, "refund_changed")
    assert refused.json()["preview"]["amount"] == euros(3790)
    assert Refund.objects.count() == 1
    assert shop.post(path, {**said, "amount": euros(3790)}, key="2").status_code == 201


def test_more_than_was_bought_says_what_is_left(shop: Calls, order: Order, flipflops: Variant):
    path = f"orders/{order.public_id}/refunds/preview/"
    lines = [{"variant_id": str(flipflops.public_id), "quantity": 3}]
    refused = shop.post(path, {"lines": lines})
    told = refused.json()
    assert (refused.status_code, told["code"], told["left"]) == (422, "too_many_pieces", 2)
    much = shop.post(path, {"goodwill": euros(9000)}).json()
    assert (much["code"], much["left"]) == ("too_much", euros(7190))


def test_of_an_order_of_two_shops_each_gives_back_its_own(
    shop: Calls, order: Order, rayon: Merchant, bookcase: Variant
):
    path = f"orders/{order.public_id}/refunds/"
    strange = shop.post(f"{path}preview/", pair(bookcase))
    assert strange.status_code == 400
    assert strange.json()["errors"][0]["pointer"] == "#/lines/0/variant_id"
    others = callers.shop(rayon)
    made = others.post(path, pair(bookcase, amount=euros(12900), reason="Scratched"), key="1")
    assert made.status_code == 201
    assert shop.get(path).json()["data"] == []
    assert shop.get(f"{path}{made.json()['id']}/").status_code == 404
    assert [each["id"] for each in others.get(path).json()["data"]] == [made.json()["id"]]


def test_a_refund_of_the_whole_payment_shows_what_it_took(shop: Calls, order: Order):
    payment = order.payments.get()
    made = refunds.request(payment.pk, amount=payment.amount_money, reason="all of it")
    [shown] = shop.get(f"orders/{order.public_id}/refunds/").json()["data"]
    assert (shown["id"], shown["amount"], shown["parts"]) == (
        str(made.public_id),
        euros(7190),
        [],
    )


def test_the_list_takes_as_many_statements_however_long(shop: Calls, order: Order):
    path = f"orders/{order.public_id}/refunds/"

    def statements() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert shop.get(path).status_code == 200
        return len(captured)

    def give(number: int) -> None:
        said = {"goodwill": euros(100), "amount": euros(100), "reason": "Late"}
        assert shop.post(path, said, key=str(number)).status_code == 201

    give(1)
    # Who calls, the order, its refunds, their parts, and what the ledger took.
    assert statements() == 5
    give(2)
    give(3)
    assert statements() == 5


def test_a_shop_that_owes_gives_nothing_back_at_our_cost(
    shop: Calls, order: Order, flipflops: Variant
):
    transfer = order.transfers.get(merchant=flipflops.merchant)
    TransferReversal.objects.create(
        transfer=transfer, amount=1, attempts=1, next_attempt_at=timezone.now()
    )
    said = pair(flipflops, amount=euros(3400), reason="x")
    refused = shop.post(f"orders/{order.public_id}/refunds/", said, key="1")
    assert (refused.status_code, refused.json()["code"]) == (422, "shop_owes")
    assert not Refund.objects.exists()


def test_what_is_not_paid_is_not_given_back(
    shop: Calls, buyer: Any, sandbox: Sandbox, flipflops: Variant
):
    placed = Basket((Item(flipflops.public_id, 1),), buyer).place()
    path = f"orders/{placed.public_id}/refunds/"
    refused = shop.post(path, pair(flipflops, amount=euros(3400), reason="x"), key="1")
    assert (refused.status_code, refused.json()["code"]) == (422, "not_refundable")
    payments.cancel_unpaid(placed.pk, reason="shopper")
    assert "refund.requested" not in history(placed)


def test_a_shop_without_the_right_refunds_nothing(
    plage: Merchant, order: Order, flipflops: Variant
):
    reading = callers.shop(plage, scopes=["orders:read"])
    said = pair(flipflops, amount=euros(3400), reason="x")
    refused = reading.post(f"orders/{order.public_id}/refunds/", said, key="1")
    assert (refused.status_code, refused.json()["code"]) == (403, "insufficient_scope")
    assert reading.get(f"orders/{order.public_id}/refunds/").status_code == 200


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"everything": True, "delivery": True},
        {"lines": []},
        {"goodwill": {"amount": 100, "currency": "USD"}},
        {"lines": [{"variant_id": "x", "quantity": 1}]},
    ],
)
def test_what_makes_no_sense_is_refused(shop: Calls, order: Order, said: dict[str, Any]):
    assert shop.post(f"orders/{order.public_id}/refunds/preview/", said).status_code == 400
