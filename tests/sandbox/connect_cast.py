"""A platform with connected accounts: what the tests about Connect do again and again."""

from __future__ import annotations

from typing import Any

import stripe

from tests.sandbox.conftest import SandboxProcess, order, wait_for

EXPRESS: Any = {
    "controller": {
        "fees": {"payer": "application"},
        "losses": {"payments": "application"},
        "stripe_dashboard": {"type": "express"},
    },
    "capabilities": {"transfers": {"requested": True}},
    "country": "FR",
}


def merchant(sandbox: SandboxProcess, *, state: str = "complete") -> str:
    """A connected account that Stripe's checks left in this state."""
    wish = {"country": "FR", "state": state}
    return str(sandbox.control("POST", "accounts", wish)["account"]["id"])


def paid_charge(client: stripe.StripeClient, **given: Any) -> str:
    """A captured charge (42.50 € unless given) whose money has arrived on the balance."""
    charge = client.v1.payment_intents.create(order(**given)).latest_charge
    assert isinstance(charge, str)
    wait_for(lambda: bool(client.v1.charges.retrieve(charge).balance_transaction))
    return charge


def balance(client: stripe.StripeClient, account: str | None = None) -> dict[str, tuple[int, int]]:
    """What is available and what is pending, in minor units by currency."""
    options: Any = {"stripe_account": account} if account else {}
    found = client.v1.balance.retrieve(options=options)
    pending = {part.currency: part.amount for part in found.pending}
    return {part.currency: (part.amount, pending[part.currency]) for part in found.available}
