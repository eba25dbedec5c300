from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from partners import keys
from partners.scopes import FOR_SHOPS
from tests.shops import Cast, cast

Call = Callable[..., Any]


@pytest.fixture
def world(db: None) -> Cast:
    return cast()


@pytest.fixture
def secret(world: Cast) -> str:
    """Of Plage's key, which may do all that a shop's may."""
    return keys.make(
        name="Catalogue", scopes=FOR_SHOPS, made_by=world.plage.owner, merchant=world.plage.merchant
    )[1]


@pytest.fixture
def plage(client: Client, secret: str) -> Call:
    """Calls in Plage's name: `plage("get", "/api/v1/me/")`."""

    def call(method: str, path: str, body: Any = None, **headers: str) -> Any:
        sent = {} if body is None else {"data": body, "content_type": "application/json"}
        given = {"Authorization": f"Bearer {secret}", **headers}
        return getattr(client, method)(path, headers=given, **sent)

    return call
