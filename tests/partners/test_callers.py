"""Who gets in: a key that is good, as whoever it acts for."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from partners import keys
from partners.models import ApiKey
from tests.shops import Cast

pytestmark = pytest.mark.django_db
ME = "/api/v1/me/"


def test_a_key_says_whose_it_is(plage, world: Cast):
    answer = plage("get", ME)
    assert answer.status_code == 200
    told = answer.json()
    assert told["acts_for"] == "shop"
    assert told["id"] == str(world.plage.merchant.public_id)
    assert "products:write" in told["scopes"]
    assert answer["Request-Id"]
    assert answer["ETag"]


def refused(client: Client, header: str | None) -> dict[str, object]:
    answer = client.get(ME, headers={} if header is None else {"Authorization": header})
    assert answer.status_code == 401
    assert answer["Content-Type"] == "application/problem+json"
    where = "http://localhost:8000/.well-known/oauth-protected-resource"
    assert answer["WWW-Authenticate"] == f'Bearer realm="api", resource_metadata="{where}"'
    return answer.json()


@pytest.mark.parametrize("header", [None, "", "Basic abc", "Bearer", "Bearer ", "Bearer nothing"])
def test_what_proves_nothing_opens_nothing(client, secret, header):
    told = refused(client, header)
    assert told["code"] in {"no_credentials", "invalid_credentials"}
    assert told["status"] == 401


def end_by_revoking(key: ApiKey) -> None:
    assert keys.revoke(key)


def end_by_time(key: ApiKey) -> None:
    ApiKey.objects.update(expires_at=timezone.now() - timedelta(seconds=1))


def end_by_suspension(key: ApiKey) -> None:
    User.objects.filter(pk=key.made_by_id).update(is_active=False)


@pytest.mark.parametrize("end", [end_by_revoking, end_by_time, end_by_suspension])
def test_a_key_that_has_ended_opens_nothing(client, secret, end):
    end(ApiKey.objects.get(name="Catalogue"))
    assert refused(client, f"Bearer {secret}")["code"] == "invalid_credentials"


def test_only_a_hash_is_kept_and_the_use_is_noted(plage, secret):
    plage("get", ME)
    key = ApiKey.objects.get(name="Catalogue")
    assert secret.startswith(key.prefix)
    assert secret not in str(vars(key))
    assert key.last_used_at is not None
