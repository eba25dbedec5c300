"""Where there is a second factor, a password given again is not it; and the first ends old sessions."""

from __future__ import annotations

import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.test import Client

from accounts.models import User
from tests.accounts.second_steps import (
    ADD_APP,
    ADD_PASSKEY,
    AGAIN,
    CODE_AGAIN,
    CODES,
    INDEX,
    PASSKEY_AGAIN,
    REMOVE_APP,
    add_app,
    kinds,
    prove,
    prove_by,
)
from tests.second_factors import code, set_up, show
from tests.shops import PASSWORD


@pytest.fixture(autouse=True)
def fresh_counts():
    cache.clear()
    yield
    cache.clear()


def by_password(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def old(mai) -> Client:
    """A session that began by a password, before any factor."""
    return by_password(mai)


def add_passkey(user: User) -> Authenticator:
    """One that no device holds."""
    data = {"name": "Phone", "credential": {}}
    return Authenticator.objects.create(user=user, type="webauthn", data=data)


def is_in(client: Client) -> bool:
    return client.get("/account/").status_code == 200


def secrets(user: User) -> list[tuple[str, dict[str, object]]]:
    return list(Authenticator.objects.filter(user=user).order_by("pk").values_list("type", "data"))


CHANGES = [REMOVE_APP, ADD_PASSKEY, CODES, f"{CODES}generate/", f"{CODES}download/"]


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_password_opens_nothing_that_changes_factors(old, mai, when, method):
    """Neither given while there is a factor nor shortly before it came."""
    if when == "before":
        prove(old)
    set_up(mai)
    before = secrets(mai)
    if when == "after":
        answer = old.post(f"{AGAIN}?next={REMOVE_APP}", {"password": PASSWORD})
        assert answer["Location"].startswith(CODE_AGAIN)
    for page in CHANGES:
        if method == "get" or page not in (CODES, f"{CODES}download/"):
            answer = getattr(old, method)(page)
            assert answer.status_code == 302, page
            assert answer["Location"].startswith(f"{CODE_AGAIN}?next="), page
    assert secrets(mai) == before


def test_a_password_and_an_old_session_do_not_open_the_admin(old, mai):
    """By taking the factor away, and setting up another."""
    User.objects.filter(pk=mai.pk).update(is_staff=True)
    theirs = set_up(mai)
    old.post(AGAIN, {"password": PASSWORD})
    old.post(REMOVE_APP)
    add_app(old)
    assert old.get("/admin/")["Location"].startswith(CODE_AGAIN)
    assert Authenticator.objects.get(user=mai, type="totp") == theirs


def test_whoever_has_a_passkey_is_asked_for_it_first(old, mai):
    add_passkey(mai)
    answer = old.get(ADD_APP)
    assert answer["Location"].startswith(f"{PASSKEY_AGAIN}?next=")
    answer = old.post(AGAIN, {"password": PASSWORD})
    assert answer["Location"] == PASSKEY_AGAIN


def test_who_has_no_factor_gives_a_password(old, mai):
    assert old.get(ADD_APP)["Location"].startswith(f"{AGAIN}?next=")
    prove(old)
    assert old.get(ADD_APP).status_code == 200


def test_a_code_opens_it_and_what_was_sent_goes_on(old, mai):
    set_up(mai)
    assert old.post(REMOVE_APP)["Location"].startswith(CODE_AGAIN)
    assert prove_by(old, code(), onward=REMOVE_APP)["Location"] == INDEX
    assert kinds(mai) == []


def test_a_factor_that_is_gone_opens_nothing(old, mai):
    set_up(mai)
    assert prove_by(old, code()).status_code == 302
    add_passkey(mai)
    Authenticator.objects.filter(user=mai).exclude(type="webauthn").delete()
    assert old.get(ADD_PASSKEY)["Location"].startswith(f"{PASSKEY_AGAIN}?next=")


def test_who_has_recovery_codes_alone_left_gets_new_ones_and_sees_them(old, mai):
    set_up(mai)
    [one, *_others] = Authenticator.objects.get(type="recovery_codes").wrap().get_unused_codes()
    assert prove_by(old, one).status_code == 302
    assert old.post(f"{CODES}generate/")["Location"] == CODES
    page = old.get(CODES).content.decode()
    fresh = Authenticator.objects.get(type="recovery_codes").wrap().get_unused_codes()
    assert all(each in page for each in fresh)


def test_who_lost_their_app_sets_up_another_by_a_recovery_code(old, mai):
    lost = set_up(mai)
    [one, *_others] = Authenticator.objects.get(type="recovery_codes").wrap().get_unused_codes()
    prove_by(old, one)
    assert old.post(REMOVE_APP)["Location"] == INDEX
    assert add_app(old)["Location"] == CODES
    assert Authenticator.objects.get(user=mai, type="totp") != lost
    assert old.get(CODES).status_code == 200


def test_the_first_factor_ends_every_other_session_and_keeps_this_one(old, mai):
    User.objects.filter(pk=mai.pk).update(is_staff=True)
    here = by_password(mai)
    prove(here)
    add_app(here)
    assert is_in(here)
    assert here.get("/admin/").status_code == 200
    assert not is_in(old)


def test_a_second_factor_ends_no_session(mai):
    add_passkey(mai)
    elsewhere, here = by_password(mai), by_password(mai)
    show(here, Authenticator.objects.get(user=mai), reauthenticated=True)
    add_app(here)
    assert kinds(mai) == ["recovery_codes", "totp", "webauthn"]
    assert is_in(here)
    assert is_in(elsewhere)
