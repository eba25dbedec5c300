from __future__ import annotations

import pytest

from accounts.models import User
from catalogue.models import Merchant, Variant
from tests import callers
from tests.buying import bookcase, flipflops, plage, rayon, sandbox, sandbox_process
from tests.callers import Calls
from tests.shops import person

__all__ = ["bookcase", "flipflops", "plage", "rayon", "sandbox", "sandbox_process"]


@pytest.fixture
def phare(db: None) -> Calls:
    """A partner, whose guests have no account here."""
    return callers.partner("phare")


@pytest.fixture
def other(db: None) -> Calls:
    """Another partner."""
    return callers.partner("other")


@pytest.fixture
def mai(db: None) -> User:
    return person("mai")


@pytest.fixture
def app(mai: User) -> Calls:
    """An app in Maï's name."""
    return callers.app(mai)


@pytest.fixture
def shop(plage: Merchant) -> Calls:
    """Plage's own key."""
    return callers.shop(plage)


@pytest.fixture
def cart(phare: Calls, flipflops: Variant) -> str:
    """The id of a cart of a guest of Phare's, with a pair of flip-flops in it."""
    made = phare.post("carts/", {"country": "FR"})
    assert made.status_code == 201
    name: str = made.json()["id"]
    added = phare.post(f"carts/{name}/lines/", {"variant_id": str(flipflops.public_id)})
    assert added.status_code == 200
    return name
