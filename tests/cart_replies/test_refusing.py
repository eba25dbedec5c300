"""Replying `#cart` for what cannot be had: what is said, and that nothing is added."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Address, User
from catalogue.models import Drop, Merchant, Product
from checkout import carts
from feeds import cart_replies as left
from feeds import posts
from feeds.models import CartReply
from tests.cart_replies.asking import PART, ask, in_cart, page_of, reply
from tests.journeys.cast import Market, set_stock

pytestmark = pytest.mark.django_db


def sell_out(market: Market) -> None:
    set_stock(market.lamp.variants.get(), pieces=0)


def wait_for_drop(market: Market) -> None:
    Drop.objects.create(product=market.lamp, opens_at=timezone.now() + timedelta(days=1))


def pause(market: Market) -> None:
    Merchant.objects.filter(pk=market.shop.pk).update(payable=False)


def suspend(market: Market) -> None:
    Merchant.objects.filter(pk=market.shop.pk).update(status=Merchant.Status.SUSPENDED)


def withdraw(market: Market) -> None:
    Product.objects.filter(pk=market.lamp.pk).update(status=Product.Status.ARCHIVED)


def move_away(market: Market) -> None:
    Address.objects.update(country="JP", postal_code="100-0001", city="Tokyo")


@pytest.mark.parametrize(
    ("before", "state", "sentences"),
    [
        (sell_out, "sold_out", ["Sold out", "Tell me when back"]),
        (wait_for_drop, "not_open", ["The sale is not open yet", "The sale opens", "Remind me"]),
        (pause, "paused", ["Plage &amp; Fils takes no orders at the moment."]),
        (suspend, "withdrawn", ["This product is not on sale."]),
        (withdraw, "withdrawn", ["This product is not on sale."]),
        (
            move_away,
            "not_delivered",
            ["Plage &amp; Fils does not deliver to your address", "Add it all the same"],
        ),
    ],
)
def test_what_cannot_be_had_is_said_and_nothing_is_added(
    browser: Client,
    market: Market,
    mai: User,
    before: Callable[[Market], None],
    state: str,
    sentences: list[str],
) -> None:
    before(market)
    answer = ask(mai, market.lamp_post)
    assert answer.state == state
    assert in_cart() == {}
    page = page_of(browser, answer)
    for sentence in sentences:
        assert sentence in page


def test_of_a_drop_that_has_ended_nothing_is_asked(market: Market, mai: User) -> None:
    """Neither its size, nor whether it is meant beside what can be had."""
    both = posts.publish(
        market.shop.account, body="Both", language="en", products=[market.flipflops, market.lamp]
    )
    opened = timezone.now() - timedelta(hours=2)
    ended = opened + timedelta(hours=1)
    Drop.objects.create(product=market.flipflops, opens_at=opened, ends_at=ended)
    assert ask(mai, market.post).state == "withdrawn"
    assert in_cart() == {}
    assert ask(mai, both).product == market.lamp


def test_who_wants_it_all_the_same_has_it(browser: Client, market: Market, mai: User) -> None:
    move_away(market)
    answer = ask(mai, market.lamp_post)
    form = {"product": market.lamp.public_id, "picked": "yes"}
    browser.post(f"/cart/replies/{answer.post.public_id}/choose/", form)
    assert in_cart() == {"Phare lamp": 1}


def test_a_size_that_has_just_gone_is_said_with_what_is_left(
    browser: Client, market: Market, mai: User
) -> None:
    answer = ask(mai, market.post, "#cart coral 40")
    assert (answer.state, answer.variant) == ("sold_out", market.variant("Coral", "40"))
    page = page_of(browser, answer)
    assert "Size 40 has just sold out. 39, 41, 42, 43 and 44 are left." in page
    assert f"/variants/{answer.variant.public_id}/remind/" in page


def test_each_reply_adds_one_more_up_to_what_is_left(
    browser: Client, market: Market, mai: User
) -> None:
    set_stock(market.lamp.variants.get(), pieces=2)
    ask(mai, market.lamp_post)
    second = ask(mai, market.lamp_post)
    assert "2 of it are in your cart now." in page_of(browser, second)
    third = ask(mai, market.lamp_post)
    assert third.state == "all_in_cart"
    assert in_cart() == {"Phare lamp": 2}


def test_a_full_cart_is_said(
    browser: Client, market: Market, mai: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(carts, "MOST_LINES", 0)
    answer = ask(mai, market.lamp_post)
    assert answer.state == "cart_full"
    assert "There is no room left in your cart" in page_of(browser, answer)


def test_a_shop_has_no_cart(client: Client, market: Market, mai: User) -> None:
    market.shop.memberships.create(user=mai, role="owner")
    answer = ask(market.shop.account, market.lamp_post, "Reply #cart")
    assert (answer.state, answer.user) == ("no_cart", None)
    client.force_login(mai)
    assert "A shop has no cart: reply as yourself" in page_of(client, answer)


def test_a_blocked_shop_sells_nothing_by_reply(market: Market, mai: User, theo: User) -> None:
    between = reply(theo, market.lamp_post, "Is it bright?")
    mai.blocks.create(blocked=market.shop.account)
    assert ask(mai, between).state == "no_product"


def test_who_asks_very_often_waits(
    browser: Client, market: Market, mai: User, settings: Any
) -> None:
    settings.LIMIT_VISITORS = True
    set_stock(market.lamp.variants.get(), pieces=50)
    for _ in range(left.MOST):
        ask(mai, market.lamp_post)
    answer = ask(mai, market.lamp_post)
    assert answer.state == "too_often"
    assert in_cart() == {"Phare lamp": left.MOST}
    assert "That was very often within a minute" in page_of(browser, answer)
    address = f"/cart/replies/{answer.post.public_id}/choose/"
    assert browser.post(address, **PART).status_code == 429
    CartReply.objects.update(created_at=timezone.now() - left.WINDOW)
    assert browser.post(address, **PART).status_code == 200
    assert in_cart() == {"Phare lamp": left.MOST + 1}


# Afterwards ---------------------------------------------------------------------------------------
