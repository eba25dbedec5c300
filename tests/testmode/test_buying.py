"""A shop's test key walks the whole way alone: quote, purchase, webhook, parcel; and reaches nothing real."""

from __future__ import annotations

from typing import Any

import pytest

from catalogue import test_spaces
from catalogue.models import Merchant, Variant
from checkout import gateway
from checkout.models import Order
from fulfilment import fulfilment_orders
from partners import keys
from partners.scopes import FOR_SHOPS
from tests import callers
from tests.buying import Sandbox, shelf, stock_shelf
from tests.callers import Calls
from tests.checkout_api.buying import body, buy, euros
from tests.shops import person
from webhooks.models import Event

pytestmark = pytest.mark.django_db(transaction=True)
VISA = "pm_card_visa"
TOTAL = 1590


def key_of(twin: Merchant, *scopes: str) -> Calls:
    maker = person(f"maker_{twin.pk}_{len(scopes)}")
    made = keys.make(name="Test", scopes=scopes, made_by=maker, merchant=twin, live=False)
    return Calls(made[1])


@pytest.fixture
def tester(twin: Merchant) -> Calls:
    return key_of(twin, *FOR_SHOPS)


def lines(*variants: Variant) -> list[dict[str, Any]]:
    return [{"variant_id": str(each.public_id)} for each in variants]


def test_one_key_quotes_buys_hears_and_ships(
    tester: Calls, twin: Merchant, dummies: Variant, sandbox: Sandbox
):
    quoted = tester.post("quotes/", {"lines": lines(dummies), "country": "FR"})
    assert quoted.status_code == 200
    assert (quoted.json()["total"], quoted.json()["publishable_key"]) == (euros(TOTAL), None)

    bought = buy(tester, body(dummies, TOTAL, VISA))

    assert bought.status_code == 201
    told = bought.json()
    assert (told["status"], told["payment"]["status"]) == ("paid", "succeeded")
    order = Order.objects.get()
    assert (order.test_shop, order.partner, order.user) == (twin, None, None)
    assert order.email == "mai@lefort.example.invalid"
    assert sandbox.intents() == []
    paid = order.payments.get()
    assert gateway.retrieve(paid.intent_id or "", test=True).status == "succeeded"
    assert tester.get(f"purchases/{told['id']}/").json()["id"] == told["id"]
    assert [each["id"] for each in tester.get("purchases/").json()["data"]] == [told["id"]]
    fulfilment_orders.open_for(order.pk)
    types = set(Event.objects.filter(merchant=twin).values_list("type", flat=True))
    assert {"order.placed", "order.paid", "fulfilment_order.opened"} <= types
    [part] = tester.get("fulfilment-orders/").json()["data"]
    sent = tester.post(
        f"fulfilment-orders/{part['id']}/shipments/",
        {"carrier": "Colissimo", "tracking_number": "6A1"},
        key="ship",
    )
    assert sent.status_code == 201


def test_any_scope_will_do_as_for_the_events_that_it_may_play(
    twin: Merchant, dummies: Variant, sandbox: Sandbox
):
    narrow = key_of(twin, "products:read")
    assert buy(narrow, body(dummies, TOTAL, VISA)).status_code == 201


def test_the_same_call_and_the_same_card_are_one_try(
    tester: Calls, dummies: Variant, sandbox: Sandbox
):
    said = body(dummies, TOTAL, "pm_card_chargeDeclined")
    declined = buy(tester, said, key="once")
    assert (declined.status_code, declined.json()["code"]) == (402, "payment_declined")
    name = declined.json()["purchase"]["id"]
    payment = f"purchases/{name}/payment/"
    for turn in ("second", "third"):
        again = tester.post(payment, {"confirmation_token": "pm_card_chargeDeclined"}, key=turn)
        assert again.status_code == 402
    assert Order.objects.get().payments.get().attempt == 1
    wrong = tester.post(payment, {"confirmation_token": "pm_card_nobodys"}, key="wrong")
    assert (wrong.status_code, wrong.json()["decline_code"]) == (402, "invalid_number")
    paid = tester.post(payment, {"confirmation_token": VISA}, key="paid")
    assert (paid.status_code, paid.json()["status"]) == (200, "paid")
    assert shelf(dummies) == (9, 0)


def test_it_cancels_what_it_bought(tester: Calls, dummies: Variant, sandbox: Sandbox):
    declined = buy(tester, body(dummies, TOTAL, "pm_card_chargeDeclined"))
    name = declined.json()["purchase"]["id"]
    gone = tester.post(f"purchases/{name}/cancel/")
    assert (gone.status_code, gone.json()["status"]) == (200, "cancelled")
    assert shelf(dummies) == (10, 0)


def test_it_reaches_nothing_real_and_no_other_space(
    tester: Calls, flipflops: Variant, rayon: Merchant, sandbox: Sandbox
):
    space = test_spaces.twin_of(rayon)
    theirs = stock_shelf(space, "Their dummy", price=1200, pieces=3)
    for variant in (flipflops, theirs):
        asked = {"lines": lines(variant), "country": "FR"}
        assert tester.post("quotes/", asked).json()["code"] == "unknown_product"
        assert buy(tester, body(variant, TOTAL, VISA)).json()["code"] == "unknown_product"
    assert not Order.objects.exists()

    made = buy(key_of(space, "products:read"), body(theirs, 1700, VISA)).json()
    assert made["status"] == "paid"
    assert tester.get("purchases/").json()["data"] == []
    for step in ("", "payment/"):
        assert tester.get(f"purchases/{made['id']}/{step}").status_code == 404
    assert tester.post(f"purchases/{made['id']}/cancel/").status_code == 404


def test_a_live_key_buys_nothing_and_is_told_how_to_try(plage: Merchant, dummies: Variant):
    refused = callers.shop(plage).post("quotes/", {"lines": lines(dummies), "country": "FR"})
    assert (refused.status_code, refused.json()["code"]) == (403, "not_a_buyer")
    assert "test key" in refused.json()["detail"]


def test_a_real_order_takes_no_test_card(flipflops: Variant, sandbox: Sandbox):
    refused = buy(callers.partner("phare"), body(flipflops, 3790, VISA))
    assert refused.status_code == 402
    assert sandbox.charges() == []


def test_there_are_no_carts_in_a_test_space(tester: Calls, twin: Merchant):
    refused = tester.post("carts/", {"country": "FR"})
    assert refused.status_code == 403


def test_without_keys_of_test_mode_it_is_placed_and_not_paid(
    tester: Calls, dummies: Variant, sandbox: Sandbox, settings: Any
):
    settings.STRIPE_TEST_SECRET_KEY = ""
    refused = buy(tester, body(dummies, TOTAL, VISA))
    assert (refused.status_code, refused.json()["code"]) == (422, "test_mode_off")
