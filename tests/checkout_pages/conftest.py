"""A guest's browser and Maï's, without a browser: requests as the sheet's script makes them."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from catalogue.models import Product
from tests.journeys.cast import Market, open_market, sign_up_mai

HOME = {
    "email": "guest@example.org",
    "country": "FR",
    "name": "Camille Roux",
    "line1": "3 quai Lamartine",
    "postal_code": "71000",
    "city": "Mâcon",
}
SCRIPT = {"HTTP_ACCEPT": "application/json"}
PART = {"HTTP_HX_REQUEST": "true"}


@dataclass
class Visitor:
    """One person at the shop; `client` keeps their cookies."""

    client: Client

    def open(self, product: Product, query: str = "") -> Any:
        return self.client.get(f"/buy/{product.public_id}/?{query}", **PART)

    def form(self, product: Product, **changes: str) -> dict[str, str]:
        """The sheet as it opens, with an address filled in and then `changes`."""
        page = self.open(product).content.decode()
        hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page))
        picked = dict(re.findall(r'name="(option\d)" value="([^"]*)" data-requote checked', page))
        return {**hidden, **picked, **HOME, "confirmation_token": "ctoken_1", **changes}

    def place(self, product: Product, form: dict[str, str]) -> Any:
        return self.client.post(f"/buy/{product.public_id}/place/", form, **SCRIPT)

    def quote(self, product: Product, form: dict[str, str]) -> Any:
        return self.client.post(f"/buy/{product.public_id}/quote/", form, **PART)


@pytest.fixture
def market(db, settings, tmp_path) -> Market:
    settings.MEDIA_ROOT = tmp_path
    return open_market()


@pytest.fixture
def mai(market: Market) -> User:
    return sign_up_mai()


@pytest.fixture
def guest(market: Market) -> Visitor:
    return Visitor(Client())


@pytest.fixture
def returning(mai: User) -> Visitor:
    client = Client()
    client.force_login(mai)
    return Visitor(client)


@pytest.fixture
def statements(django_assert_num_queries) -> Callable[..., object]:
    return django_assert_num_queries
