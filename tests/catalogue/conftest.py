"""Two merchants, each with an owner; what the catalogue's tests are about."""

from __future__ import annotations

import pytest

from accounts.models import User
from catalogue import products
from catalogue.models import Membership, Merchant, Product
from catalogue.products import NewVariant
from tests.shops import open_shop


def owned_shop(handle: str) -> Merchant:
    merchant = open_shop(handle)
    owner = User.objects.create_user(
        f"owner@{handle}.example", handle=f"{handle}_owner", display_name="Owner"
    )
    Membership.objects.create(user=owner, merchant=merchant, role=Membership.Role.OWNER)
    return merchant


@pytest.fixture
def plage(db: None) -> Merchant:
    return owned_shop("plage")


@pytest.fixture
def rayon(db: None) -> Merchant:
    return owned_shop("rayon")


@pytest.fixture
def owner(plage: Merchant) -> User:
    return plage.memberships.get().user


@pytest.fixture
def flipflops(plage: Merchant, owner: User) -> Product:
    """Two sizes at €34.00, ten pairs of 41 and none of 42."""
    return products.create(
        plage,
        title="Corniche flip-flops",
        option_names=["Size"],
        variants=[
            NewVariant(price=3400, option_values=("41",), sku="COR-41", on_hand=10),
            NewVariant(price=3400, option_values=("42",), sku="COR-42"),
        ],
        actor=owner,
    )
