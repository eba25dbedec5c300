"""Passwords, the seeds of codes, sessions, and what is noted of all that."""

from __future__ import annotations

import logging

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from cryptography.fernet import InvalidToken
from django.conf import settings
from django.contrib.auth.hashers import identify_hasher, make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.test import Client, override_settings

from accounts.models import OutgoingMail, User
from accounts.second_factors import SecondFactors
from tests.second_factors import SECRET, code, set_up
from tests.shops import PASSWORD, Cast


def test_passwords_are_argon2() -> None:
    assert identify_hasher(make_password("any long word")).algorithm == "argon2"


@pytest.mark.parametrize("password", ["Etal2027!!", "boutique-2027", "ÉTAL..00..", "localhost99"])
def test_no_password_is_the_sites_name(password: str) -> None:
    with pytest.raises(ValidationError, match="word of shops"):
        validate_password(password)


@pytest.mark.parametrize(
    "password", ["x" * 64 + "é7", "un étal de marché en hiver", "7" * 5 + "glissade"]
)
def test_long_and_odd_ones_are_good(password: str) -> None:
    validate_password(password)


def test_the_seed_of_codes_is_sealed_and_one_from_before_still_opens(world: Cast) -> None:
    factor = set_up(world.mai)
    kept = Authenticator.objects.get(pk=factor.pk)
    assert SECRET not in str(kept.data)
    assert kept.data["secret"].startswith("sealed:")
    assert TOTP(kept).validate_code(code())
    sealed, seal = kept.data["secret"], SecondFactors()
    assert seal.decrypt(SECRET) == seal.decrypt(sealed) == SECRET
    other = "another key, of no less than fifty signs, for this test"
    with override_settings(SECRET_KEY=other), pytest.raises(InvalidToken):
        seal.decrypt(sealed)
    # As long as the key of before is named, what it sealed opens.
    with override_settings(SECRET_KEY=other, SECRET_KEY_FALLBACKS=[settings.SECRET_KEY]):
        assert seal.decrypt(sealed) == SECRET


def test_one_ends_every_other_session(world: Cast) -> None:
    here, there = Client(), Client()
    here.force_login(world.mai)
    there.force_login(world.mai)
    address = "/account/sessions/end/"
    assert here.post(address)["Location"].startswith("/accounts/reauthenticate/")
    here.post("/accounts/reauthenticate/", {"password": PASSWORD, "next": address})
    assert here.get("/account/").status_code == 200
    assert there.get("/account/").status_code == 302


def test_sign_ins_are_noted_without_names(world: Cast, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, logger="security")
    client = Client()
    sent = {"login": "mai@people.example", "password": "wrong-wrong-wrong"}
    client.post("/accounts/login/", sent)
    client.post("/accounts/login/", sent | {"login": "nobody@people.example"})
    client.post("/accounts/login/", sent | {"password": PASSWORD})
    client.post("/accounts/logout/")
    lines = [r.getMessage() for r in caplog.records if r.name == "security"]
    mai = world.mai.public_id
    assert [line.split(" ")[0] + " " + line.split(" ")[-1] for line in lines] == [
        f"event=sign_in_refused user={mai}",
        "event=sign_in_refused user=unknown",
        f"event=signed_in user={mai}",
        f"event=signed_out user={mai}",
    ]
    assert not any("people.example" in line or PASSWORD in line for line in lines)


@pytest.mark.parametrize("there", [True, False])
def test_nobody_learns_who_has_an_account(world: Cast, there: bool) -> None:
    """The answers to a reset and to a sign-up with a known and an unknown address are the same page."""
    address = "mai@people.example" if there else "nobody@people.example"
    before = OutgoingMail.objects.filter(to=address).count()
    asked = Client().post("/accounts/password/reset/", {"email": address})
    assert asked["Location"] == "/accounts/password/reset/done/"
    assert OutgoingMail.objects.filter(to=address).count() == before + 1
    signed_up = Client().post("/accounts/signup/", {"email": address, "password1": PASSWORD})
    assert User.objects.filter(email=address).count() == 1
    assert signed_up.status_code in (200, 302)
