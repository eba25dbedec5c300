"""Setting up a second step, and taking it away again."""

from __future__ import annotations

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.test import Client

from accounts.models import OutgoingMail
from tests.accounts.second_steps import (
    ADD_APP,
    ADD_PASSKEY,
    AGAIN,
    CODE_AGAIN,
    CODES,
    INDEX,
    REMOVE_APP,
    add_app,
    kinds,
    prove,
    prove_by,
)
from tests.second_factors import code, set_up, sign_in
from tests.shops import PASSWORD, person

FIRST = "/account/two-factor/"


@pytest.fixture(autouse=True)
def fresh_counts():
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def member(client, mai) -> Client:
    client.force_login(mai)
    return client


def mails() -> list[str]:
    return list(OutgoingMail.objects.order_by("pk").values_list("kind", flat=True))


def test_the_account_leads_there(member):
    assert INDEX in member.get("/account/").content.decode()
    page = member.get(INDEX).content.decode()
    for address in (ADD_APP, ADD_PASSKEY):
        assert address in page
    assert CODES not in page


@pytest.mark.parametrize("address", [ADD_APP, ADD_PASSKEY])
@pytest.mark.parametrize("method", ["get", "post"])
def test_nothing_is_added_before_the_password_is_given_again(member, mai, address, method):
    answer = getattr(member, method)(address)
    assert answer["Location"].startswith(f"{AGAIN}?next=")
    assert kinds(mai) == []


@pytest.mark.parametrize("address", [REMOVE_APP, f"{CODES}generate/"])
def test_nothing_is_taken_away_before_a_factor_is_shown_again(member, mai, address):
    set_up(mai)
    assert member.post(address)["Location"].startswith(f"{CODE_AGAIN}?next=")
    assert kinds(mai) == ["recovery_codes", "totp"]


def test_an_app_is_added_by_a_code_and_told_by_mail(
    member, mai, django_capture_on_commit_callbacks
):
    prove(member)
    with django_capture_on_commit_callbacks(execute=True):
        assert add_app(member)["Location"] == CODES
    assert kinds(mai) == ["recovery_codes", "totp"]
    mail = OutgoingMail.objects.get()
    assert (mail.kind, mail.to) == ("totp_activated", "mai@people.example")
    assert "If it was not you" in mail.text


def test_a_wrong_code_adds_nothing_and_says_so(member, mai):
    prove(member)
    member.get(ADD_APP)
    answer = member.post(ADD_APP, {"code": "000000"})
    assert "That was not right" in answer.content.decode()
    assert (kinds(mai), mails()) == ([], [])


def test_recovery_codes_are_shown_once(member, mai):
    prove(member)
    add_app(member)
    codes = Authenticator.objects.get(type="recovery_codes").wrap().get_unused_codes()
    first, second = (member.get(CODES).content.decode() for _look in range(2))
    assert len(codes) == 10
    assert all(each in first and each not in second for each in codes)
    assert "10 codes are left" in second
    assert member.get(f"{CODES}download/").status_code in (403, 404)


def test_new_recovery_codes_make_the_old_ones_worthless(
    member, mai, django_capture_on_commit_callbacks
):
    prove(member)
    add_app(member)
    [old, *_others] = Authenticator.objects.get(type="recovery_codes").wrap().get_unused_codes()
    with django_capture_on_commit_callbacks(execute=True):
        assert member.post(f"{CODES}generate/")["Location"] == CODES
    assert mails() == ["recovery_codes_generated"]
    assert not Authenticator.objects.get(type="recovery_codes").wrap().validate_code(old)


def test_an_app_is_removed_with_its_codes_and_told_by_mail(member, mai):
    set_up(mai)
    prove_by(member, code())
    assert member.post(REMOVE_APP)["Location"] == INDEX
    assert (kinds(mai), mails()) == ([], ["totp_deactivated"])


def test_no_factor_before_the_address_is_confirmed(member, mai):
    """Whoever registers another's address could else keep them out of it for good."""
    EmailAddress.objects.create(user=mai, email=mai.email, verified=False, primary=True)
    prove(member)
    for address in (ADD_APP, ADD_PASSKEY):
        assert member.get(address)["Location"] == INDEX
    for page in (member.get(INDEX), member.get(FIRST)):
        assert "/account/confirm/" in page.content.decode()
        assert ADD_APP not in page.content.decode()
    assert member.post("/account/confirm/")["Location"] == INDEX
    assert mails() == ["email_confirmation"]
    member.post("/account/confirm/")
    assert mails() == ["email_confirmation"]


def test_a_confirmed_address_is_not_confirmed_again(member, mai):
    EmailAddress.objects.create(user=mai, email=mai.email, verified=True, primary=True)
    member.post("/account/confirm/")
    assert mails() == []


@pytest.mark.parametrize(
    "said",
    [
        *["", "x", "[]", "1", '"x"', "null", "{}", '{"id": 1}', '{"response": []}'],
        '{"id": "eA", "rawId": "eA", "type": "public-key", "response": {}}',
        '{"id": "eA", "rawId": "eA", "response": {"userHandle": "AA", "clientDataJSON": "e30"}}',
    ],
)
def test_what_no_passkey_says_is_refused(member, mai, said):
    set_up(mai)
    prove_by(member, code())
    member.get(ADD_PASSKEY)
    assert member.post(ADD_PASSKEY, {"credential": said}).status_code == 200
    assert "passwordless" not in member.get(ADD_PASSKEY).content.decode()
    visitor = Client()
    visitor.get("/accounts/2fa/webauthn/login/", headers={"accept": "application/json"})
    answer = visitor.post("/accounts/2fa/webauthn/login/", {"credential": said})
    assert answer["Location"] == "/accounts/login/"
    second = Client()
    second.post("/accounts/login/", {"login": mai.email, "password": PASSWORD})
    answer = second.post("/accounts/2fa/authenticate/", {"credential": said})
    assert answer.status_code == 200
    assert kinds(mai) == ["recovery_codes", "totp"]
    assert second.get("/account/").status_code == visitor.get("/account/").status_code == 302


def test_nobody_presses_for_a_passkey_before_the_script_runs(member, mai):
    """Without it the form would be sent empty; static/passkeys.js lets the button be pressed."""
    member.post(AGAIN, {"password": PASSWORD})
    page = member.get(ADD_PASSKEY).content.decode()
    assert 'data-passkey="create" disabled' in page


def test_a_passkey_of_another_is_not_there_to_be_taken_away(client, mai):
    theirs = Authenticator.objects.create(
        user=person("theo"), type="webauthn", data={"name": "Phone", "credential": {}}
    )
    sign_in(client, mai)
    prove_by(client, code())
    for step in ("edit", "remove"):
        address = f"/accounts/2fa/webauthn/keys/{theirs.pk}/{step}/"
        assert client.get(address).status_code == 404
        assert client.post(address, {"name": "Mine"}).status_code == 404
    theirs.refresh_from_db()
    assert theirs.data["name"] == "Phone"


def test_the_way_onward_leads_to_no_foreign_page(member, mai):
    member.get(f"{FIRST}?next=https://evil.example/")
    assert "second_factor_onward" not in member.session
    member.get(f"{FIRST}?next=/admin/")
    prove(member)
    add_app(member)
    assert 'href="/admin/"' in member.get(CODES).content.decode()
