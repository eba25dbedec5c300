"""The checkout page: several shops, one payment; and what it says when the cart is another by now."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalogue import prices
from catalogue.models import Variant
from checkout import carts, payments
from checkout.cart_owners import Owner
from checkout.models import CartLine, Order, Payment
from shopping.money import Money
from tests.buying import Sandbox, open_shop, sandbox, sandbox_process, stock_shelf
from tests.checkout_pages.checkouts import fill, form, press, text_of
from tests.checkout_pages.conftest import HOME, PART, Visitor
from tests.journeys.cast import Market, set_stock

__all__ = ["sandbox", "sandbox_process"]
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def bookcase(market: Market) -> Variant:
    return stock_shelf(open_shop("rayon", delivery=500), "Bookcase", price=12900, pieces=3)


@pytest.fixture
def full(guest: Visitor, market: Market, bookcase: Variant) -> Visitor:
    """A guest with a lamp of one shop and a bookcase of another in the cart."""
    fill(guest, market.lamp.variants.get(), bookcase)
    return guest


def in_cart() -> dict[str, int]:
    lines = CartLine.objects.select_related("variant__product").order_by("id")
    return {line.variant.product.title: line.quantity for line in lines}


def test_the_page_shows_both_parcels_and_what_is_charged(full: Visitor) -> None:
    shown = text_of(full.client.get("/checkout/eur/"))
    for words in (
        "2 items, 2 shops",
        "Parcel 1, from Plage &amp; Fils",
        "Parcel 2, from Rayon",
        "Delivery, 2 parcels",
        "€8.90",
        "Pay €221.90",
        "One payment, 2 parcels: each shop sends its own.",
        "Sold and sent by Plage &amp; Fils.",
        "Sold and sent by Rayon.",
        "The card fields need JavaScript",
        'data-product="cart-eur"',
    ):
        assert words in shown, words


def test_a_guest_pays_two_shops_at_once(full: Visitor, sandbox: Sandbox) -> None:
    sent = form(full, confirmation_token=sandbox.token())
    answer = press(full, sent)
    assert (answer.status_code, answer.json()["kind"]) == (200, "paid")
    order = Order.objects.get()
    assert (order.status, order.total) == ("paid", 8400 + 390 + 12900 + 500)
    assert [each.merchant.name for each in order.deliveries.order_by("id")] == [
        "Plage & Fils",
        "Rayon",
    ]
    assert Payment.objects.count() == len(sandbox.charges()) == 1
    assert in_cart() == {}
    page = full.client.get(answer.json()["url"] + "?thanks=1")
    assert "Plage &amp; Fils is packing" in text_of(page)
    assert "Rayon is packing" in text_of(page)
    assert full.client.cookies["cart"].value == "g0"
    again = press(full, sent)
    assert (again.json()["kind"], Order.objects.count()) == ("paid", 1)
    assert len(sandbox.charges()) == 1


def test_the_next_currency_is_asked_for_nothing_that_was_typed(
    full: Visitor, market: Market, sandbox: Sandbox
) -> None:
    answer = press(full, form(full, code="", confirmation_token=sandbox.token()))
    assert answer.json()["kind"] == "paid"
    fill(full, market.lamp.variants.get())
    page = text_of(full.client.get("/checkout/eur/"))
    for name in ("email", "name", "line1", "postal_code", "city"):
        assert f'value="{HOME[name]}"' in page
    assert set(full.client.session["buy_draft"]["fields"]) == {*HOME}


def test_a_declined_card_then_another_is_one_order(
    full: Visitor, bookcase: Variant, sandbox: Sandbox
) -> None:
    set_stock(bookcase, pieces=1)  # The first press holds the last one.
    sent = form(full, confirmation_token=sandbox.token("pm_card_visa_chargeDeclined"))
    assert press(full, sent).json()["kind"] == "declined"
    assert in_cart() == {"Phare lamp": 1, "Bookcase": 1}
    sent["confirmation_token"] = sandbox.token()
    assert press(full, sent).json()["kind"] == "paid"
    assert Order.objects.get().status == "paid"
    assert len(sandbox.charges()) == 1


def test_what_was_put_in_after_placing_stays_and_nothing_leaves_twice(
    full: Visitor, market: Market, sandbox: Sandbox
) -> None:
    sent = form(full, confirmation_token=sandbox.token("pm_card_visa_chargeDeclined"))
    press(full, sent)
    fill(full, market.lamp.variants.get(), market.variant("Coral", "42"))
    payment = Payment.objects.get()
    for _ in range(2):
        payments.start(payment.pk, confirmation_token=sandbox.token(), return_url="http://x.test/")
        assert in_cart() == {"Phare lamp": 1, "Corniche flip-flops": 1}
        payments.settle(payment.pk)
    assert in_cart() == {"Phare lamp": 1, "Corniche flip-flops": 1}


def test_who_signs_in_before_paying_finds_the_rest_in_their_cart(
    full: Visitor, mai, market: Market, sandbox: Sandbox
) -> None:
    sent = form(full, confirmation_token=sandbox.token("pm_card_visa_chargeDeclined"))
    press(full, sent)
    fill(full, market.variant("Coral", "42"))
    full.client.force_login(mai)
    full.client.get("/cart/")
    payment = Payment.objects.get()
    payments.start(payment.pk, confirmation_token=sandbox.token(), return_url="http://x.test/")
    assert in_cart() == {"Corniche flip-flops": 1}


def refuses(visitor: Visitor, sent: dict[str, Any], words: str) -> None:
    answer = press(visitor, sent)
    assert (answer.status_code, answer.json()["kind"]) == (409, "changed")
    assert words in answer.json()["html"]
    assert not Order.objects.exists()


@pytest.mark.parametrize("amount", ["1", "0", "-22190", "22190.0", ""])
def test_a_tampered_total_is_not_charged(full: Visitor, amount: str) -> None:
    refuses(full, form(full, seen_amount=amount), "Pay €221.90")


def test_a_price_that_changed_is_shown_before_it_is_charged(
    full: Visitor, bookcase: Variant
) -> None:
    sent = form(full)
    prices.change_price(bookcase, price=Money(13000, "EUR"), actor=None)
    refuses(full, sent, "The total went from €221.90 to €222.90")


def test_a_line_that_sold_out_is_left_out(full: Visitor, bookcase: Variant) -> None:
    sent = form(full)
    set_stock(bookcase, pieces=0)
    refuses(full, sent, "Bookcase can no longer be had, and is left out. Nothing was charged.")
    assert "Pay €87.90" in press(full, sent).json()["html"]


def test_a_change_in_another_tab_is_told(full: Visitor, market: Market) -> None:
    sent = form(full)
    fill(full, market.lamp.variants.get())
    refuses(full, sent, "Your cart has changed.")


@pytest.mark.parametrize("items", [[], ["rubbish"], ["", "x 1 "]])
def test_a_form_without_its_lines_buys_nothing(full: Visitor, items: list[str]) -> None:
    refuses(full, {**form(full), "item": items}, "Your cart has changed.")


def test_what_is_in_nobodys_cart_is_not_bought(full: Visitor, market: Market) -> None:
    other = market.variant("Lagoon", "42").public_id
    refuses(full, {**form(full), "item": [f"{other} 1 "]}, "Your cart has changed.")


def test_an_empty_cart_has_nothing_to_pay_for(full: Visitor) -> None:
    sent = form(full)
    CartLine.objects.all().delete()
    answer = press(full, sent)
    assert (answer.status_code, answer.json()["kind"]) == (410, "gone")
    assert "There is nothing left to pay for here. Nothing was charged." in answer.json()["html"]
    plain = full.client.post("/checkout/eur/place/", sent)
    assert (plain.status_code, plain["Location"]) == (302, "/cart/")


@pytest.mark.parametrize("currency", ["gbp", "xxx", "EURO", "é"])
def test_a_currency_that_is_not_in_the_cart_leads_to_the_cart(
    full: Visitor, guest: Visitor, currency: str
) -> None:
    answer = full.client.get(f"/checkout/{currency}/")
    assert (answer.status_code, answer["Location"]) == (302, "/cart/")


def test_another_currencys_lines_stay(full: Visitor, sandbox: Sandbox) -> None:
    london = open_shop("london", currency="GBP")
    fill(full, stock_shelf(london, "Teapot", price=2500, pieces=4, currency="GBP"))
    cart = text_of(full.client.get("/cart/"))
    assert 'href="/checkout/eur/"' in cart
    assert 'href="/checkout/gbp/"' in cart
    assert "Teapot" not in text_of(full.client.get("/checkout/eur/"))
    assert press(full, form(full, confirmation_token=sandbox.token())).json()["kind"] == "paid"
    assert in_cart() == {"Teapot": 1}


def test_another_country_is_another_total(full: Visitor, bookcase: Variant) -> None:
    bookcase.merchant.shipping_rates.update(price=700, countries=["DE"])
    bookcase.merchant.shipping_rates.model.objects.create(
        merchant=bookcase.merchant,
        name="Post",
        countries=["FR"],
        price=500,
        min_days=1,
        max_days=2,
    )
    german = form(full, country="DE", postal_code="10115")
    parts = full.client.post("/checkout/eur/quote/", german, **PART)
    assert "Pay €223.90" in text_of(parts)
    assert "hx-swap-oob" in text_of(parts)
    american = full.client.post("/checkout/eur/quote/", form(full, country="US"), **PART)
    assert "Rayon does not deliver to United States: left out" in text_of(american)
    assert "Pay €87.90" in text_of(american)


def test_without_a_script_the_page_goes_as_far_as_the_card(full: Visitor) -> None:
    sent = form(full, confirmation_token="")
    answer = full.client.post("/checkout/eur/place/", sent)
    assert answer.status_code == 422
    assert "Everything you typed is kept" in text_of(answer)
    assert 'value="3 quai Lamartine"' in text_of(answer)
    total = full.client.post("/checkout/eur/quote/", sent)
    assert "Pay €221.90" in text_of(total)
    assert not Order.objects.exists()


def test_what_is_typed_badly_is_named(full: Visitor) -> None:
    sent = form(full, postal_code="7100")
    wrong = {"postal_code": "Five digits, for example 35000"}
    assert full.client.post("/checkout/eur/draft/", sent).json() == {"errors": wrong}
    assert press(full, sent).json() == {"kind": "invalid", "errors": wrong}


def test_a_saved_address_is_offered(returning: Visitor, mai, market: Market) -> None:
    carts.add(Owner(mai.pk), market.lamp.variants.get().public_id)
    shown = text_of(returning.client.get("/checkout/eur/"))
    assert "14 rue des Lices" in shown
    assert 'name="email"' not in shown
    strange = returning.client.post("/checkout/eur/quote/", {"address": str(mai.pk)}, **PART)
    assert "Check the address." in text_of(strange)


def test_the_page_in_french(full: Visitor) -> None:
    shown = text_of(full.client.get("/checkout/eur/", HTTP_ACCEPT_LANGUAGE="fr"))
    for words in (
        "Commander",
        "Colis 1, de Plage &amp; Fils",
        "Un seul paiement, 2 colis",
        "Retour au panier",
    ):
        assert words in shown, words


def test_more_lines_cost_no_more_statements(guest: Visitor, market: Market) -> None:
    def statements() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert guest.client.get("/checkout/eur/").status_code == 200
        return len(seen)

    fill(guest, market.lamp.variants.get())
    statements()
    one = statements()
    fill(guest, *[stock_shelf(market.shop, f"{n} thing", price=100, pieces=9) for n in range(9)])
    assert statements() == one
