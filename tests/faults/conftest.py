from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from catalogue.models import TaxRate
from stack.processes import Stack
from tests.faults.world import HOOKS, RESERVATION_SECONDS, World
from tests.shops import open_shop

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
    "fulfilment.carrier_messages:apply:before",
    "fulfilment.carrier_messages:apply:after",
    "fulfilment.reports:apply:before",
    "fulfilment.reports:apply:after",
    "fulfilment.reports:attach:before",
    "fulfilment.shipments:report:after",
    "fulfilment.dispatching:dispatch:before",
    "fulfilment.dispatching:dispatch:after",
    "webhooks.sequences:assign:after",
    "catalogue.imported:_put_images:before",
    "catalogue.imported:_put_images:after",
    "catalogue.slices:_move_on:before",
    "catalogue.slices:_move_on:after",
    "webhooks.claims:_build:before",
    "webhooks.outcomes:record:before",
    "webhooks.outcomes:record:after",
)


@pytest.fixture
def reservation_seconds() -> int:
    """How long stock waits for a payment in this test's world."""
    return RESERVATION_SECONDS


@pytest.fixture
def world(
    database_url: str, redis_url: str, tmp_path: Path, reservation_seconds: int
) -> Iterator[World]:
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
        "RESERVATION_SECONDS": str(reservation_seconds),
    }
    TaxRate.objects.create(country="FR", basis_points=2000)
    shop = open_shop("rayon", delivery=900)
    with Stack(
        tmp_path / "stack", database_url=database_url, redis_url=redis_url, env=env
    ) as stack:
        yield World(stack, shop, traps)
