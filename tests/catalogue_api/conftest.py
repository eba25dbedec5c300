from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from partners import keys
from partners.models import Partner
from partners.scopes import FOR_PARTNERS, FOR_SHOPS
from tests.shops import Cast, cast

Call = Callable[..., Any]
PRODUCTS = "/api/v1/products/"


@pytest.fixture
def world(db: None) -> Cast:
    return cast()


def calling(secret: str) -> Call:
    """Calls with a key: `plage("get", "/api/v1/shop/")`."""

    def call(method: str, path: str, body: Any = None, **headers: str) -> Any:
        sent = {} if body is None else {"data": body, "content_type": "application/json"}
        given = {"Authorization": f"Bearer {secret}", **headers}
        return getattr(Client(), method)(path, headers=given, **sent)

    return call


def key_of(world: Cast, shop: str) -> str:
    one = getattr(world, shop)
    return keys.make(
        name=f"{shop}'s PIM", scopes=FOR_SHOPS, made_by=one.owner, merchant=one.merchant
    )[1]


@pytest.fixture
def plage(world: Cast) -> Call:
    return calling(key_of(world, "plage"))


@pytest.fixture
def rayon(world: Cast) -> Call:
    return calling(key_of(world, "rayon"))


@pytest.fixture
def agent(world: Cast) -> Call:
    """A partner without a shop."""
    partner = Partner.objects.create(name="Agent", code="agent", networks=["agent"])
    return calling(
        keys.make(name="agent", scopes=FOR_PARTNERS, made_by=world.staff, partner=partner)[1]
    )


def euros(amount: int) -> dict[str, Any]:
    return {"amount": amount, "currency": "EUR"}
