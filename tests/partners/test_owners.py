"""What costs others something is counted by whose it is: more keys are no larger allowance."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from partners import keys, rates
from partners.scopes import FOR_SHOPS
from shopping.limits import Limit
from tests.shops import Cast, Shop
from webhooks import fetching

pytestmark = pytest.mark.django_db
ME = "/api/v1/me/"


@pytest.fixture(autouse=True)
def _one_window(monkeypatch: pytest.MonkeyPatch) -> None:
    """No minute begins in the middle of a test."""
    monkeypatch.setattr("shopping.limits.time.time", lambda: 1_900_000_000.0)


def key_of(shop: Shop) -> str:
    made = keys.make(name="k", scopes=FOR_SHOPS, made_by=shop.owner, merchant=shop.merchant)
    return made[1]


def call(secret: str, method: str, path: str, body: Any = None) -> Any:
    sent = {} if body is None else {"data": body, "content_type": "application/json"}
    headers = {"Authorization": f"Bearer {secret}"}
    return getattr(Client(), method)(path, headers=headers, **sent)


def test_keys_of_one_shop_share_what_they_may_ask(world: Cast, settings) -> None:
    settings.API_CALLS_A_MINUTE = 2
    asked = [call(key_of(world.plage), "get", ME) for _ in range(rates.OF_AN_OWNER * 2 + 1)]
    assert [answer.status_code for answer in asked] == [200] * 6 + [429]
    assert asked[0]["RateLimit"].startswith('"default";r=1;')
    assert asked[-1]["RateLimit"].startswith('"default";r=0;')
    assert int(asked[-1]["Retry-After"]) > 0
    assert call(key_of(world.rayon), "get", ME).status_code == 200


def test_what_one_key_is_refused_is_not_taken_from_the_others(world: Cast, settings) -> None:
    settings.API_CALLS_A_MINUTE = 2
    one, other = key_of(world.plage), key_of(world.plage)
    assert [call(one, "get", ME).status_code for _ in range(9)] == [200] * 2 + [429] * 7
    assert call(other, "get", ME).status_code == 200


def test_pictures_by_their_address_are_counted_by_shop(
    world: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    fetched = []

    def fetch(url: str, *, most: int) -> bytes:
        fetched.append(url)
        raise fetching.Unreachable("no")

    monkeypatch.setattr(fetching, "fetch", fetch)
    monkeypatch.setattr("catalogue.api.media.FETCHES", Limit("test_fetches", 2, 60))
    path = f"/api/v1/products/{world.plage.product.public_id}/media/"
    url = {"url": "https://cdn.example.org/a.jpg"}
    asked = [call(key_of(world.plage), "post", path, url) for _ in range(3)]
    assert [answer.status_code for answer in asked] == [422, 422, 429]
    assert (asked[-1].json()["code"], len(fetched)) == ("too_many_requests", 2)
    assert int(asked[-1]["Retry-After"]) > 0


def test_a_shop_has_so_many_keys_and_no_more(world: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keys, "MOST", 3)
    shop = world.plage
    made = [keys.make(name="k", scopes=FOR_SHOPS, made_by=shop.owner, merchant=shop.merchant)]
    while len(made) < 20:
        try:
            made.append(
                keys.make(name="k", scopes=FOR_SHOPS, made_by=shop.owner, merchant=shop.merchant)
            )
        except ValidationError as error:
            assert "revoke one first" in error.messages[0]  # noqa: PT017
            break
    assert shop.merchant.api_keys.filter(revoked_at=None).count() == 3
    with pytest.raises(ValidationError):
        keys.rotate(made[0][0], made_by=shop.owner)
    key_of(world.rayon)
    keys.revoke(made[0][0])
    key_of(shop)
