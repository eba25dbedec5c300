"""What calls that buy say."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from catalogue.models import Variant
from tests.callers import Calls

HOME = {
    "country": "FR",
    "name": "Maï Lefort",
    "line1": "14 rue des Lices",
    "postal_code": "35000",
    "city": "Rennes",
}


def euros(amount: int) -> dict[str, Any]:
    return {"amount": amount, "currency": "EUR"}


def body(variant: Variant, total: int, token: str, **more: Any) -> dict[str, Any]:
    """One piece for a guest, at `total` minor units; `more` replaces or adds, None takes out."""
    said = {
        "lines": [{"variant_id": str(variant.public_id)}],
        "seen_total": euros(total),
        "email": "mai@lefort.example",
        "address": HOME,
        "payment": {"confirmation_token": token},
        **more,
    }
    return {name: value for name, value in said.items() if value is not None}


def buy(caller: Calls, said: dict[str, Any], *, key: str = "") -> Any:
    return caller.post("purchases/", said, key=key or str(uuid4()))
