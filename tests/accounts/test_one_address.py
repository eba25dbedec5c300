"""An account has one address, the one it signs in with; no second one is a way in."""

from __future__ import annotations

from allauth.account.models import EmailAddress

from accounts.models import OutgoingMail

EMAILS = "/accounts/email/"


def test_no_second_address_is_taken(client, mai):
    client.force_login(mai)
    answer = client.post(EMAILS, {"email": "another@people.example", "action_add": ""})
    assert answer["Location"] == "/account/"
    assert not EmailAddress.objects.filter(email="another@people.example").exists()
    assert not OutgoingMail.objects.exists()


def test_the_address_of_that_page_leads_to_the_account(client, mai):
    client.force_login(mai)
    assert client.get(EMAILS)["Location"] == "/account/"


def test_a_session_with_a_nul_in_its_name_is_none(client, db):
    client.cookies["sessionid"] = "abcdefgh\\000ij"
    assert client.get("/account/")["Location"].startswith("/accounts/login/")


def test_the_account_page_is_kept_nowhere(client, mai):
    client.force_login(mai)
    assert "no-store" in client.get("/account/")["Cache-Control"]
