"""Replying `#cart`: what Undo takes back, and what becomes of an edited or deleted reply."""

from __future__ import annotations

import pytest
from django.test import Client

from accounts.models import User
from checkout import cart_replies, carts
from checkout.cart_owners import Owner, bought
from checkout.models import CartLine
from feeds import posts
from feeds.models import CartReply, Notification, Post
from tests.cart_replies.asking import ask, in_cart, page_of, reply, undo
from tests.journeys.cast import Market

pytestmark = pytest.mark.django_db


def test_undo_takes_out_what_was_added_and_no_more(
    browser: Client, market: Market, mai: User
) -> None:
    carts.add(Owner(mai.pk), market.lamp.variants.get().public_id, quantity=2)
    answer = ask(mai, market.lamp_post)
    assert in_cart() == {"Phare lamp": 3}
    for _twice in range(2):
        assert "Taken out of your cart" in undo(browser, answer)
        assert in_cart() == {"Phare lamp": 2}
    form = {"product": market.lamp.public_id, "picked": "yes"}
    browser.post(f"/cart/replies/{answer.post.public_id}/choose/", form)
    assert in_cart() == {"Phare lamp": 3}


def test_what_was_bought_is_not_undone(browser: Client, market: Market, mai: User) -> None:
    """Nor is what its owner put into the cart again after it."""
    answer = ask(mai, market.lamp_post)
    lamp = market.lamp.variants.get()
    bought(CartLine.objects.get().cart_id, quantities={lamp.pk: 1})
    page = page_of(browser, answer)
    assert "It is no longer in your cart." in page
    assert "/undo/" not in page
    carts.add(Owner(mai.pk), lamp.public_id)
    undo(browser, answer)
    assert in_cart() == {"Phare lamp": 1}


def test_what_was_saved_for_later_is_saved_again(
    browser: Client, market: Market, mai: User
) -> None:
    lamp = market.lamp.variants.get().public_id
    carts.add(Owner(mai.pk), lamp)
    carts.save_for_later(Owner(mai.pk), lamp)
    answer = ask(mai, market.lamp_post)
    assert in_cart() == {"Phare lamp": 2}
    undo(browser, answer)
    line = CartLine.objects.get()
    assert (line.saved, line.quantity) == (True, 1)


def test_deleting_the_reply_leaves_the_cart_and_says_so(
    browser: Client, market: Market, mai: User
) -> None:
    answer = ask(mai, market.lamp_post)
    gone = browser.post(f"/posts/{answer.post.public_id}/delete/", follow=True)
    assert "What it put into your cart stays there." in gone.content.decode()
    assert in_cart() == {"Phare lamp": 1}


def test_a_reply_that_was_deleted_at_once_adds_nothing(market: Market, mai: User) -> None:
    said = reply(mai, market.lamp_post, "#cart")
    posts.delete(said)
    assert cart_replies.answer(CartReply.objects.get().pk)
    assert CartReply.objects.get().state == "deleted"
    assert in_cart() == {}
    assert not Notification.objects.filter(user=mai).exists()


def test_an_edit_changes_nothing(market: Market, mai: User) -> None:
    said = reply(mai, market.post, "#cart 42")
    Post.objects.filter(pk=said.pk).update(body="never mind")
    cart_replies.answer(CartReply.objects.get().pk)
    assert in_cart() == {"Corniche flip-flops Coral, 42": 1}


# Who is told --------------------------------------------------------------------------------------
