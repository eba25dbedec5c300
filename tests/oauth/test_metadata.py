"""What a program finds out by our address alone, and how often it may ask."""

from __future__ import annotations

from django.core.cache import cache

from partners.scopes import SCOPES
from tests.oauth.apps import TOKEN, is_refused, post

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
