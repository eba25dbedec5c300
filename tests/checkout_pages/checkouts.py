"""The checkout page as its script and its reader have it: filled carts, its form, a press on Pay."""

from __future__ import annotations

import re
from typing import Any

from catalogue.models import Variant
from tests.checkout_pages.conftest import HOME, SCRIPT, Visitor


def fill(visitor: Visitor, *variants: Variant) -> None:
    for variant in variants:
        address = f"/cart/add/{variant.product.public_id}/?variant={variant.public_id}"
        visitor.client.post(address, HTTP_SEC_FETCH_SITE="same-origin")


def text_of(response: Any) -> str:
    return " ".join(response.content.decode().split())


def form(visitor: Visitor, *, currency: str = "eur", **changes: str) -> dict[str, Any]:
    """The page as it opens, with an address filled in and then `changes`."""
    page = visitor.client.get(f"/checkout/{currency}/").content.decode()
    hidden = re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page)
    items = [value for name, value in hidden if name == "item"]
    return {**dict(hidden), "item": items, **HOME, "confirmation_token": "ctoken_1", **changes}


def press(visitor: Visitor, sent: dict[str, Any], *, currency: str = "eur") -> Any:
    return visitor.client.post(f"/checkout/{currency}/place/", sent, **SCRIPT)
