"""Replying `#cart`: whom the box, the notice and the mail tell, how often, at what cost."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from accounts.models import OutgoingMail, User
from checkout import cart_replies, cart_reply_news, sweeps
from feeds import notice_preferences
from feeds.models import CartReply, Notification
from tests.cart_replies.asking import PART, ask, in_cart, reply, undo
from tests.journeys.cast import Market

pytestmark = pytest.mark.django_db
# Of the page of a post below which a box with chips stands.
STATEMENTS = 13


def test_the_box_is_its_authors_alone(
    client: Client, market: Market, mai: User, theo: User
) -> None:
    answer = ask(mai, market.lamp_post)
    address = f"/cart/replies/{answer.post.public_id}/"
    client.force_login(theo)
    for page in (f"/posts/{answer.post.public_id}/", f"/posts/{market.lamp_post.public_id}/"):
        assert "in your cart" not in client.get(page).content.decode()
    assert client.get(address, **PART).status_code == 404
    for verb in ("undo", "choose"):
        assert client.post(f"{address}{verb}/", **PART).status_code == 404
    assert in_cart() == {"Phare lamp": 1}


def test_it_is_told_once_by_notice_and_mail_in_the_authors_language(
    market: Market, mai: User, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cart_reply_news.notifications, "wants_mail", lambda user_id, type: True)
    User.objects.filter(pk=mai.pk).update(locale="fr")
    answer = ask(mai, market.lamp_post, "#panier")
    assert not cart_replies.answer(answer.pk)
    notice = Notification.objects.get(user=mai)
    assert (notice.type, notice.post) == ("cart", answer.post)
    mail = OutgoingMail.objects.get(kind="cart_reply")
    assert mail.to == "mai@lefort.example"
    assert mail.subject == "C’est dans votre panier, @mai: Phare lamp"
    for text in (mail.text, mail.html):
        assert "84,00\xa0€" in text.replace("&nbsp;", "\xa0")
        assert f"{settings.PUBLIC_URL}/posts/{answer.post.public_id}/" in text
        assert mail.unsubscribe in text
    assert notice_preferences.owner_of(mail.unsubscribe.split("/")[-2]) == mai


def test_who_wants_no_mail_gets_none(
    market: Market, mai: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cart_reply_news.notifications, "wants_mail", lambda user_id, type: False)
    ask(mai, market.lamp_post)
    assert not OutgoingMail.objects.exists()
    assert Notification.objects.get(user=mai).data["state"] == "added"


def test_the_notice_says_what_has_become_of_it_since(
    browser: Client, market: Market, mai: User
) -> None:
    answer = ask(mai, market.lamp_post)
    undo(browser, answer)
    assert Notification.objects.get(user=mai).data["state"] == "undone"


# The page -----------------------------------------------------------------------------------------
def test_until_it_is_answered_the_page_asks_again(
    browser: Client, market: Market, mai: User
) -> None:
    said = reply(mai, market.lamp_post, "#cart")
    address = f"/cart/replies/{said.public_id}/"
    page = browser.get(f"/posts/{market.lamp_post.public_id}/").content.decode()
    assert f'hx-get="{address}" hx-trigger="load delay:300ms"' in page
    assert f'<a class="btn quiet" href="{address}">Look again</a>' in page
    cart_replies.answer(CartReply.objects.get().pk)
    fragment = browser.get(address, **PART)
    assert "hx-trigger" not in fragment.content.decode()
    assert fragment.cookies["cart"].value == "m1"
    alone = browser.get(address).content.decode()
    assert "<html" in alone
    assert "It’s in your cart, @mai" in alone


def test_behind_many_replies_the_own_one_is_shown_first(
    browser: Client, market: Market, mai: User, theo: User
) -> None:
    for number in range(25):
        reply(theo, market.lamp_post, f"Reply {number}")
    ask(mai, market.lamp_post)
    page = browser.get(f"/posts/{market.lamp_post.public_id}/").content.decode()
    assert page.index("It’s in your cart, @mai") < page.index("Reply 0")


def test_boxes_cost_the_same_however_many(
    browser: Client, market: Market, mai: User, django_assert_num_queries: Any
) -> None:
    path = f"/posts/{market.post.public_id}/"
    ask(mai, market.post)
    browser.get(path)
    with django_assert_num_queries(STATEMENTS):
        browser.get(path)
    for body in ("#cart 42", "#cart 43", "#cart 40", "#cart lagoon"):
        ask(mai, market.post, body)
    browser.get(path)  # What posts say is read once by a process.
    with django_assert_num_queries(STATEMENTS + 1):  # Now that some are in the cart.
        browser.get(path)


def test_the_sweep_answers_what_no_hint_reached(market: Market, mai: User) -> None:
    reply(mai, market.lamp_post, "#cart")
    assert sweeps.cart_replies_due() == 1
    assert in_cart() == {"Phare lamp": 1}
    assert sweeps.cart_replies_due() == 0
