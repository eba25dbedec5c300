"""Somebody who only knows the password adds a factor in the very moment in which their session ends."""

from __future__ import annotations

import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.db.models import F
from django.test import Client

from accounts import second_factors
from accounts.models import User
from tests.accounts.second_steps import ADD_APP, AGAIN, PASSKEY_AGAIN, kinds, prove
from tests.races.crowd import before_it_is_written
from tests.second_factors import SECRET, code
from tests.shops import person


@pytest.fixture
def mai(transactional_db) -> User:
    cache.clear()
    return person("mai")


@pytest.fixture
def thief(mai) -> Client:
    """Has given the password, and has the page open that adds an app."""
    client = Client()
    client.force_login(mai)
    prove(client)
    client.get(ADD_APP)
    session = client.session
    session["mfa.totp.secret"] = SECRET
    session.save()
    return client


def led_to(thief: Client, *, ended_by) -> str:
    """Where the press on “add” leads that comes while `ended_by` is being written."""
    pressed = before_it_is_written(ended_by, then=lambda: thief.post(ADD_APP, {"code": code()}))
    return pressed.result()["Location"].partition("?")[0]


def test_of_two_sessions_that_set_up_the_first_factor_at_once_the_second_has_ended(mai, thief):
    def owners_passkey():
        User.objects.filter(pk=mai.pk).update(sign_outs=F("sign_outs") + 1)
        Authenticator.objects.create(user=mai, type="webauthn", data={"credential": {}})

    assert led_to(thief, ended_by=owners_passkey) == PASSKEY_AGAIN
    assert kinds(mai) == ["webauthn"]
    assert thief.get("/account/").status_code == 302


def test_a_session_that_the_operator_ends_meanwhile_is_not_kept_by_a_factor_of_its_own(mai, thief):
    assert led_to(thief, ended_by=lambda: second_factors.forget(mai)) == AGAIN
    assert kinds(mai) == []
    assert thief.get("/account/").status_code == 302
