"""A buying agent that speaks ACP: its keys, its calls, and every answer held against the schemas."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from django.test import Client

from accounts.models import User
from partners import keys
from partners.models import Partner
from protocols.acp.versions import VERSION
from tests.protocols.schemas import valid

SESSION = "schema.agentic_checkout.json#/$defs/CheckoutSession"
WITH_ORDER = "schema.agentic_checkout.json#/$defs/CheckoutSessionWithOrder"
ERROR = "schema.agentic_checkout.json#/$defs/Error"
CART = "schema.cart.json#/$defs/Cart"
SESSIONS = "/acp/checkout_sessions"
CARTS = "/acp/carts"
HOME = {
    "name": "Maï Lefort",
    "line_one": "14 rue des Lices",
    "city": "Rennes",
    "state": "",
    "country": "FR",
    "postal_code": "35000",
}
BUYER = {"first_name": "Maï", "last_name": "Lefort", "email": "mai@people.example"}
PARIS = {"name": "Maï Lefort", "phone_number": "+33299000000", "address": HOME}


@dataclass
class Butler:
    """An agent with a key, or with a person's token."""

    secret: str
    client: Client = field(default_factory=lambda: Client(raise_request_exception=False))

    def call(self, method: str, path: str, body: Any = None, **more: str | None) -> Any:
        """A call with all headers, its answer checked; a header is left out by None."""
        named = {
            "Authorization": f"Bearer {self.secret}",
            "API-Version": VERSION,
            "Idempotency-Key": str(uuid4()),
            "Request-Id": "request-1",
        }
        named |= {name.replace("_", "-"): value for name, value in more.items()}
        headers = {name: value for name, value in named.items() if value is not None}
        octets = body if isinstance(body, bytes) else b"" if body is None else _json(body)
        answer = self.client.generic(
            method, path, octets, content_type="application/json", headers=headers
        )
        if answer.status_code >= 400:
            assert valid(answer.json(), ERROR)
        elif path.startswith(CARTS):
            assert valid(answer.json(), CART)
        else:
            told = answer.json()
            assert valid(told, WITH_ORDER if told["status"] == "completed" else SESSION)
            assert_adds_up(told)
        return answer

    def open(self, *items: dict[str, Any], **more: Any) -> dict[str, Any]:
        """A new session for these goods."""
        answer = self.call("POST", SESSIONS, opening(*items, **more))
        assert answer.status_code == 201, answer.content
        told: dict[str, Any] = answer.json()
        return told

    def ready(self, *items: dict[str, Any], **more: Any) -> dict[str, Any]:
        """A session that can be paid."""
        told = self.open(*items, buyer=BUYER, fulfillment_details=PARIS, **more)
        assert told["status"] == "ready_for_payment", told["messages"]
        return told

    def complete(self, session: dict[str, Any], token: str, **more: Any) -> Any:
        path = f"{SESSIONS}/{session['id']}/complete"
        return self.call("POST", path, {"payment_data": paying(token), **more})

    def until(self, session: dict[str, Any], status: str) -> dict[str, Any]:
        """The session once it has come so far: Stripe is not asked each time that somebody looks."""
        for _time in range(100):
            told = self.look(session)
            if told["status"] == status:
                return told
            time.sleep(0.1)
        raise AssertionError(f"it stayed {told['status']}")

    def look(self, session: dict[str, Any]) -> dict[str, Any]:
        told: dict[str, Any] = self.call("GET", f"{SESSIONS}/{session['id']}").json()
        return told


def butler(name: str = "Butler", scopes: tuple[str, ...] = ("agent_checkout:write",)) -> Butler:
    """A partner who buys for people, with a key."""
    code = name.lower()
    partner, _made = Partner.objects.get_or_create(code=code, defaults={"name": name})
    staff, _made = User.objects.get_or_create(
        email="staff@etal.example", defaults={"handle": "staff", "display_name": "Staff"}
    )
    _key, secret = keys.make(name=name, scopes=scopes, made_by=staff, partner=partner)
    return Butler(secret)


def item(variant: Any, quantity: int = 1) -> dict[str, Any]:
    return {"id": str(variant.public_id), "quantity": quantity}


def opening(*items: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "line_items": list(items),
        "currency": "eur",
        "capabilities": {"interventions": {"supported": ["3ds"]}},
        **more,
    }


def paying(token: str, **more: Any) -> dict[str, Any]:
    credential = {"type": "spt", "token": token}
    instrument = {"type": "card", "credential": credential}
    return {"handler_id": "card_stripe", "instrument": instrument, **more}


def sums(told: dict[str, Any]) -> dict[str, int]:
    return {each["type"]: each["amount"] for each in told["totals"]}


def codes(told: dict[str, Any]) -> list[str]:
    return [each["code"] for each in told["messages"]]


def assert_adds_up(told: dict[str, Any]) -> None:
    """The total is its parts, of the whole and of each line and way of delivery."""
    for each in [told, *told["line_items"], *told["fulfillment_options"]]:
        found = sums(each)
        whole = found.get("items_base_amount", 0) + found.get("fulfillment", 0)
        whole += found.get("tax", 0) - found.get("discount", 0) - found.get("items_discount", 0)
        assert found["total"] == whole, each


def _json(body: Any) -> bytes:
    return json.dumps(body).encode()
