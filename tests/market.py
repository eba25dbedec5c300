"""The cast of the feed's and the pages' tests: two readers, two shops, products on their shelves."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.core.cache import caches
from django.test import Client

from accounts.backends import MemberBackend
from accounts.models import User
from catalogue.models import Merchant, Product, StockItem, TaxRate, Variant
from tests.shops import open_shop

PASSWORD = "a-market-of-2014"


@pytest.fixture(autouse=True)
def fresh_regions() -> Iterator[None]:
    """No part of a page outlives its test."""
    caches["regions"].clear()
    yield
    caches["regions"].clear()


def person(handle: str, name: str) -> User:
    return User.objects.create_user(
        f"{handle}@etal.example", PASSWORD, handle=handle, display_name=name
    )


def shop(handle: str, name: str, *, currency: str = "EUR") -> Merchant:
    return open_shop(handle, name=name, currency=currency, delivery=390, free_from=10_000)


def product(merchant: Merchant, title: str, *, price: int, stock: int = 50) -> Product:
    """A product in one form, `price` in minor units."""
    made = Product.objects.create(
        merchant=merchant,
        title=title,
        slug=title.lower().replace(" ", "-"),
        currency=merchant.currency,
        status=Product.Status.ACTIVE,
    )
    variant = Variant.objects.create(
        product=made, merchant=merchant, price=price, option_values=["Default Title"]
    )
    StockItem.objects.create(variant=variant, on_hand=stock)
    return made


@pytest.fixture
def mai(db: None) -> User:
    return person("mai", "Maï Lefort")


@pytest.fixture
def theo(db: None) -> User:
    return person("theo", "Théo Marin")


@pytest.fixture
def plage(db: None) -> Merchant:
    return shop("plagefils", "Plage & Fils")


@pytest.fixture
def foulee(db: None) -> Merchant:
    return shop("foulee", "Foulée")


@pytest.fixture
def corniche(plage: Merchant) -> Product:
    TaxRate.objects.create(country="FR", basis_points=2000)
    return product(plage, "Corniche flip-flops", price=3400)


@pytest.fixture
def reader(client: Client, mai: User) -> Client:
    """Maï's browser, signed in. She has been read before: a connection's first reading also prepares
    the statement, which would count for whichever page a test asks for first."""
    client.force_login(mai)
    MemberBackend().get_user(mai.pk)
    return client
