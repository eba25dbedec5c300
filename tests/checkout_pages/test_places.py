"""A shop that delivers by postcode or region alone: asked for first, priced as soon as it is typed."""

from __future__ import annotations

import re

import pytest

from catalogue.models import ShippingRate
from checkout.models import Order
from tests.checkout_pages.checkouts import fill
from tests.checkout_pages.conftest import HOME, Visitor
from tests.journeys.cast import Market

pytestmark = pytest.mark.django_db(transaction=True)
ASKS = "Enter your postcode to see what delivery costs."


@pytest.fixture
def local(market: Market) -> Market:
    """Plage delivers in its own corner of France, and to Nevada."""
    ShippingRate.objects.all().delete()
    shop = market.shop
    ShippingRate.objects.create(
        merchant=shop, name="Van", countries=["FR"], postcodes=["71"], price=700
    )
    ShippingRate.objects.create(
        merchant=shop, name="Post", countries=["US"], regions=["NV"], price=900
    )
    return market


def page_of(answer) -> str:
    return " ".join(answer.content.decode().split())


def test_the_sheet_asks_for_the_postcode_and_then_has_its_price(
    guest: Visitor, local: Market
) -> None:
    opened = page_of(guest.open(local.lamp))
    assert ASKS in opened
    assert "Complete the address" in opened
    assert "does not deliver" not in opened
    form = guest.form(local.lamp, postal_code="7")
    assert ASKS in page_of(guest.quote(local.lamp, form))
    priced = page_of(guest.quote(local.lamp, form | {"postal_code": "71 000"}))
    assert ASKS not in priced
    assert "Pay €91.00" in priced
    away = page_of(guest.quote(local.lamp, form | {"postal_code": "75001"}))
    assert "does not deliver to this country" in away


def test_a_region_is_asked_for_after_the_postcode(guest: Visitor, local: Market) -> None:
    form = guest.form(local.lamp, country="US", postal_code="89501")
    assert "Choose your region to see what delivery costs." in page_of(
        guest.quote(local.lamp, form)
    )
    assert "Pay €93.00" in page_of(guest.quote(local.lamp, form | {"region": "NV"}))


def test_a_country_without_any_rate_is_refused_at_once(guest: Visitor, local: Market) -> None:
    page = page_of(guest.quote(local.lamp, guest.form(local.lamp, country="DE")))
    assert ASKS not in page
    assert "does not deliver to this country" in page


def test_the_checkout_page_asks_as_well(guest: Visitor, local: Market) -> None:
    fill(guest, local.lamp.variants.get())
    cart = page_of(guest.client.get("/cart/"))
    assert "Delivery depends on your address: you see it when you check out." in cart
    assert 'href="/checkout/eur/">Check out' in cart
    opened = page_of(guest.client.get("/checkout/eur/"))
    assert ASKS in opened
    priced = page_of(guest.client.post("/checkout/eur/quote/", HOME))
    assert ASKS not in priced
    assert "Pay €91.00" in priced


def test_what_the_price_depends_on_asks_for_it_anew(guest: Visitor, local: Market) -> None:
    tags = re.findall(r"<(?:input|select)[^>]*>", guest.open(local.lamp).content.decode())
    asking = {
        name[1]
        for tag in tags
        if "data-requote" in tag and (name := re.search(r'name="(\w+)"', tag))
    }
    assert {"country", "postal_code"} <= asking
    assert "line1" not in asking


def test_a_press_without_a_script_shows_the_total_first(guest: Visitor, local: Market) -> None:
    form = guest.form(local.lamp, seen_amount="", seen_currency="")
    answer = guest.client.post(f"/buy/{local.lamp.public_id}/place/", form, HTTP_ACCEPT="text/html")
    assert answer.status_code == 409
    assert "The total is €91.00. Look at it, then press Pay" in page_of(answer)
    assert not Order.objects.exists()


@pytest.mark.parametrize("address", ["sheet", "cart"])
def test_without_a_script_the_button_says_that_paying_needs_one(
    guest: Visitor, market: Market, address: str
) -> None:
    fill(guest, market.lamp.variants.get())
    path = "/checkout/eur/" if address == "cart" else f"/buy/{market.lamp.public_id}/"
    page = page_of(guest.client.get(path))
    assert '<p class="legal no-script">Paying needs JavaScript, which is off here' in page
