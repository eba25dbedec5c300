"""Replying `#cart`: what asks for a product, and which post's it is."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from checkout import cart_replies
from checkout.models import CartLine
from feeds import cart_replies as left
from feeds import posts
from feeds.models import CartReply, Post
from tests.cart_replies.asking import ask, in_cart, page_of, reply
from tests.journeys.cast import Market

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("body", ["#cart", "Lovely, #CART please", "Je prends #panier.", "#Panier"])
def test_a_reply_puts_the_posts_product_into_its_authors_cart(
    browser: Client, market: Market, mai: User, body: str
) -> None:
    browser.post(f"/posts/{market.lamp_post.public_id}/reply/", {"body": body})
    asked = CartReply.objects.get()
    assert (asked.state, asked.user) == ("wanted", mai)
    assert cart_replies.answer(asked.pk)
    line = CartLine.objects.get()
    assert (line.cart.user, str(line.variant), line.quantity) == (mai, "Phare lamp", 1)
    assert line.post == market.lamp_post
    asked.refresh_from_db()
    page = page_of(browser, asked)
    assert "It’s in your cart, @mai" in page
    assert "Phare lamp, €84.00" in page
    assert "Everyone sees your reply. Only you see this box." in page


def test_a_reply_as_long_as_a_text_may_be_is_answered(market: Market, mai: User) -> None:
    """Counted as people do: a family is one sign of seven code points."""
    family = "👨\u200d👩\u200d👧\u200d👦"
    answer = ask(mai, market.lamp_post, f"#cart {family * 200}")
    assert answer.asked == answer.post.body
    assert in_cart() == {"Phare lamp": 1}


@pytest.mark.parametrize(
    "body", ["Nice cart", "#cartoon", "my email#cart", "https://x.example/#cart"]
)
def test_other_words_ask_for_nothing(market: Market, mai: User, body: str) -> None:
    reply(mai, market.lamp_post, body)
    assert not CartReply.objects.exists()


def test_a_post_of_ones_own_asks_for_nothing(market: Market, mai: User) -> None:
    posts.publish(mai, body="#cart", language="en", products=[market.lamp])
    assert not CartReply.objects.exists()


def test_which_tags_count_is_a_setting(market: Market, mai: User, settings: Any) -> None:
    settings.CART_HASHTAGS = {"de": "warenkorb"}
    reply(mai, market.lamp_post, "#cart")
    reply(mai, market.lamp_post, "#Warenkorb")
    assert CartReply.objects.get().asked == "#Warenkorb"


def test_a_product_is_looked_for_up_the_conversation_and_in_quotes(
    market: Market, mai: User, theo: User
) -> None:
    nearer = reply(theo, market.lamp_post, "Is it bright?")
    assert ask(mai, nearer).product == market.lamp
    quoting = posts.publish(theo, body="See this", language="en")
    Post.objects.filter(pk=quoting.pk).update(quote_of=market.lamp_post)
    found = ask(mai, quoting)
    assert (found.carrier, found.product) == (market.lamp_post, market.lamp)
    assert in_cart() == {"Phare lamp": 2}


def test_far_up_nobody_looks(market: Market, mai: User, theo: User) -> None:
    there = market.lamp_post
    for _ in range(left.STEPS):
        there = reply(theo, there, "and")
    assert ask(mai, there).state == "no_product"


def test_no_product_there_is_said(browser: Client, market: Market, mai: User, theo: User) -> None:
    answer = ask(mai, posts.publish(theo, body="Good morning", language="en"))
    assert answer.state == "no_product"
    assert "There is no product here to put into your cart" in page_of(browser, answer)


# Which of them ------------------------------------------------------------------------------------
