"""Customers. https://docs.stripe.com/api/customers"""

from __future__ import annotations

from typing import Any

from sandbox import events, ids, listing, payment_methods
from sandbox.calls import Call, address, merge_metadata, shipping
from sandbox.errors import bad_parameter

PLAIN = ("description", "email", "name", "phone", "preferred_locales", "tax_exempt", "balance")
INVOICE_SETTINGS = ("custom_fields", "default_payment_method", "footer", "rendering_options")


def create(call: Call) -> dict[str, Any]:
    customer = {
        **call.new("customer"),
        "address": None,
        "balance": 0,
        "currency": None,
        "customer_account": None,
        "default_source": None,
        "delinquent": False,
        "description": None,
        "discount": None,
        "email": None,
        "invoice_prefix": ids.token(8).upper(),
        "invoice_settings": dict.fromkeys(INVOICE_SETTINGS),
        "metadata": {},
        "name": None,
        "next_invoice_sequence": 1,
        "phone": None,
        "preferred_locales": [],
        "shipping": None,
        "tax_exempt": "none",
        "test_clock": None,
    }
    apply(call, customer)
    call.store.save(customer)
    if call.get("payment_method"):
        attached = payment_methods.usable(call, call.params["payment_method"])
        payment_methods.bind(call, attached, customer["id"])
    events.emit(call, "customer.created", customer)
    return customer


def apply(call: Call, customer: dict[str, Any]) -> None:
    """Carry the call's parameters over into the customer."""
    email = call.get("email")
    if email is not None and ("@" not in email or " " in email):
        raise bad_parameter(f"Invalid email address: {email}", param="email", code="email_invalid")
    for name in PLAIN:
        if name in call.params:
            customer[name] = call.get(name)
    if "address" in call.params:
        given = call.get("address")
        customer["address"] = address(given) if given else None
    if "shipping" in call.params:
        customer["shipping"] = shipping(call.get("shipping"))
    for name, value in (call.get("invoice_settings") or {}).items():
        if name in INVOICE_SETTINGS:
            customer["invoice_settings"][name] = value or None
    customer["tax_exempt"] = customer["tax_exempt"] or "none"
    customer["metadata"] = merge_metadata(customer["metadata"], call.params.get("metadata"))


def retrieve(call: Call) -> dict[str, Any]:
    """The customer, or `{"deleted": true}` for one that was deleted."""
    return call.load("customer", call.path["id"], param="id")


def update(call: Call) -> dict[str, Any]:
    customer = existing(call, call.path["id"], param="id", status=404)
    before = dict(customer, metadata=dict(customer["metadata"]))
    apply(call, customer)
    call.store.save(customer)
    changed = {name: before[name] for name in before if before[name] != customer[name]}
    events.emit(call, "customer.updated", customer, previous=changed)
    return customer


def delete(call: Call) -> dict[str, Any]:
    """Delete a customer for good; saved payment methods go with it."""
    customer = existing(call, call.path["id"], param="id", status=404)
    for method in call.store.all("payment_method", customer=customer["id"]):
        payment_methods.release(call, method)
    gone = {"id": customer["id"], "object": "customer", "deleted": True}
    call.store.save(gone)
    events.emit(call, "customer.deleted", customer)
    return gone


def existing(call: Call, identifier: str, *, param: str, status: int = 400) -> dict[str, Any]:
    """A customer that is there and not deleted; raises `resource_missing` otherwise."""
    customer = call.load("customer", identifier, param=param, status=status)
    if customer.get("deleted"):
        raise bad_parameter(
            f"No such customer: '{identifier}'", param=param, code="resource_missing"
        )
    return customer


def list_all(call: Call) -> dict[str, Any]:
    conditions = ["json_extract(data, '$.deleted') IS NULL"]
    values: list[Any] = []
    if call.get("email"):
        conditions.append("json_extract(data, '$.email') = ?")
        values.append(call.params["email"])
    return listing.page(call, "customer", conditions, values)
