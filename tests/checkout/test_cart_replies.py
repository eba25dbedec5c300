"""Replying `#cart`: what goes into whose cart, what is asked, what is told, and what Undo takes back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Address, OutgoingMail, User
from catalogue.models import Drop, Merchant, Product
from checkout import cart_replies, cart_reply_news, carts, sweeps
from checkout.cart_owners import Owner, bought
from checkout.models import CartLine
from feeds import cart_replies as left
from feeds import notice_preferences, posts
from feeds.models import CartReply, Notification, Post
from tests.journeys.cast import Market, open_market, set_stock, sign_up_mai

pytestmark = pytest.mark.django_db
PART = {"HTTP_HX_REQUEST": "true"}
# Of the page of a post below which a box with chips stands.
STATEMENTS = 13


@pytest.fixture
def market(settings: Any, tmp_path: Any) -> Market:
    settings.MEDIA_ROOT = tmp_path
    return open_market()


@pytest.fixture
def mai(market: Market) -> User:
    return sign_up_mai()


@pytest.fixture
def theo(market: Market) -> User:
    return User.objects.create_user("theo@etal.example", handle="theo", display_name="Théo Marin")


@pytest.fixture
def browser(client: Client, mai: User) -> Client:
    client.force_login(mai)
    return client


def reply(author: User, post: Post, body: str) -> Post:
    return posts.publish(author, body=body, language="en", reply_to=post)


def ask(author: User, post: Post, body: str = "#cart") -> CartReply:
    """What became of a reply, after one worker was at it."""
    said = reply(author, post, body)
    cart_replies.answer(CartReply.objects.get(post=said).pk)
    return CartReply.objects.get(post=said)


def page_of(browser: Client, answer: CartReply) -> str:
    return browser.get(f"/posts/{answer.post.public_id}/").content.decode()


def in_cart() -> dict[str, int]:
    lines = CartLine.objects.filter(saved=False).select_related("variant__product")
    return {str(line.variant): line.quantity for line in lines}


# What is asked for --------------------------------------------------------------------------------
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
        "checkout.sheets.last_bought", lambda product, *, user: market.variant("Lagoon", "41")
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


# What cannot be had -------------------------------------------------------------------------------
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
def undo(browser: Client, answer: CartReply) -> str:
    address = f"/cart/replies/{answer.post.public_id}/undo/"
    return browser.post(address, **PART).content.decode()


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
    with django_assert_num_queries(STATEMENTS + 1):  # Now that some are in the cart.
        browser.get(path)


def test_the_sweep_answers_what_no_hint_reached(market: Market, mai: User) -> None:
    reply(mai, market.lamp_post, "#cart")
    assert sweeps.cart_replies_due() == 1
    assert in_cart() == {"Phare lamp": 1}
    assert sweeps.cart_replies_due() == 0
