"""What the Stripe stand-in saw, and how it is made to misbehave."""

from __future__ import annotations

from typing import Any

import httpx

from checkout.models import Order
from stack.processes import Stack


def charges(stack: Stack) -> list[dict[str, Any]]:
    """The charges that went through, newest first."""
    return [charge for charge in state(stack)["charges"] if charge["paid"]]


def state(stack: Stack) -> dict[str, Any]:
    answer = httpx.get(f"{stack.sandbox_url}/_sandbox/state", timeout=10)
    answer.raise_for_status()
    return dict(answer.json())


def know(stack: Stack, account_id: str) -> None:
    """Let a merchant have told Stripe all that it asks for."""
    body = {"id": account_id, "country": "FR", "state": "complete"}
    httpx.post(f"{stack.sandbox_url}/_sandbox/accounts", json=body, timeout=10).raise_for_status()


def misbehave(stack: Stack, **fault: Any) -> None:
    """Arm one fault: `kind`, `operation`, `seconds`, `times`."""
    answer = httpx.post(f"{stack.sandbox_url}/_sandbox/faults", json=fault, timeout=10)
    answer.raise_for_status()


def offer_wallet(stack: Stack, *, number: str = "4242424242424242") -> None:
    """From now on browsers have a wallet, with the card `number` in it."""
    wallet = {"offered": ["googlePay"], "number": number}
    answer = httpx.post(f"{stack.sandbox_url}/_sandbox/wallet", json=wallet, timeout=10)
    answer.raise_for_status()


def behave(stack: Stack) -> None:
    """Forget all faults and everything that was charged."""
    httpx.post(f"{stack.sandbox_url}/_sandbox/reset", json={}, timeout=10).raise_for_status()


def expect_one_order_one_charge(stack: Stack) -> None:
    order = Order.objects.get()
    order.refresh_from_db()
    assert order.status == Order.Status.PAID
    assert [charge["amount"] for charge in charges(stack)] == [order.total]
