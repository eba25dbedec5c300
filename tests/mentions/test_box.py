"""The page behind the link that was posted back: for its author alone, to choose and to undo; and the
way there for who has not linked yet."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import LinkedAccount, User
from checkout.models import CartLine, Mention
from feeds.models import Notification
from partners.models import Partner
from tests.journeys.cast import Market
from tests.linked.journey import configure
from tests.mentions.hearing import SITE, hear, in_cart, link_to, linked

pytestmark = pytest.mark.django_db
PART = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def theo(market: Market) -> User:
    return User.objects.create_user("theo@etal.example", handle="theo", display_name="Théo Marin")


def address(mention: Mention, verb: str = "") -> str:
    return f"/cart/mentions/{mention.public_id}/{verb}"


def test_undo_takes_it_out_and_no_more(
    browser: Client, market: Market, mai: User, profile: LinkedAccount, mastodon: Partner
) -> None:
    for _ in range(2):
        mention = hear(mastodon, reply_links=[link_to(market.lamp_post)])
    page = browser.get(address(mention)).content.decode()
    assert "Your reply on mastodon.example" in page
    assert "It’s in your cart, @mai" in page
    assert in_cart() == {"Phare lamp": 2}
    for _ in range(2):
        assert "Taken out of your cart" in browser.post(address(mention, "undo/")).content.decode()
    assert in_cart() == {"Phare lamp": 1}
    assert Notification.objects.filter(user=mai).latest("pk").data["state"] == "undone"
    assert Notification.objects.filter(user=mai).latest("pk").target == address(mention)


def test_it_is_its_authors_alone(
    client: Client, market: Market, theo: User, profile: LinkedAccount, mastodon: Partner
) -> None:
    mention = hear(mastodon, reply_links=[link_to(market.lamp_post)])
    assert client.get(address(mention))["Location"].startswith("/accounts/login/")
    client.force_login(theo)
    assert client.get(address(mention)).status_code == 404
    assert client.post(address(mention, "choose/")).status_code == 404
    assert client.post(address(mention, "undo/")).status_code == 404
    assert in_cart() == {"Phare lamp": 1}


def test_a_variant_is_chosen_in_the_box(
    browser: Client, market: Market, profile: LinkedAccount, mastodon: Partner
) -> None:
    mention = hear(mastodon, reply_links=[link_to(market.post)])
    part = browser.get(address(mention), **PART).content.decode()
    assert f'action="{address(mention, "choose/")}"' in part
    chosen = {"product": market.flipflops.public_id, "picked": "yes", "option0": "Lagoon"}
    missing = browser.post(address(mention, "choose/"), chosen)
    assert missing.status_code == 422
    browser.post(address(mention, "choose/"), chosen | {"option1": "42"})
    assert in_cart() == {"Corniche flip-flops Lagoon, 42": 1}
    assert CartLine.objects.get().post == market.post


def test_one_of_several_products_is_chosen_in_the_box(
    browser: Client, market: Market, profile: LinkedAccount, mastodon: Partner
) -> None:
    mention = hear(mastodon, links=[link_to(market.post), link_to(market.lamp_post)])
    page = browser.get(address(mention)).content.decode()
    assert "Corniche flip-flops" in page
    assert "Phare lamp" in page
    browser.post(address(mention, "choose/"), {"product": market.lamp.public_id})
    assert in_cart() == {"Phare lamp": 1}


def test_what_it_does_not_show_cannot_be_chosen(
    browser: Client, market: Market, profile: LinkedAccount, mastodon: Partner
) -> None:
    mention = hear(mastodon, links=[link_to(market.post)])
    sent = browser.post(address(mention, "choose/"), {"product": market.lamp.public_id})
    assert sent.status_code == 404
    assert in_cart() == {}


def test_the_page_of_linked_accounts_says_what_a_profile_did(
    browser: Client,
    market: Market,
    profile: LinkedAccount,
    mastodon: Partner,
    django_assert_num_queries: Any,
) -> None:
    mention = hear(mastodon, reply_links=[link_to(market.lamp_post)])
    hear(mastodon, "no thanks")
    page = browser.get("/account/linked/").content.decode()
    said = "Put Phare lamp into your cart, from a reply on mastodon.example"
    assert f'<a href="{address(mention)}">{said}</a>' in page
    assert page.count("from a reply on") == 1
    # Session, person, their profiles, what these did, their apps.
    with django_assert_num_queries(5):
        browser.get("/account/linked/")
    linked(User.objects.get(handle="mai"), "110")
    hear(mastodon, author="110", reply_links=[link_to(market.lamp_post)])
    with django_assert_num_queries(5):
        browser.get("/account/linked/")


# The link for who has not linked ------------------------------------------------------------------
def claim(mention: Mention) -> str:
    """The address in what was posted back."""
    return mention.answer.rpartition(SITE)[2]


def test_who_links_then_finds_what_they_asked_for(
    browser: Client, market: Market, mai: User, mastodon: Partner, settings: Any
) -> None:
    network = {"kind": "mastodon", "network": "mastodon.example", "client_id": "x"}
    configure(settings, network)
    mention = hear(mastodon, reply_links=[link_to(market.lamp_post)])
    there = browser.get(claim(mention))["Location"]
    assert there.startswith("/account/linked/?network=mastodon.example&next=%2Fcart%2Fmentions%2F")
    page = browser.get(there).content.decode()
    assert f'name="next" value="{claim(mention)}"' in page
    assert browser.get(address(mention)).status_code == 404
    linked(mai)
    page = browser.get(claim(mention), follow=True).content.decode()
    assert "It is not in your cart yet" in page
    assert in_cart() == {}
    page = browser.post(address(mention, "choose/"), follow=True).content.decode()
    assert "It’s in your cart, @mai" in page
    assert in_cart() == {"Phare lamp": 1}
    browser.post(address(mention, "choose/"))
    assert in_cart() == {"Phare lamp": 1}


def test_the_link_alone_is_no_right(
    client: Client, market: Market, theo: User, mai: User, mastodon: Partner
) -> None:
    """It is posted for everybody to read."""
    mention = hear(mastodon, reply_links=[link_to(market.lamp_post)])
    linked(mai)
    client.force_login(theo)
    assert client.get(claim(mention))["Location"].startswith("/account/linked/")
    assert client.post(address(mention, "choose/")).status_code == 404
    mention.refresh_from_db()
    assert mention.user is None


def test_the_link_is_good_for_a_day(
    browser: Client, market: Market, mastodon: Partner, monkeypatch: pytest.MonkeyPatch
) -> None:
    mention = hear(mastodon, reply_links=[link_to(market.lamp_post)])
    link = claim(mention)
    later = (timezone.now() + timedelta(hours=25)).timestamp()
    monkeypatch.setattr("django.core.signing.time.time", lambda: later)
    page = browser.get(link, follow=True)
    assert page.redirect_chain == [("/account/linked/", 302)]
    assert "That link is no longer good." in page.content.decode()


def test_what_somebody_asked_for_is_not_the_next_owners(
    client: Client, market: Market, theo: User, profile: LinkedAccount, mastodon: Partner
) -> None:
    """A profile may go from one account to another; what it did stays with the first."""
    mention = hear(mastodon, reply_links=[link_to(market.lamp_post)])
    profile.delete()
    linked(theo)
    client.force_login(theo)
    assert client.get(address(mention)).status_code == 404
    assert "Phare lamp" not in client.get("/account/linked/").content.decode()
