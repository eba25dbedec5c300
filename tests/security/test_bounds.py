"""What one owner of keys may have worked on at once."""

from __future__ import annotations

import pytest
from django.core.cache import cache
from django.test import Client

from partners import at_once, keys
from partners.at_once import LARGE, MOST_LARGE, Places
from partners.callers import Caller
from partners.problems import Problem
from shopping.ids import public_id
from tests.shops import Cast


@pytest.fixture
def secret(world: Cast) -> str:
    cache.clear()
    shop = world.plage
    return keys.make(
        name="A", scopes=["products:read"], made_by=shop.owner, merchant=shop.merchant
    )[1]


def caller(world: Cast, name: str = "key:a") -> Caller:
    return Caller(
        principal=name,
        name="A",
        user=world.plage.owner,
        merchant=world.plage.merchant,
        partner=None,
        scopes=frozenset(),
        live=True,
    )


def taken(world: Cast, *, length: int = 0, name: str = "key:a") -> Places:
    places = Places(str(public_id()))
    places.take(caller(world, name), length=length)
    return places


def test_one_more_than_an_owners_places_waits_whichever_key_asks(world: Cast, settings) -> None:
    cache.clear()
    settings.API_CALLS_AT_ONCE = 2
    first, _second = taken(world), taken(world, name="key:b")
    with pytest.raises(Problem) as refused:
        taken(world, name="key:c")
    assert (refused.value.status_code, refused.value.get_codes()) == (429, "too_many_at_once")
    first.leave()
    assert taken(world).held


def test_large_bodies_have_fewer(world: Cast, settings) -> None:
    cache.clear()
    settings.API_CALLS_AT_ONCE = 50
    for _ in range(MOST_LARGE):
        taken(world, length=LARGE + 1)
    refused = Places("third")
    with pytest.raises(Problem):
        refused.take(caller(world), length=LARGE + 1)
    # What it held of the others it gives back, as the endpoint does whatever happens.
    refused.leave()
    assert taken(world, length=LARGE).held


def test_a_call_gives_its_place_back_however_it_ends(world: Cast, secret: str, settings) -> None:
    settings.API_CALLS_AT_ONCE = 1
    client = Client(headers={"Authorization": f"Bearer {secret}"})
    for path in ("/api/v1/me/", "/api/v1/products/?nothing=1", "/api/v1/orders/", "/api/v1/me/"):
        assert client.get(path).status_code != 429
    assert (
        client.post("/api/v1/products/", b"{", content_type="application/json").status_code != 429
    )


def test_while_one_is_under_way_another_waits(world: Cast, secret: str, settings) -> None:
    settings.API_CALLS_AT_ONCE = 1
    held = Places("elsewhere")
    held.take(caller(world), length=0)
    client = Client(headers={"Authorization": f"Bearer {secret}"})
    answer = client.get("/api/v1/me/")
    assert (answer.status_code, answer.json()["code"]) == (429, "too_many_at_once")
    assert answer["Retry-After"] == "1"
    held.leave()
    assert client.get("/api/v1/me/").status_code == 200


def test_who_never_leaves_is_gone_after_a_minute(world: Cast, settings, monkeypatch) -> None:
    cache.clear()
    settings.API_CALLS_AT_ONCE = 1
    taken(world)
    monkeypatch.setattr(at_once, "SECONDS", 0)
    assert taken(world).held
