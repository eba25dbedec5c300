"""Replying `#cart`: which variant and which product is meant, and what the box asks."""

from __future__ import annotations

import pytest
from django.test import Client

from accounts.models import User
from catalogue.models import Product
from feeds import posts
from tests.cart_replies.asking import PART, ask, in_cart, page_of
from tests.journeys.cast import Market, set_stock

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("body", "options"),
    [
        ("#cart lagoon 42", ["Lagoon", "42"]),
        ("The lagoon ones, please. Size 43 #cart", ["Lagoon", "43"]),
        ("#panier taille 41", ["Coral", "41"]),
        ("#cart size 39", ["Coral", "39"]),
    ],
)
def test_words_choose_among_variants(
    market: Market, mai: User, body: str, options: list[str]
) -> None:
    Product.objects.filter(pk=market.flipflops.pk).update(option_names=["Colour", "Taille size"])
    answer = ask(mai, market.post, body)
    assert answer.variant == market.variant(*options)
    assert answer.state == "added"


@pytest.mark.parametrize(
    "body", ["#cart", "#cart for my 42 cousins", "my 42nd pair #cart", "#cart 41 or 42"]
)
def test_nobody_guesses_a_size(browser: Client, market: Market, mai: User, body: str) -> None:
    market.flipflops.variants.filter(option_values__1="40").update(active=False)
    if "or" in body.split():
        body = "#cart 41 42"
    answer = ask(mai, market.post, body)
    assert answer.state == "which_variant"
    assert in_cart() == {}
    page = page_of(browser, answer)
    assert "One more choice, @mai" in page
    assert 'name="option1" value="42"' in page


def test_what_is_sold_out_in_all_colours_is_struck(
    browser: Client, market: Market, mai: User
) -> None:
    set_stock(market.variant("Lagoon", "40"), pieces=0)
    page = page_of(browser, ask(mai, market.post))
    assert page.count('<span class="vh"> sold out</span>') == 1


def test_the_box_asks_and_the_answer_is_added(browser: Client, market: Market, mai: User) -> None:
    answer = ask(mai, market.post)
    address = f"/cart/replies/{answer.post.public_id}/choose/"
    form = {"product": market.flipflops.public_id, "picked": "yes", "option0": "Lagoon"}
    half = browser.post(address, form, **PART)
    assert half.status_code == 422
    assert "Choose one of each." in half.content.decode()
    for _twice in range(2):
        whole = browser.post(address, {**form, "option1": "42"}, **PART)
        assert whole.status_code == 200
        assert "It’s in your cart, @mai" in whole.content.decode()
        assert in_cart() == {"Corniche flip-flops Lagoon, 42": 1}
    assert browser.cookies["cart"].value == "m1"
    # Another one takes its place.
    browser.post(address, {**form, "option1": "43"}, **PART)
    assert in_cart() == {"Corniche flip-flops Lagoon, 43": 1}
    # One that is gone does not.
    set_stock(market.variant("Lagoon", "44"), pieces=0)
    gone = browser.post(address, {**form, "option1": "44"}, **PART)
    assert gone.status_code == 409
    assert "This has just sold out." in gone.content.decode()
    assert in_cart() == {"Corniche flip-flops Lagoon, 43": 1}


def test_the_only_one_that_is_left_is_meant(market: Market, mai: User) -> None:
    for variant in market.flipflops.variants.exclude(pk=market.variant("Lagoon", "44").pk):
        set_stock(variant, pieces=0)
    assert ask(mai, market.post).variant == market.variant("Lagoon", "44")
    assert ask(mai, market.post, "#cart 42").state == "sold_out"


def test_the_last_one_bought_is_meant(
    market: Market, mai: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "checkout.selections.last_bought", lambda product, *, user: market.variant("Lagoon", "41")
    )
    assert ask(mai, market.post).variant == market.variant("Lagoon", "41")
    assert ask(mai, market.post, "#cart 43").variant == market.variant("Lagoon", "43")


def test_the_other_one_is_one_tap_away(browser: Client, market: Market, mai: User) -> None:
    """As with a bookcase in oak or walnut."""
    kept = [market.variant("Coral", "42").pk, market.variant("Lagoon", "42").pk]
    market.flipflops.variants.exclude(pk__in=kept).update(active=False)
    answer = ask(mai, market.post)
    assert answer.variant == market.variant("Coral", "42")
    assert "Lagoon instead" in page_of(browser, answer)


def test_of_several_cards_the_box_asks_which(browser: Client, market: Market, mai: User) -> None:
    both = posts.publish(
        market.shop.account, body="Both", language="en", products=[market.flipflops, market.lamp]
    )
    assert ask(mai, both, "The lamp, #cart").variant.product == market.lamp
    answer = ask(mai, both)
    assert answer.state == "which_product"
    page = page_of(browser, answer)
    assert "Which one do you mean, @mai?" in page
    assert f'name="product" value="{market.lamp.public_id}"' in page
    address = f"/cart/replies/{answer.post.public_id}/choose/"
    browser.post(address, {"product": market.flipflops.public_id})
    answer.refresh_from_db()
    assert (answer.state, answer.product) == ("which_variant", market.flipflops)
    browser.post(address, {"product": market.lamp.public_id})
    assert in_cart() == {"Phare lamp": 2}


def test_what_the_post_does_not_show_cannot_be_chosen(
    browser: Client, market: Market, mai: User
) -> None:
    answer = ask(mai, market.post)
    address = f"/cart/replies/{answer.post.public_id}/choose/"
    refused = browser.post(address, {"product": market.lamp.public_id}, **PART)
    assert refused.status_code == 404
    assert "This product is not on sale." in refused.content.decode()
    assert in_cart() == {}
