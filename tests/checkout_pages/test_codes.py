"""A code, typed beside the totals: it shows what it takes off, or why it does not, and stays typed."""

from __future__ import annotations

import re
from typing import Any

import pytest

from catalogue.models import Merchant, Variant
from checkout import offers
from checkout.models import Offer, Order
from tests.buying import open_shop, stock_shelf
from tests.checkout_pages.checkouts import fill, form, press, text_of
from tests.checkout_pages.conftest import PART, Visitor
from tests.checkout_pages.shelves import mark_paid
from tests.journeys.cast import Market

pytestmark = pytest.mark.django_db(transaction=True)


def offer(name: str = "Welcome", code: str | None = "MARKET5", **fields: Any) -> Offer:
    made = Offer(name=name, code=code, kind="amount", amount=500, currency="EUR")
    for field, value in fields.items():
        setattr(made, field, value)
    offers.save(made)
    return made


def test_the_small_cart_names_what_is_taken_off_by_itself(guest: Visitor, market: Market) -> None:
    offer("Summer sale", code=None)
    guest.client.post(f"/cart/add/{market.lamp.public_id}/", HTTP_ORIGIN="http://testserver")
    small = text_of(guest.client.get("/cart/mini/", **PART))
    assert "Summer sale" in small
    assert "-€5.00" in small


@pytest.fixture
def bookcase(market: Market) -> Variant:
    return stock_shelf(open_shop("rayon", delivery=500), "Bookcase", price=12900, pieces=3)


def test_the_sheet_shows_what_a_code_takes_off(guest: Visitor, market: Market) -> None:
    offer()
    assert "Have a code?" in text_of(guest.open(market.lamp))
    page = text_of(guest.quote(market.lamp, guest.form(market.lamp, code="market5")))
    for words in (
        "<dt>Welcome (MARKET5)</dt><dd>-€5.00</dd>",
        "MARKET5 is applied.",
        "Pay €82.90",
        'name="seen_amount" value="8290"',
        "includes €13.82 VAT",
        'value="market5"',
    ):
        assert words in page, words


def test_a_code_that_does_not_count_stays_typed_and_says_why(
    guest: Visitor, market: Market
) -> None:
    page = text_of(guest.quote(market.lamp, guest.form(market.lamp, code="MARKT5")))
    assert "There is no code MARKT5. Check how it is spelled." in page
    assert 'value="MARKT5"' in page
    assert 'aria-invalid="true" aria-describedby="buy-code-says"' in page
    assert "Pay €87.90" in page


def test_a_code_survives_to_the_press_and_beyond_a_mistake(guest: Visitor, market: Market) -> None:
    offer()
    sent = guest.form(market.lamp, code="MARKET5", seen_amount="8290")
    wrong = guest.place(market.lamp, {**sent, "postal_code": "1"})
    assert wrong.json()["kind"] == "invalid"
    # Sheets that are opened later in the half hour still know it.
    guest.client.post(f"/buy/{market.lamp.public_id}/draft/", sent)
    assert "MARKET5 is applied." in text_of(guest.open(market.lamp))
    guest.place(market.lamp, sent)
    order = Order.objects.get()
    assert (order.discount_total, order.total) == (500, 8290)
    assert order.discount_lines == [("Welcome (MARKET5)", -500)]


def test_a_code_that_was_never_used_on_the_page_asks_for_another_look(
    guest: Visitor, market: Market
) -> None:
    offer()
    answer = guest.place(market.lamp, guest.form(market.lamp, code="MARKET5"))
    assert (answer.status_code, answer.json()["kind"]) == (409, "changed")
    assert "The total is €82.90. Look at it, then press Pay" in answer.json()["html"]
    assert "while you were here" not in answer.json()["html"]
    assert "Pay €82.90" in answer.json()["html"]
    assert not Order.objects.exists()


def test_enter_presses_what_shows_the_total_and_never_pay(guest: Visitor, market: Market) -> None:
    fill(guest, market.lamp.variants.get())
    for address in (f"/buy/{market.lamp.public_id}/", "/checkout/eur/"):
        page = text_of(guest.client.get(address))
        first = re.search(r'<form[^>]* id="buy-form".*?(<button type="submit".*?>)', page)
        assert first is not None
        assert f'formaction="{address}quote/"' in first[1]


def test_pay_with_a_code_that_does_not_count_charges_nothing(
    guest: Visitor, market: Market
) -> None:
    answer = guest.place(market.lamp, guest.form(market.lamp, code="NONE"))
    assert (answer.status_code, answer.json()["kind"]) == (422, "refused")
    assert "Empty the field of the code to pay without it." in answer.json()["html"]
    assert not Order.objects.exists()


def test_without_scripts_a_button_counts_the_code(guest: Visitor, market: Market) -> None:
    offer()
    sent = guest.form(market.lamp, code="MARKET5")
    page = text_of(guest.client.post(f"/buy/{market.lamp.public_id}/quote/", sent))
    assert f'formaction="/buy/{market.lamp.public_id}/quote/"' in page
    assert "MARKET5 is applied." in page
    assert "Pay €82.90" in page
    assert 'value="3 quai Lamartine"' in page


def test_what_holds_by_itself_shows_in_cart_and_checkout(
    guest: Visitor, market: Market, bookcase: Variant
) -> None:
    shop: Merchant = bookcase.merchant
    offer("Shelf days", None, merchant=shop, kind="percentage", basis_points=1000, amount=None)
    fill(guest, market.lamp.variants.get(), bookcase)
    line = "<dt>Shelf days</dt><dd>-€12.90</dd>"
    cart = text_of(guest.client.get("/cart/"))
    assert line in cart
    assert "€209.00" in cart
    page = text_of(guest.client.get("/checkout/eur/"))
    assert line in page
    assert "Pay €209.00" in page


def test_a_code_on_the_checkout_page_and_on_the_order(
    guest: Visitor, market: Market, bookcase: Variant
) -> None:
    offer()
    fill(guest, market.lamp.variants.get(), bookcase)
    sent = form(guest, code=" market5 ")
    page = text_of(guest.client.post("/checkout/eur/quote/", sent, **PART))
    assert "<dt>Welcome (MARKET5)</dt><dd>-€5.00</dd>" in page
    assert "Pay €216.90" in page
    press(guest, {**sent, "seen_amount": "21690"})
    order = Order.objects.get()
    assert [line.discount for line in order.lines.all()] == [197, 303]
    mark_paid(order)
    kinds = guest.client.get(
        "/payments/outcome/", {"key": sent["key"]}, HTTP_ACCEPT="application/json"
    )
    shown = text_of(guest.client.get(kinds.json()["url"]))
    assert "<dt>Welcome (MARKET5)</dt><dd>-€5.00</dd>" in shown
    assert "€216.90" in shown


@pytest.mark.parametrize("code", ["\x00", "x" * 5000, "<script>", "%s'--", "é" * 60, "\u202e"])
def test_hostile_codes_are_unknown_ones(guest: Visitor, market: Market, code: str) -> None:
    answer = guest.quote(market.lamp, guest.form(market.lamp, code=code))
    assert answer.status_code == 200
    assert "<script>" not in text_of(answer)
