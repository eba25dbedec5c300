"""A code is had by a challenge, from the page of consent, for one address; and is good once."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.html import escape

from partners import tokens
from partners.models import AccessToken, Consent, Grant, RefreshToken
from partners.oauth.digests import digest
from tests.oauth.apps import (
    BACK,
    TOKEN,
    answer_of,
    asking,
    browser,
    challenge,
    code_for,
    is_refused,
    post,
    redeem,
    tokens_for,
    vitrine,
)


def test_a_code_becomes_tokens_of_which_only_hashes_are_kept(world, app, secret):
    code = code_for(app, world.mai, "carts:read carts:write")
    given = redeem(app, secret, code)
    said = given.json()
    assert given.status_code == 200
    assert (given["Cache-Control"], given["Pragma"]) == ("no-store", "no-cache")
    assert (said["token_type"], said["expires_in"]) == ("Bearer", 3600)
    assert said["scope"] == "carts:read carts:write"
    assert said["access_token"].startswith("etal_at_")
    assert said["refresh_token"].startswith("etal_rt_")
    access, renewal, kept = (
        AccessToken.objects.get(),
        RefreshToken.objects.get(),
        Grant.objects.get(),
    )
    assert (access.token, renewal.token) == ("", "")
    assert access.token_checksum == digest(said["access_token"])
    assert kept.code == digest(code)
    assert app.client_secret == f"secret_sha256${digest(secret)}"
    caller = tokens.caller_of(said["access_token"])
    assert (caller.user, caller.merchant, caller.partner) == (world.mai, None, None)
    assert caller.scopes == {"carts:read", "carts:write"}
    assert caller.live is True
    assert caller.principal == f"app:{Consent.objects.latest('pk').public_id}"


def test_for_a_shop_it_knows_the_shop(world, app, secret):
    plage = world.plage.merchant
    said = tokens_for(app, secret, world.plage.owner, "refunds:write", giver=str(plage.public_id))
    caller = tokens.caller_of(said["access_token"])
    assert (caller.user, caller.merchant) == (world.plage.owner, plage)
    assert caller.scopes == {"refunds:write"}


def test_the_answer_names_the_state_and_who_answers(world, app):
    client = browser(world.mai)
    for press in ("allow", "deny"):
        said = answer_of(client.post(asking(app, "carts:read"), {"answer": press, "as": "me"}))
        assert (said["state"], said["iss"]) == ("xyz", "http://localhost:8000")
        assert ("code" in said, said.get("error")) == (
            press == "allow",
            None if press == "allow" else "access_denied",
        )
    assert Grant.objects.count() == 1


@pytest.mark.parametrize(
    "verifier", ["", "another-verifier-that-is-as-long-as-the-rfc-wants", "short"]
)
def test_without_its_verifier_it_is_worth_nothing(world, app, secret, verifier):
    code = code_for(app, world.mai, "carts:read")
    refused = redeem(app, secret, code, code_verifier=verifier)
    assert is_refused(refused, "invalid_grant" if verifier else "invalid_request")
    if verifier:
        assert "code_verifier" in refused.json()["error_description"]
    assert not AccessToken.objects.exists()
    assert redeem(app, secret, code).status_code == 200


def test_a_code_that_comes_again_takes_all_with_it_that_came_of_it(world, app, secret):
    code = code_for(app, world.mai, "carts:read")
    said = redeem(app, secret, code).json()
    assert is_refused(redeem(app, secret, code), "invalid_grant")
    assert tokens.caller_of(said["access_token"]) is None
    again = post(
        TOKEN, app, secret, grant_type="refresh_token", refresh_token=said["refresh_token"]
    )
    assert is_refused(again, "invalid_grant")


def test_it_is_good_for_a_minute(world, app, secret):
    code = code_for(app, world.mai, "carts:read")
    left = Grant.objects.get().expires - timezone.now()
    assert timedelta(seconds=30) < left <= timedelta(seconds=60)
    Grant.objects.update(expires=timezone.now())
    assert is_refused(redeem(app, secret, code), "invalid_grant")


def test_it_is_good_for_the_app_that_asked(world, app, secret):
    other, others_secret = vitrine(world.stranger, name="Other")
    code = code_for(app, world.mai, "carts:read")
    assert is_refused(redeem(other, others_secret, code), "invalid_grant")
    assert is_refused(redeem(app, "wrong", code), "invalid_client", 401)
    assert is_refused(redeem(app, "", code), "invalid_client", 401)
    assert redeem(app, secret, code).status_code == 200


def test_it_is_good_for_the_address_to_which_it_was_sent(world):
    app, secret = vitrine(world.stranger, redirect_uris=[BACK, f"{BACK}/two"])
    code = code_for(app, world.mai, "carts:read")
    assert is_refused(redeem(app, secret, code, redirect_uri=f"{BACK}/two"), "invalid_request")
    # By OAuth 2.1 it need not be said again.
    assert redeem(app, secret, code, redirect_uri="").status_code == 200


def test_an_app_that_keeps_no_secret_proves_itself_by_the_verifier(world):
    app, secret = vitrine(world.stranger, client_type="public")
    assert secret == ""
    said = tokens_for(app, "", world.mai, "carts:read")
    assert tokens.caller_of(said["access_token"]).scopes == {"carts:read"}
    code = code_for(app, world.mai, "carts:read")
    assert is_refused(redeem(app, "", code, client_secret=" "), "invalid_client", 401)


@pytest.mark.parametrize(
    "uri",
    [
        "https://vitrine.example/back/",
        "https://vitrine.example/back?x=1",
        "https://vitrine.example/Back",
        "https://VITRINE.example/back",
        "https://vitrine.example:8443/back",
        "https://vitrine.example.evil.example/back",
        "https://vitrine.example@evil.example/back",
        "http://vitrine.example/back",
        "//vitrine.example/back",
        "javascript:alert(1)",
    ],
)
def test_nobody_is_sent_to_an_address_that_is_not_registered_to_the_letter(world, app, uri):
    page = browser(world.mai).get(asking(app, "carts:read", redirect_uri=uri))
    assert page.status_code == 400
    assert "This link leads nowhere" in page.content.decode()


def test_on_ones_own_machine_any_port_will_do(world):
    app, _secret = vitrine(
        world.stranger, client_type="public", redirect_uris=["http://127.0.0.1/cb"]
    )
    client = browser(world.mai)
    good = asking(app, "carts:read", redirect_uri="http://127.0.0.1:51004/cb")
    assert client.get(good).status_code == 200
    for uri in (
        "http://127.0.0.1:51004/other",
        "https://127.0.0.1/cb",
        "http://localhost:51004/cb",
    ):
        assert client.get(asking(app, "carts:read", redirect_uri=uri)).status_code == 400


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"code_challenge": None, "code_challenge_method": None}, "invalid_request"),
        ({"code_challenge_method": "plain", "code_challenge": "p" * 43}, "invalid_request"),
        ({"code_challenge_method": None}, "invalid_request"),
        ({"code_challenge": "short"}, "invalid_request"),
        ({"code_challenge": "x" * 200}, "invalid_request"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"response_type": "code token"}, "unauthorized_client"),
        ({"response_type": "none"}, "unauthorized_client"),
        ({"response_type": "id_token"}, "unsupported_response_type"),
        ({"response_type": None}, "invalid_request"),
        ({"scope": "everything"}, "invalid_scope"),
        ({"scope": "stock:write"}, "invalid_scope"),
        ({"scope": "mentions:write"}, "invalid_scope"),
        ({"resource": "https://elsewhere.example/"}, "invalid_target"),
    ],
)
def test_what_will_not_do_is_told_to_the_app_by_who_goes_back(world, app, changes, error):
    """Nobody is sent on by a link alone: they see whose address it is, and choose."""
    asked = asking(app, changes.get("scope", "carts:read"), **changes)
    page = browser(world.mai).get(asked)
    assert page.status_code == 400
    assert app.name in page.content.decode()
    back = page.context["back"]
    assert f'href="{escape(back)}"' in page.content.decode()
    said = {name: values[0] for name, values in parse_qs(urlsplit(back).query).items()}
    assert (said["error"], said["state"], said["iss"]) == (error, "xyz", "http://localhost:8000")


def test_the_answer_is_never_in_a_fragment(world, app):
    asked = asking(app, "carts:read", response_mode="fragment")
    to = browser(world.mai).post(asked, {"answer": "allow", "as": "me"})["Location"]
    assert to.startswith(f"{BACK}?code=")
    assert "#" not in to


@pytest.mark.parametrize("name", ["refresh_token_instance", "user", "client", "_grant", "_consent"])
def test_a_field_that_is_called_as_the_library_calls_its_own_does_nothing(world, app, secret, name):
    code = code_for(app, world.mai, "carts:read")
    assert redeem(app, secret, code, **{name: "1"}).status_code == 200


@pytest.mark.parametrize(
    "kind", ["password", "implicit", "urn:ietf:params:oauth:grant-type:device_code", ""]
)
def test_no_other_flow_is_known(world, app, secret, kind):
    sent = {"grant_type": kind, "username": "mai@people.example", "password": "a-long-enough-word"}
    assert is_refused(post(TOKEN, app, secret, **sent), "unsupported_grant_type")


def test_the_token_endpoint_takes_forms_by_post_alone(world, app, secret):
    assert Client().get(TOKEN).status_code == 405
    asked = post(f"{TOKEN}?client_id={app.client_id}", app, secret, grant_type="refresh_token")
    assert is_refused(asked, "invalid_request")


def test_a_test_app_is_not_live(world):
    app, secret = vitrine(world.stranger, live=False)
    said = tokens_for(app, secret, world.mai, "carts:read")
    assert tokens.caller_of(said["access_token"]).live is False


def test_a_test_app_reaches_no_live_rows_of_a_shop(world):
    app, secret = vitrine(world.stranger, live=False)
    plage = str(world.plage.merchant.public_id)
    said = tokens_for(app, secret, world.plage.owner, "products:write", giver=plage)
    caller = tokens.caller_of(said["access_token"])
    assert caller is None or caller.merchant != world.plage.merchant


def test_the_challenge_is_the_rfcs():
    assert challenge("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk") == (
        "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
    )


def test_whatever_the_state_is_it_comes_back_as_it_was(world, app):
    asked = asking(app, "carts:read", state=None) + '&state={"a|b":[1]}^%C3%A9%20+%2B'
    said = answer_of(browser(world.mai).post(asked, {"answer": "allow", "as": "me"}))
    assert said["state"] == '{"a|b":[1]}^é  +'
