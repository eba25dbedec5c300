"""Guessing passwords is slowed, by account and by address; the admin has no door beside it."""

from __future__ import annotations

import pytest
from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.test import Client

from tests.shops import PASSWORD

SIGN_IN = "/accounts/login/"


@pytest.fixture(autouse=True)
def fresh_counts():
    """The counts of other tests' visitors, who all come from one address, are not ours."""
    cache.clear()
    yield
    cache.clear()


def guess(client, password, *, address="127.0.0.1"):
    typed = {"login": "mai@people.example", "password": password}
    return client.post(SIGN_IN, typed, REMOTE_ADDR=address)


def test_the_right_password_signs_in_by_mail_in_any_case(client, mai):
    response = client.post(SIGN_IN, {"login": "MAI@People.example", "password": PASSWORD})
    assert response["Location"] == "/"
    assert client.get("/account/").status_code == 200


def test_after_five_wrong_ones_the_right_one_waits_too(client, mai):
    for _attempt in range(5):
        assert guess(client, "wrong").status_code == 200
    refused = guess(client, PASSWORD)
    assert refused.status_code == 200
    assert "Too many failed login attempts" in refused.content.decode()
    assert client.get("/account/").status_code == 302


def test_other_accounts_are_not_locked_by_it(client, mai, stranger):
    for _attempt in range(5):
        guess(client, "wrong")
    other = client.post(SIGN_IN, {"login": "stranger@people.example", "password": PASSWORD})
    assert other.status_code == 302


def test_the_owner_signs_in_from_elsewhere_while_somebody_guesses(client, mai):
    for _attempt in range(5):
        guess(client, "wrong", address="203.0.113.7")
    assert "Too many failed" in guess(client, PASSWORD, address="203.0.113.7").content.decode()
    assert guess(client, PASSWORD, address="198.51.100.4").status_code == 302


def test_guesses_from_one_network_of_ipv6_are_one_guessers(client, mai):
    for attempt in range(5):
        guess(client, "wrong", address=f"2001:db8::{attempt}")
    assert "Too many failed" in guess(client, PASSWORD, address="2001:db8::9").content.decode()


def test_many_addresses_together_are_slowed_too(client, mai):
    for attempt in range(50):
        assert (
            "Too many" not in guess(client, "wrong", address=f"10.0.0.{attempt}").content.decode()
        )
    assert "Too many failed" in guess(client, PASSWORD, address="10.0.1.1").content.decode()


def test_a_browser_that_the_owner_signed_in_with_is_not_locked_by_guesses_from_anywhere(
    client, mai, stranger
):
    assert guess(client, PASSWORD, address="198.51.100.4").status_code == 302
    cookie = client.cookies["signed_in_before"]
    assert (cookie["httponly"], cookie["samesite"], cookie["max-age"]) == (True, "Lax", 31_536_000)
    client.logout()
    client.cookies["signed_in_before"] = cookie.value
    for attempt in range(50):
        guess(Client(), "wrong", address=f"10.0.0.{attempt}")
    assert "Too many failed" in guess(Client(), PASSWORD, address="10.0.1.1").content.decode()
    forged = Client()
    forged.cookies["signed_in_before"] = f"{mai.pk}:forged"
    assert "Too many failed" in guess(forged, PASSWORD, address="10.0.1.2").content.decode()
    elses = Client()
    elses.post(SIGN_IN, {"login": "stranger@people.example", "password": PASSWORD})
    elses.post("/accounts/logout/")
    assert "Too many failed" in guess(elses, PASSWORD, address="10.0.1.3").content.decode()
    assert guess(client, PASSWORD, address="198.51.100.4").status_code == 302


def test_a_known_browser_that_guesses_waits_as_any_other(client, mai):
    guess(client, PASSWORD)
    cookie = client.cookies["signed_in_before"].value
    client.logout()
    client.cookies["signed_in_before"] = cookie
    for _attempt in range(5):
        guess(client, "wrong")
    assert "Too many failed" in guess(client, PASSWORD).content.decode()


def test_signing_in_rightly_does_not_count(client, mai):
    for attempt in range(51):
        assert guess(client, PASSWORD, address=f"10.0.0.{attempt}").status_code == 302
        client.logout()


def test_a_new_password_by_mail_begins_anew(client, mai, rf):
    for attempt in range(50):
        guess(client, "wrong", address=f"10.0.0.{attempt}")
    request = rf.post(SIGN_IN)
    get_adapter()._delete_login_attempts_cached_email(request, email=mai.email)
    assert guess(client, PASSWORD, address="10.0.1.1").status_code == 302


def test_a_wrong_password_and_an_unknown_address_sound_alike(client, mai):
    known = guess(client, "wrong").context["form"].errors
    unknown = client.post(SIGN_IN, {"login": "nobody@people.example", "password": "wrong"})
    assert unknown.context["form"].errors == known


def test_the_admins_sign_in_takes_no_password(client, mai):
    response = client.post(
        "/admin/login/", {"username": "mai@people.example", "password": PASSWORD}
    )
    assert response["Location"].startswith(SIGN_IN)
    assert client.get("/account/").status_code == 302
