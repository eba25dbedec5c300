"""Ways in that an outside network must not be: signing in, other people's journeys, answers that lie."""

from __future__ import annotations

import socket
from typing import Any

import pytest
from django.test import Client

from accounts.models import LinkedAccount, User
from tests.linked.journey import PAGE, configure, consent, leave, link
from tests.linked.network import Network

pytestmark = pytest.mark.django_db
UNSAID = "Nothing was linked: the network did not say who you are. Try again."


def test_a_linked_profile_signs_nobody_in(
    browser: Client, client: Client, network: Network, mai: User
) -> None:
    """Nor does an address that the network says is confirmed: mai@people.example has an account."""
    link(browser)
    anonymous = Client()
    begun = anonymous.post(f"{PAGE}mastodon.example/start/")
    assert begun["Location"] == f"/accounts/login/?next={PAGE}mastodon.example/start/"
    assert not anonymous.session.get("socialaccount_states")
    back = consent(leave(browser))
    sent = anonymous.get(back)
    assert sent["Location"].startswith("/accounts/login/?next=")
    assert "_auth_user_id" not in anonymous.session


def test_a_journey_that_began_for_a_sign_in_ends_at_the_page(
    browser: Client, network: Network
) -> None:
    back = consent(leave(browser))
    session = browser.session
    for state in session["socialaccount_states"].values():
        state[0]["process"] = "login"
    session.save()
    assert browser.get(back)["Location"] == PAGE
    assert not LinkedAccount.objects.exists()


def test_nobody_is_signed_up_by_a_network(client: Client, db: None) -> None:
    for address in ("3rdparty/signup/", "3rdparty/", "social/signup/", "social/connections/"):
        assert client.get(f"/accounts/{address}")["Location"] == PAGE


def test_a_journey_ends_only_in_the_session_that_began_it(
    browser: Client, network: Network, stranger: User
) -> None:
    """Else whoever makes somebody open a link would have their profile in the other's account."""
    other = Client()
    other.force_login(stranger)
    page = other.get(consent(leave(browser)), follow=True).content.decode()
    assert UNSAID in page
    assert not LinkedAccount.objects.exists()


def test_an_answer_is_good_once(browser: Client, network: Network) -> None:
    back = consent(leave(browser))
    browser.get(back)
    LinkedAccount.objects.all().delete()
    assert UNSAID in browser.get(back, follow=True).content.decode()
    assert not LinkedAccount.objects.exists()


def test_an_answer_of_one_network_is_none_of_another(
    browser: Client, network: Network, settings: Any
) -> None:
    configure(settings, network.settings("mastodon"), network.settings("mastodon", "b.example"))
    back = consent(leave(browser)).replace("mastodon.example", "b.example")
    assert UNSAID in browser.get(back, follow=True).content.decode()
    assert not LinkedAccount.objects.exists()


@pytest.mark.parametrize("odd", ["nobody", "no json", "a list", "endless", "redirect"])
def test_an_answer_that_says_nobody_links_nobody(
    browser: Client, network: Network, odd: str
) -> None:
    network.odd = odd
    assert UNSAID in link(browser).content.decode()
    assert "/elsewhere" not in network.asked
    assert not LinkedAccount.objects.exists()


def test_two_papers_of_two_people_link_neither(
    browser: Client, network: Network, settings: Any
) -> None:
    configure(settings, network.settings("openid", "id.example"))
    network.odd = "two people"
    assert UNSAID in link(browser, name="id.example").content.decode()
    assert not LinkedAccount.objects.exists()


def test_a_form_of_another_site_begins_nothing(network: Network, mai: User) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(mai)
    assert strict.post(f"{PAGE}mastodon.example/start/").status_code == 403
    assert strict.get(f"{PAGE}mastodon.example/start/").status_code == 405


# Where we connect to --------------------------------------------------------------------------------
def test_a_private_address_is_not_asked_in_production(
    browser: Client, network: Network, settings: Any
) -> None:
    back = consent(leave(browser))
    settings.WEBHOOK_PRIVATE_HOSTS = False
    assert UNSAID in browser.get(back, follow=True).content.decode()
    assert network.asked == []


def test_a_host_that_nobody_configured_is_not_asked(
    browser: Client, network: Network, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The network itself names it."""
    there = int(network.url.rpartition(":")[2])
    connected = []
    connect = socket.create_connection

    def note(address: tuple[str, int], *args: Any, **how: Any) -> socket.socket:
        connected.append(address)
        return connect(address, *args, **how)

    monkeypatch.setattr("accounts.networks.calls.socket.create_connection", note)
    configure(settings, network.settings("openid", "id.example"))
    network.odd = "token elsewhere"
    assert UNSAID in link(browser, name="id.example").content.decode()
    assert "169.254.169.254" not in {host for host, _port in connected}
    assert ("127.0.0.1", there) in connected


def test_a_network_that_is_away_is_said_to_be(
    browser: Client, network: Network, settings: Any
) -> None:
    gone = network.settings("openid", "id.example") | {"server": "http://127.0.0.1:9"}
    configure(settings, gone)
    page = browser.post(f"{PAGE}id.example/start/", follow=True).content.decode()
    assert UNSAID in page
