"""Calls to UCP's checkout, each of whose answers is held against the schemas and added up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from catalogue.models import Variant
from tests.protocols.conftest import Agent
from tests.protocols.schemas import valid

PAGES = "http://localhost:8000"
ROOT = "/ucp/v1/checkout-sessions"
EXTENSIONS = ["fulfillment", "discount", "buyer_consent"]
HOME = {
    "id": "home",
    "first_name": "Maï",
    "last_name": "Lefort",
    "street_address": "14 rue des Lices",
    "address_locality": "Rennes",
    "postal_code": "35000",
    "address_country": "FR",
}


def wanting(variant: Variant, quantity: int = 1, **more: Any) -> dict[str, Any]:
    """A body that wants some pieces of `variant` for Maï."""
    return {
        "line_items": [{"item": {"id": variant.sku}, "quantity": quantity}],
        "buyer": {"first_name": "Maï", "last_name": "Lefort", "email": "mai@people.example"},
        **more,
    }


def shipped(place: dict[str, Any] | None = None, *, chosen: str | None = None) -> dict[str, Any]:
    """The part of a body that says where to."""
    to = HOME if place is None else place
    picked = to.get("id", "") if chosen is None else chosen
    method: dict[str, Any] = {"type": "shipping", "destinations": [to]}
    if picked:
        method["selected_destination_id"] = picked
    return {"fulfillment": {"methods": [method]}}


def paying(token: str, *, handler_id: str = "stripe") -> dict[str, Any]:
    """A body that pays with a confirmation token."""
    credential = {"type": "confirmation_token", "token": token}
    instrument = {"id": "card", "handler_id": handler_id, "type": "card", "credential": credential}
    return {"payment": {"instruments": [instrument]}}


def adds_up(document: dict[str, Any]) -> bool:
    """Whether the entries before the total come to it, and the lines to the subtotal."""
    *parts, total = document["totals"]
    assert total["type"] == "total"
    lines = [
        {each["type"]: each["amount"] for each in line["totals"]} for line in document["line_items"]
    ]
    for line in lines:
        assert line["total"] == line["subtotal"] + line.get("items_discount", 0)
    of = {each["type"]: each["amount"] for each in parts}
    assert of["subtotal"] == sum(line["subtotal"] for line in lines)
    assert of.get("items_discount", 0) == sum(line.get("items_discount", 0) for line in lines)
    return sum(each["amount"] for each in parts) == total["amount"]


def checked(answer: Any, *, extensions: list[str] | None = None) -> dict[str, Any]:
    """The checkout that was answered, which fits the schemas with its extensions."""
    document: dict[str, Any] = answer.json()
    with_ = EXTENSIONS if extensions is None else extensions
    assert valid(document, "shopping/checkout.json", with_=with_), document
    assert adds_up(document), document["totals"]
    return document


@dataclass
class Shop:
    """Our shop, as an agent calls it."""

    agent: Agent

    def url(self, name: str = "", verb: str = "") -> str:
        return "/".join(filter(None, [ROOT, name, verb]))

    def create(
        self, body: dict[str, Any], *, extensions: list[str] | None = None
    ) -> dict[str, Any]:
        answer = self.agent.post(ROOT, body)
        assert answer.status_code == 201, answer.content
        return checked(answer, extensions=extensions)

    def get(self, name: str) -> dict[str, Any]:
        answer = self.agent.get(self.url(name))
        assert answer.status_code == 200, answer.content
        return checked(answer)

    def replace(self, name: str, body: dict[str, Any]) -> dict[str, Any]:
        answer = self.agent.put(self.url(name), {"id": name, **body})
        assert answer.status_code == 200, answer.content
        return checked(answer)

    def complete(self, name: str, body: dict[str, Any]) -> dict[str, Any]:
        answer = self.agent.post(self.url(name, "complete"), body)
        assert answer.status_code == 200, answer.content
        return checked(answer)
