"""What a shopper reads of a shop that cannot be paid: that it takes no orders, wherever one buys."""

from __future__ import annotations

import pytest
from django.test import Client

from catalogue.models import Merchant, StockItem
from checkout.models import Order
from tests.checkout_pages import checkouts
from tests.checkout_pages.conftest import PART, Visitor
from tests.journeys.cast import Market

SAID = "Plage &amp; Fils takes no orders at the moment."


@pytest.fixture
def paused(market: Market) -> Market:
    pause()
    return market


def pause() -> None:
    Merchant.objects.update(payable=False)


def test_the_sheet_is_not_opened_and_says_why(guest: Visitor, paused: Market) -> None:
    answer = guest.open(paused.lamp)
    assert answer.status_code == 410
    assert f"{SAID} Nothing was charged." in answer.content.decode()
    page = guest.client.get(f"/buy/{paused.lamp.public_id}/")
    assert "Not on sale at the moment" in page.content.decode()


def test_an_open_sheet_is_refused_and_nothing_is_kept(guest: Visitor, market: Market) -> None:
    form = guest.form(market.lamp)
    pause()
    assert SAID in guest.quote(market.lamp, form).content.decode()
    answer = guest.place(market.lamp, form)
    assert (answer.status_code, answer.json()["kind"]) == (422, "refused")
    assert f"{SAID} Nothing was charged." in answer.json()["html"]
    assert not Order.objects.exists()
    assert not StockItem.objects.filter(reserved__gt=0).exists()


def test_its_product_is_shown_with_no_button_to_buy(guest: Visitor, paused: Market) -> None:
    lamp = paused.lamp
    page = guest.client.get(
        f"/products/{lamp.public_id}/{lamp.slug}/", follow=True
    ).content.decode()
    assert SAID in page
    assert "data-buy" not in page
    assert "data-add" not in page
    assert "schema.org/OutOfStock" in page
    Merchant.objects.update(status="suspended")
    assert (
        guest.client.get(f"/products/{lamp.public_id}/{lamp.slug}/", follow=True).status_code == 404
    )


def test_nothing_of_it_comes_into_a_cart_and_what_is_there_stays(
    guest: Visitor, market: Market
) -> None:
    variant = market.lamp.variants.get()
    add = f"/cart/add/{market.lamp.public_id}/?variant={variant.public_id}"
    assert guest.client.post(add, **PART).status_code == 200
    form = checkouts.form(guest)
    pause()
    refused = guest.client.post(add, **PART)
    assert refused.status_code == 404
    assert f"{SAID} Nothing was charged." in refused.content.decode()
    cart = guest.client.get("/cart/").content.decode()
    assert "This shop takes no orders at the moment" in cart
    assert "Left out of the total." in cart
    # There is nothing to pay for.
    assert guest.client.get("/checkout/eur/").status_code == 302
    placed = checkouts.press(guest, form)
    assert (placed.status_code, placed.json()["kind"]) == (410, "gone")
    assert not Order.objects.exists()


def test_its_posts_stay(client: Client, paused: Market) -> None:
    page = client.get(f"/posts/{paused.lamp_post.public_id}/")
    assert page.status_code == 200
    assert paused.lamp_post.body in page.content.decode()
    assert "data-buy" not in page.content.decode()
