"""Somebody ends what an app may do in the very moment in which the app asks for new tokens."""

from __future__ import annotations

import pytest
from django.core.cache import cache

from accounts.models import User
from partners import grants, tokens
from partners.models import AccessToken, Application, Consent, Grant, RefreshToken
from tests.oauth.apps import code_for, is_refused, redeem, refresh, tokens_for, vitrine
from tests.races.crowd import at_once, before_it_is_written
from tests.second_factors import set_up
from tests.shops import person


@pytest.fixture
def mai(transactional_db) -> User:
    cache.clear()
    return person("mai")


@pytest.fixture
def registered(mai) -> tuple[Application, str]:
    return vitrine(person("maker"))


def nothing_is_left(mai: User) -> bool:
    left = [model.objects.count() for model in (Grant, AccessToken, RefreshToken)]
    return (left, list(grants.of(mai))) == ([0, 0, 0], [])


def test_a_refresh_that_comes_while_it_is_being_ended_finds_it_ended(mai, registered):
    app, secret = registered
    said = tokens_for(app, secret, mai, "carts:read")
    late = before_it_is_written(
        lambda: grants.end(mai, app),
        then=lambda: refresh(app, secret, said["refresh_token"]),
    )
    assert is_refused(late.result(), "invalid_grant")
    assert nothing_is_left(mai)


def test_what_is_being_refreshed_ends_with_it(mai, registered):
    app, secret = registered
    said = tokens_for(app, secret, mai, "carts:read")
    fresh = []
    ended = before_it_is_written(
        lambda: fresh.append(refresh(app, secret, said["refresh_token"]).json()),
        then=lambda: grants.end(mai, app),
    )
    assert ended.result() == 1
    assert tokens.caller_of(fresh[0]["access_token"]) is None
    assert nothing_is_left(mai)


def test_a_code_that_is_being_swapped_ends_with_it(mai, registered):
    app, secret = registered
    code = code_for(app, mai, "carts:read")
    swapped = []
    before_it_is_written(
        lambda: swapped.append(redeem(app, secret, code).json()),
        then=lambda: grants.end(mai, app),
    )
    assert tokens.caller_of(swapped[0]["access_token"]) is None
    assert nothing_is_left(mai)


def test_of_two_who_swap_one_code_at_once_neither_keeps_what_it_got(mai, registered):
    app, secret = registered
    code = code_for(app, mai, "carts:read")
    answers = at_once([lambda: redeem(app, secret, code)] * 2)
    assert sorted(each.status_code for each in answers) == [200, 400]
    assert not AccessToken.objects.exists()


def test_of_two_who_refresh_by_one_token_at_once_neither_keeps_what_it_got(mai, registered):
    app, secret = registered
    said = tokens_for(app, secret, mai, "carts:read")
    answers = at_once([lambda: refresh(app, secret, said["refresh_token"])] * 2)
    assert sorted(each.status_code for each in answers) == [200, 400]
    assert not AccessToken.objects.exists()
    assert not RefreshToken.objects.filter(revoked=None).exists()


def test_two_who_press_allow_at_once_give_one_consent(mai, registered):
    app, _secret = registered
    set_up(mai)
    codes = at_once([lambda: code_for(app, mai, "carts:read")] * 3)
    assert len({code for code in codes if isinstance(code, str)}) == 3
    assert Consent.objects.filter(user=mai, ended_at=None).count() == 1
