"""The cast of tests.buying, a payment that is through, and what a run found."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any

import pytest

from checkout import reconciliation
from checkout.models import Order, Payment, ReconciliationFinding
from tests.buying import (
    Sandbox,
    basket,
    bookcase,
    buyer,
    flipflops,
    order,
    pay,
    payment,
    plage,
    rayon,
    sandbox,
    sandbox_process,
    stranger,
)

__all__ = [
    "basket",
    "bookcase",
    "buyer",
    "flipflops",
    "order",
    "payment",
    "plage",
    "rayon",
    "sandbox",
    "sandbox_process",
    "stranger",
]


@pytest.fixture(autouse=True)
def no_grace(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is a moment old counts as settled."""
    monkeypatch.setattr(reconciliation, "GRACE", timedelta(0))


def movements(sandbox: Sandbox) -> list[dict[str, Any]]:
    """What Stripe says moved our balance, newest first."""
    found: list[dict[str, Any]] = sandbox.get("/v1/balance_transactions", limit=100)["data"]
    return found


def wait_for_movements(sandbox: Sandbox, count: int) -> None:
    """A charge's movement follows a moment after the charge."""
    for _ in range(500):
        if len(movements(sandbox)) >= count:
            return
        time.sleep(0.02)
    raise AssertionError(f"{len(movements(sandbox))} movements, not {count}")


@pytest.fixture
def paid(order: Order, payment: Payment, sandbox: Sandbox) -> Payment:
    """An order of €37.90 that is paid, as we know and Stripe does."""
    assert pay(payment, sandbox.token()).kind == "succeeded"
    wait_for_movements(sandbox, 1)
    payment.refresh_from_db()
    return payment


def findings() -> list[tuple[str, str, int | None, int | None]]:
    """Kind, status and both amounts of all findings, oldest first."""
    rows = ReconciliationFinding.objects.order_by("id")
    return list(rows.values_list("kind", "status", "expected", "found"))
