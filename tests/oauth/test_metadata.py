"""What a program finds out by our address alone, and how often it may ask."""

from __future__ import annotations

from base64 import b64encode

import pytest
from django.contrib.auth.hashers import make_password
from django.core.cache import cache
from django.test import Client

from partners.models import Application
from partners.oauth import limits
from partners.oauth.digests import digest
from partners.scopes import SCOPES
from shopping.limits import Limit
from tests.oauth.apps import INTROSPECT, REVOKE, TOKEN, is_refused, post

HERE = "http://localhost:8000"


def test_the_server_says_what_it_does(client, db):
    answer = client.get("/.well-known/oauth-authorization-server")
    said = answer.json()
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert said["issuer"] == HERE
    assert said["authorization_endpoint"] == f"{HERE}/oauth/authorize/"
    assert said["token_endpoint"] == f"{HERE}/oauth/token/"
    assert said["revocation_endpoint"] == f"{HERE}/oauth/revoke/"
    assert said["introspection_endpoint"] == f"{HERE}/oauth/introspect/"
    assert said["response_types_supported"] == ["code"]
    assert said["grant_types_supported"] == [
        *["authorization_code", "client_credentials", "refresh_token"]
    ]
    assert said["code_challenge_methods_supported"] == ["S256"]
    assert set(said["scopes_supported"]) == SCOPES
    assert "registration_endpoint" not in said


def test_the_resource_names_its_server(client, db):
    said = client.get("/.well-known/oauth-protected-resource").json()
    assert (said["resource"], said["authorization_servers"]) == (HERE, [HERE])
    assert said["bearer_methods_supported"] == ["header"]


def test_wrong_secrets_are_slowed(app, settings):
    settings.LIMIT_VISITORS = True
    cache.clear()
    for _time in range(30):
        wrong = post(TOKEN, app, "wrong", grant_type="client_credentials")
        assert is_refused(wrong, "invalid_client", 401)
    answer = post(TOKEN, app, "wrong", grant_type="client_credentials")
    assert is_refused(answer, "temporarily_unavailable", 429)
    assert 0 < int(answer["Retry-After"]) <= 60


def header_of(client_id: str, secret: str, *, kind: str = "Basic") -> dict[str, str]:
    coded = b64encode(f"{client_id}:{secret}".encode()).decode()
    return {"Authorization": f"{kind} {coded}"}


@pytest.mark.parametrize("path", [TOKEN, REVOKE, INTROSPECT])
@pytest.mark.parametrize("kind", ["basic", "Basic"])
def test_who_names_themselves_twice_is_not_heard(app, secret, path, kind):
    """The header was counted, under a name that anybody makes up, and the form was let in."""
    by_form = {"client_id": app.client_id, "client_secret": secret, "token": "x"}
    sent = {"grant_type": "client_credentials", **by_form}
    for name in ("made-up", app.client_id):
        headers = header_of(name, "x", kind=kind)
        assert is_refused(Client().post(path, sent, headers=headers), "invalid_request")
    header = header_of("made-up", "x", kind=kind)
    named = Client().post(path, {"client_id": app.client_id, "token": "x"}, headers=header)
    assert is_refused(named, "invalid_request")
    twice = Client().post(f"{path}?client_id=made-up", sent)
    assert is_refused(twice, "invalid_request")


def test_naming_oneself_beside_the_header_is_well(app, secret):
    sent = {"client_id": app.client_id, "token": "x"}
    headers = header_of(app.client_id, secret)
    assert Client().post(INTROSPECT, sent, headers=headers).json() == {"active": False}


def test_an_address_is_counted_whatever_names_it_makes_up(app, settings, monkeypatch):
    settings.LIMIT_VISITORS = True
    monkeypatch.setattr(limits, "OF_ADDRESS", Limit("oauth-address", 3, 60))
    cache.clear()
    for name in ("one", "two", "three"):
        answer = Client().post(TOKEN, {"client_id": name, "grant_type": "password"})
        assert answer.status_code != 429
    answer = Client().post(TOKEN, {"client_id": "four", "grant_type": "password"})
    assert is_refused(answer, "temporarily_unavailable", 429)


def test_a_secret_of_before_is_kept_anew_once_it_was_proved(app, secret):
    slow = make_password(secret)
    mine = Application.objects.filter(pk=app.pk)
    mine.update(client_secret=slow)
    assert is_refused(post(INTROSPECT, app, "wrong", token="x"), "invalid_client", 401)
    assert mine.get().client_secret == slow
    assert post(INTROSPECT, app, secret, token="x").json() == {"active": False}
    assert mine.get().client_secret == f"secret_sha256${digest(secret)}"
    assert post(INTROSPECT, app, secret, token="x").json() == {"active": False}
