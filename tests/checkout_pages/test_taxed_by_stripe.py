"""The sheet, the cart and the checkout page where Stripe says what tax there is."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from catalogue.models import TaxRate
from checkout import limits
from checkout.models import Order, TaxCalculation
from shopping import limits as counting
from tests.buying import Sandbox, open_shop, sandbox, sandbox_process, stock_shelf
from tests.checkout_pages import shelves
from tests.checkout_pages.conftest import SCRIPT, Visitor
from tests.journeys.cast import Market

__all__ = ["sandbox", "sandbox_process"]
pytestmark = pytest.mark.django_db(transaction=True)
CREATE = "tax.calculations.create"
NEW_YORK = {
    "country": "US",
    "line1": "354 W 4th St",
    "city": "New York",
    "region": "NY",
    "postal_code": "10001",
}


@pytest.fixture(autouse=True)
def by_stripe(market: Market, sandbox: Sandbox, settings: Any) -> None:
    settings.TAXES = "stripe"
    TaxRate.objects.create(country="US", basis_points=0, inclusive=False)


def text_of(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def sheet_of(guest: Visitor, market: Market) -> str:
    return str(guest.open(market.lamp).content.decode())


def total_of(html: str) -> dict[str, str]:
    found = dict(re.findall(r'name="(seen_amount|seen_currency)" value="([^"]*)"', html))
    assert set(found) == {"seen_amount", "seen_currency"}
    return found


def test_a_guest_types_an_address_and_pays_what_the_sheet_showed(
    guest: Visitor, market: Market, sandbox: Sandbox
) -> None:
    opened = guest.form(market.lamp)
    assert opened["seen_amount"] == "8790"
    [postcode] = re.findall(r'<input[^>]*name="postal_code"[^>]*>', sheet_of(guest, market))
    assert "data-requote" in postcode
    vague = guest.form(market.lamp, **{**NEW_YORK, "region": "", "postal_code": ""})
    page = guest.quote(market.lamp, vague).content.decode()
    assert "Enter the postcode and region of the address" in page
    assert 'value="354 W 4th St"' in page
    assert total_of(page)["seen_amount"] == ""
    assert "Home delivery, €3.90" in text_of(page)
    assert "Tax not known yet" in page
    full = guest.form(market.lamp, **NEW_YORK)
    page = guest.quote(market.lamp, full).content.decode()
    assert "Sales tax €3.52" in text_of(page)
    assert "Pay €91.42" in page
    sandbox.fault("error", CREATE, times=9)
    sent = {**full, **total_of(page), "confirmation_token": sandbox.token()}
    assert guest.place(market.lamp, sent).json()["kind"] == "paid"
    [intent] = sandbox.intents()
    assert intent["amount_received"] == 9142
    order = Order.objects.get()
    assert (order.total, order.tax_added, order.tax_included) == (9142, 352, 0)
    receipt = guest.client.get(guest.place(market.lamp, sent).json()["url"]).content.decode()
    assert "€3.52" in receipt
    assert "€91.42" in receipt


def test_an_address_that_changes_with_the_press_is_told_before_anything_is_charged(
    guest: Visitor, market: Market, sandbox: Sandbox
) -> None:
    form = guest.form(market.lamp, **NEW_YORK)
    seen = total_of(guest.quote(market.lamp, form).content.decode())
    there = {"region": "TX", "postal_code": "78701", "city": "Austin"}
    sent = {**form, **seen, **there, "confirmation_token": sandbox.token()}
    answer = guest.place(market.lamp, sent)
    assert (answer.status_code, answer.json()["kind"]) == (409, "changed")
    page = answer.json()["html"]
    assert "from €91.42 to €93.39" in text_of(page)
    assert not Order.objects.exists()
    assert guest.place(market.lamp, {**sent, **total_of(page)}).json()["kind"] == "paid"
    assert sandbox.intents()[0]["amount_received"] == 9339


def test_an_answer_that_expires_while_the_sheet_is_open_changes_nothing(
    guest: Visitor, market: Market, sandbox: Sandbox
) -> None:
    form = guest.form(market.lamp, confirmation_token=sandbox.token())
    guest.quote(market.lamp, form)
    TaxCalculation.objects.update(expires_at=timezone.now())
    assert guest.place(market.lamp, form).json()["kind"] == "paid"
    assert sandbox.intents()[0]["amount_received"] == 8790


def test_where_stripe_does_not_answer_the_page_says_what_to_do(
    guest: Visitor, market: Market, sandbox: Sandbox
) -> None:
    form = guest.form(market.lamp, confirmation_token=sandbox.token())
    sandbox.fault("error", CREATE, times=9)
    answer = guest.place(market.lamp, form)
    assert (answer.status_code, answer.json()["kind"]) == (422, "refused")
    assert "Load this page again in a minute" in answer.json()["html"]
    assert not Order.objects.exists()
    page = guest.client.post(f"/buy/{market.lamp.public_id}/place/", form).content.decode()
    assert "Load this page again in a minute" in page
    assert 'value="3 quai Lamartine"' in page
    sandbox.http.delete("/_sandbox/faults").raise_for_status()
    TaxCalculation.objects.update(expires_at=timezone.now())
    assert guest.place(market.lamp, form).json()["kind"] == "paid"


def test_a_cart_is_shown_before_its_tax_and_paid_with_it(
    guest: Visitor, market: Market, sandbox: Sandbox
) -> None:
    other = open_shop("rayon", delivery=500)
    other.shipping_rates.update(countries=["US"])
    bookcase = stock_shelf(other, "Bookcase", price=12900, pieces=3)
    for variant in (market.lamp.variants.get(), bookcase):
        address = f"/cart/add/{variant.product.public_id}/?variant={variant.public_id}"
        guest.client.post(address, HTTP_SEC_FETCH_SITE="same-origin")
    guest.client.cookies["country"] = "US"
    sandbox.fault("error", CREATE, times=9)
    cart = text_of(guest.client.get("/cart/").content.decode())
    assert "Total before tax €221.90" in cart
    assert "Check out" in cart
    assert "with delivery, before tax" in text_of(guest.client.get("/cart/mini/").content.decode())
    assert not TaxCalculation.objects.exists()
    sandbox.http.delete("/_sandbox/faults").raise_for_status()
    page = guest.client.get("/checkout/eur/").content.decode()
    assert "Enter the postcode and region of the address" in page
    hidden = re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page)
    sent: dict[str, Any] = {
        **dict(hidden),
        "item": [value for name, value in hidden if name == "item"],
        "email": "guest@example.org",
        "name": "Camille Roux",
        "phone": "2125550100",
        "confirmation_token": sandbox.token(),
        **NEW_YORK,
    }
    page = guest.client.post("/checkout/eur/quote/", sent).content.decode()
    assert "Sales tax €8.88" in text_of(page)
    sandbox.fault("error", CREATE, times=9)
    answer = guest.client.post("/checkout/eur/place/", {**sent, **total_of(page)}, **SCRIPT)
    assert answer.json()["kind"] == "paid"
    order = Order.objects.get()
    assert sandbox.intents()[0]["amount_received"] == order.total == 22_190 + 888
    taxes = [*order.lines.values_list("tax", flat=True)]
    taxes += order.deliveries.values_list("tax", flat=True)
    assert (sum(taxes), order.tax_added) == (888, 888)


def test_the_sheet_says_in_french_what_is_missing(guest: Visitor, market: Market) -> None:
    form = guest.form(market.lamp, **{**NEW_YORK, "postal_code": "", "region": ""})
    guest.client.cookies["django_language"] = "fr"
    page = guest.quote(market.lamp, form).content.decode()
    assert "Saisissez le code postal et la région" in page
    assert "Taxe pas encore connue" in page


def test_a_visitor_who_asks_for_ever_new_postcodes_costs_no_more_calls(
    guest: Visitor, market: Market, settings: Any
) -> None:
    settings.LIMIT_VISITORS = True
    form = guest.form(market.lamp)
    guest.quote(market.lamp, form)
    who = shelves.guest_name(guest)
    for _ in range(limits.TAXES.visitor.most):
        counting.count(limits.TAXES.visitor, who)
    asked = TaxCalculation.objects.count()
    page = guest.quote(market.lamp, {**form, "postal_code": "13002"}).content.decode()
    assert "The tax cannot be worked out just now" in page
    assert TaxCalculation.objects.count() == asked
    assert "Pay €87.90" in guest.quote(market.lamp, form).content.decode()
    stranger = Visitor(Client())
    assert (
        "Pay €87.90"
        in stranger.quote(
            market.lamp, stranger.form(market.lamp, postal_code="13003")
        ).content.decode()
    )
