"""Linking a profile of an outside network, which is asked over HTTP: there, back, seen, ended."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.socialaccount.models import SocialAccount, SocialToken
from django.test import Client

from accounts.models import LinkedAccount, OutgoingMail, User
from tests.linked.journey import PAGE, configure, consent, leave, link
from tests.linked.network import CLIENT, Network

pytestmark = pytest.mark.django_db


def rows() -> list[tuple[str, str, str, str]]:
    found = LinkedAccount.objects.values_list("user__handle", "network", "external_id", "handle")
    return list(found)


def test_a_profile_is_linked_seen_and_ended(browser: Client, network: Network) -> None:
    page = browser.get(PAGE).content.decode()
    assert "No linked profiles" in page
    assert "Link a profile of mastodon.example" in page
    there = leave(browser)
    asked = parse_qs(urlsplit(there).query)
    assert there.startswith(f"{network.url}/oauth/authorize?")
    assert asked["client_id"] == [CLIENT]
    assert asked["scope"] == ["read:accounts"]
    assert asked["redirect_uri"][0].endswith("/accounts/networks/mastodon.example/callback/")
    back = browser.get(consent(there), follow=True)
    assert back.redirect_chain == [(PAGE, 302)]
    assert rows() == [("mai", "mastodon.example", "109", "@mai@mastodon.example")]
    text = back.content.decode()
    assert "@mai@mastodon.example is linked." in text
    assert "Nothing yet." in text
    linked = LinkedAccount.objects.get()
    ended = browser.post(f"{PAGE}{linked.public_id}/end/", follow=True).content.decode()
    assert "@mai@mastodon.example is no longer linked." in ended
    assert rows() == []
    assert browser.post(f"{PAGE}{linked.public_id}/end/").status_code == 404


def test_nothing_of_the_network_is_kept_but_who_it_is(browser: Client, network: Network) -> None:
    link(browser)
    assert not SocialToken.objects.exists()
    assert not SocialAccount.objects.exists()
    token = next(iter(network.tokens))
    assert not any(token in str(value) for value in browser.session.values())


def test_its_owner_is_mailed_once_in_their_language(
    browser: Client, network: Network, mai: User
) -> None:
    User.objects.filter(pk=mai.pk).update(locale="fr")
    link(browser)
    link(browser)
    mail = OutgoingMail.objects.get(kind="profile_linked")
    assert (mail.to, mail.subject) == (
        "mai@people.example",
        "@mai@mastodon.example est lié à votre compte chez Étal",
    )


def test_linking_again_renews_its_name(browser: Client, network: Network) -> None:
    link(browser)
    network.person["username"] = "mai_lefort"
    link(browser)
    assert rows() == [("mai", "mastodon.example", "109", "@mai_lefort@mastodon.example")]


def test_somebody_elses_profile_is_refused_and_stays_theirs(
    browser: Client, network: Network, stranger: User
) -> None:
    link(browser)
    other = Client()
    other.force_login(stranger)
    page = link(other).content.decode()
    assert "@mai@mastodon.example is linked to another account of Étal. Nothing was changed" in page
    assert rows() == [("mai", "mastodon.example", "109", "@mai@mastodon.example")]
    linked = LinkedAccount.objects.get()
    assert other.post(f"{PAGE}{linked.public_id}/end/").status_code == 404
    assert "@mai@mastodon.example" not in other.get(PAGE).content.decode()
    assert LinkedAccount.objects.exists()


def test_one_may_say_no_over_there(browser: Client, network: Network) -> None:
    page = link(browser, do="deny").content.decode()
    assert "Nothing was linked: you cancelled it." in page
    assert rows() == []


def test_one_goes_on_to_where_one_was(browser: Client, network: Network) -> None:
    page = link(browser, next="/cart/")
    assert page.redirect_chain == [("/cart/", 302)]


def test_one_is_never_sent_on_to_somebody_elses_site(browser: Client, network: Network) -> None:
    for elsewhere in ("https://evil.example/", "//evil.example", "javascript:alert(1)"):
        assert link(browser, next=elsewhere).redirect_chain == [(PAGE, 302)]
        assert "evil.example" not in browser.get(PAGE, {"next": elsewhere}).content.decode()


def test_x_says_who_one_is_in_a_wrapper(browser: Client, network: Network, settings: Any) -> None:
    configure(settings, network.settings("x", "x.example"))
    network.person = {"id": "2244994945", "username": "mai"}
    link(browser, name="x.example")
    assert rows() == [("mai", "x.example", "2244994945", "@mai")]


def test_openid_connect_is_found_by_its_own_word(
    browser: Client, network: Network, settings: Any
) -> None:
    configure(settings, network.settings("openid", "id.example"))
    link(browser, name="id.example")
    assert rows() == [("mai", "id.example", "109", "@mai")]
    assert network.asked[0] == "/.well-known/openid-configuration"


def test_two_networks_may_know_different_people_by_one_number(
    browser: Client, network: Network, settings: Any, stranger: User
) -> None:
    configure(settings, network.settings("mastodon"), network.settings("mastodon", "b.example"))
    link(browser)
    other = Client()
    other.force_login(stranger)
    link(other, name="b.example")
    assert rows() == [
        ("mai", "mastodon.example", "109", "@mai@mastodon.example"),
        ("stranger", "b.example", "109", "@mai@b.example"),
    ]


def test_without_networks_nothing_is_shown(browser: Client, settings: Any) -> None:
    configure(settings)
    page = browser.get(PAGE).content.decode()
    assert "Linked profiles" not in page
    assert "Apps that act for you" in page
    assert browser.post(f"{PAGE}mastodon.example/start/").status_code == 404
    assert browser.get("/accounts/networks/mastodon.example/callback/").status_code == 404


def test_its_forms_may_lead_to_the_network_and_nowhere_else(
    browser: Client, network: Network
) -> None:
    policy = browser.get(PAGE)["Content-Security-Policy"]
    assert f"form-action 'self' {network.url};" in f"{policy};"
