"""What an operation has in hand while it answers one request."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any

from sandbox import ids
from sandbox.errors import missing_resource
from sandbox.faults import Faults
from sandbox.store import Store


@dataclass
class Settings:
    """How the process was started.

    `webhook_url` is where events go (None: nowhere); `base_url` is this process's own address as
    browsers reach it; `settle_seconds` is how long a captured charge waits for its balance transaction
    and a disputed one for its dispute, `clearing_seconds` how long its money then takes to be available.
    Connect events are signed with `connect_webhook_secret` where there is one. Whoever comes with
    `test_key` is in an account of its own, whose events are signed with `test_webhook_secret`.
    """

    port: int
    host: str
    state: str
    webhook_url: str | None
    webhook_secret: str
    api_version: str
    settle_seconds: float = 0.2
    clearing_seconds: int = 0
    connect_webhook_secret: str | None = None
    test_key: str | None = None
    test_webhook_secret: str = "whsec_sandbox_test"  # noqa: S105 - signs nothing real

    @property
    def base_url(self) -> str:
        return f"http://{self.host}:{self.port}"


@dataclass
class Call:
    """One request (or one job, which has no request id) inside its transaction.

    `account` is the connected account of the `Stripe-Account` header; empty: the platform itself.
    """

    store: Store
    settings: Settings
    faults: Faults
    params: dict[str, Any] = field(default_factory=dict)
    path: dict[str, str] = field(default_factory=dict)
    url: str = ""
    base_url: str = ""
    account: str = ""
    publishable: bool = False
    preview: bool = False  # whether it speaks a preview version
    request_id: str | None = None
    idempotency_key: str | None = None
    now: int = field(default_factory=lambda: int(time.time()))

    def load(self, kind: str, identifier: str, *, param: str, status: int = 404) -> dict[str, Any]:
        """The object with this id; raises Stripe's `resource_missing` where there is none."""
        thing = self.store.find(identifier, kind)
        if thing is None or self.store.account_of(identifier) != self.account:
            raise missing_resource(NOUNS.get(kind, kind), identifier, param=param, status=status)
        return thing

    def new(self, kind: str, identifier: str | None = None) -> dict[str, Any]:
        """The members that every object begins with."""
        return {
            "id": identifier or ids.new(kind),
            "object": kind,
            "created": self.now,
            "livemode": False,
        }

    def get(self, name: str, default: Any = None) -> Any:
        """A parameter's value; the empty string (which unsets) reads as None."""
        value = self.params.get(name, default)
        return None if value == "" else value


NOUNS = {
    "payment_method": "PaymentMethod",
    "confirmation_token": "confirmationtoken",
    "setup_intent": "setupintent",
    "balance_transaction": "balance transaction",
    "transfer_reversal": "transfer reversal",
    "shared_payment.granted_token": "shared payment granted token",
    "tax.calculation": "tax calculation",
    "tax.transaction": "tax transaction",
}


def merge_metadata(present: dict[str, str] | None, change: Any) -> dict[str, str]:
    """Stripe's rule: given keys are set, keys given as empty are removed, an empty value removes all."""
    if change is None:
        return dict(present or {})
    if change == "":
        return {}
    merged = {**(present or {}), **change}
    return {key: value for key, value in merged.items() if value != ""}


def address(given: dict[str, Any] | None) -> dict[str, Any]:
    """An address with all of Stripe's members, null where nothing was given."""
    names = ("city", "country", "line1", "line2", "postal_code", "state")
    return {name: (given or {}).get(name) or None for name in names}


def shipping(given: dict[str, Any] | None) -> dict[str, Any] | None:
    """Shipping details as a PaymentIntent, a charge or a customer carries them."""
    if not given:
        return None
    return {
        "address": address(given.get("address")),
        "carrier": given.get("carrier") or None,
        "name": given.get("name") or "",
        "phone": given.get("phone") or None,
        "tracking_number": given.get("tracking_number") or None,
    }
