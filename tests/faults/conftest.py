from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from accounts.models import User
from catalogue.models import Merchant, ShippingRate, TaxRate
from stack.processes import Stack
from tests.faults.world import HOOKS, RESERVATION_SECONDS, World

# Every place where a test may have a process die; each is harmless until it is armed.
PLACES = (
    "checkout.orders:place:after",
    "checkout.payments:_claim:after",
    "checkout.gateway.intents:pay:after",
    "checkout.intents:apply:before",
    "checkout.intents:apply:after",
    "checkout.stripe_events:record:before",
    "checkout.stripe_events:record:after",
    "checkout.sweeps:process:before",
    "checkout.gateway.intents:retrieve:after",
    "fulfilment.fulfilment_orders:open_for:before",
    "fulfilment.fulfilment_orders:open_for:after",
    "webhooks.sequences:assign:after",
)


def open_shop() -> Merchant:
    """A shop that delivers to France."""
    TaxRate.objects.create(country="FR", basis_points=2000)
    account = User.objects.create_shop(handle="rayon", display_name="Rayon")
    shop = Merchant.objects.create(
        account=account,
        name="Rayon",
        email="orders@rayon.example",
        country="FR",
        currency="EUR",
        status=Merchant.Status.ACTIVE,
    )
    ShippingRate.objects.create(merchant=shop, name="Home", countries=["FR"], price=900)
    return shop


@pytest.fixture
def world(database_url: str, redis_url: str, tmp_path: Path) -> Iterator[World]:
    """One stack for all scenes of a test: what dies is started again, the rest runs on."""
    traps = tmp_path / "armed"
    traps.mkdir()
    env = {
        "PYTHONPATH": str(HOOKS),
        "ETAL_KILL_AT": " ".join(PLACES),
        "ETAL_KILL_DIR": str(traps),
        "WEB_WORKERS": "1",
        "WORKER_CONCURRENCY": "1",
        "SWEEP_SECONDS": "1",
        "RESERVATION_SECONDS": str(RESERVATION_SECONDS),
    }
    shop = open_shop()
    with Stack(
        tmp_path / "stack", database_url=database_url, redis_url=redis_url, env=env
    ) as stack:
        yield World(stack, shop, traps)
