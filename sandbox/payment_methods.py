"""Payment methods: cards. https://docs.stripe.com/api/payment_methods"""

from __future__ import annotations

import time
from typing import Any

from sandbox import cards, events, listing
from sandbox.calls import Call, address, merge_metadata
from sandbox.cards import Card
from sandbox.declines import card_error, decline_error
from sandbox.errors import invalid, missing_parameter

CONTACT = ("email", "name", "phone", "tax_id")


def billing_details(given: dict[str, Any] | None) -> dict[str, Any]:
    given = given or {}
    return {
        "address": address(given.get("address") or None),
        **{name: given.get(name) or None for name in CONTACT},
    }


def card_view(card: Card, *, month: int, year: int, cvc: bool) -> dict[str, Any]:
    """The `card` member of a payment method or of a confirmation token's preview."""
    return {
        "brand": card.brand,
        "checks": {
            "address_line1_check": None,
            "address_postal_code_check": None,
            "cvc_check": "unchecked" if cvc else None,
        },
        "country": card.country,
        "display_brand": card.brand,
        "exp_month": month,
        "exp_year": year,
        "fingerprint": card.fingerprint,
        "funding": card.funding,
        "generated_from": None,
        "last4": card.last4,
        "networks": {"available": [card.brand], "preferred": None},
        "regulated_status": "unregulated",
        "three_d_secure_usage": {"supported": card.authenticate != "never"},
        "wallet": None,
    }


def read_card(call: Call, given: dict[str, Any]) -> tuple[Card, dict[str, Any]]:
    """The card and its view from `card[...]` parameters; raises `card_error` for one mistyped."""
    if "token" in given:
        known = cards.published(given["token"])
        if known is None:
            raise invalid(
                f"No such token: '{given['token']}'", code="resource_missing", param="card[token]"
            )
        return known, card_view(known, month=12, year=next_year(), cvc=False)
    for name in ("number", "exp_month", "exp_year"):
        if name not in given:
            raise missing_parameter(f"card[{name}]")
    if not call.publishable:
        raise invalid(
            "Sending credit card numbers directly to the Stripe API is generally unsafe. To continue "
            "processing use Stripe.js, the Stripe mobile bindings, or Stripe Elements.",
            status=402,
        )
    number = given["number"].replace(" ", "")
    if not cards.valid_number(number):
        raise card_error("incorrect_number", "Your card number is incorrect.", "number")
    month, year = int(given["exp_month"]), int(given["exp_year"])
    year += 2000 if year < 100 else 0
    today = time.gmtime()
    if not 1 <= month <= 12:
        raise card_error(
            "invalid_expiry_month", "Your card's expiration month is invalid.", "exp_month"
        )
    if (year, month) < (today.tm_year, today.tm_mon) or year > today.tm_year + 50:
        raise card_error(
            "invalid_expiry_year", "Your card's expiration year is invalid.", "exp_year"
        )
    card = cards.by_number(number)
    length = 4 if card.brand == "amex" else 3
    cvc = given.get("cvc")
    if cvc is not None and not (cvc.isdigit() and len(cvc) in (3, length)):
        raise card_error("invalid_cvc", "Your card's security code is invalid.", "cvc")
    view = card_view(card, month=month, year=year, cvc=cvc is not None)
    return card, {**view, "wallet": wallet_view(given.get("wallet"))}


def wallet_view(wallet: str | None) -> dict[str, Any] | None:
    """The wallet that a card came from, as its view names it."""
    return {"dynamic_last4": None, "type": wallet, wallet: {}} if wallet else None


def next_year() -> int:
    return time.gmtime().tm_year + 1


def make(call: Call, data: dict[str, Any], *, name: str = "payment_method_data") -> dict[str, Any]:
    """Make and store a payment method from `payment_method_data` (or from `create`'s parameters)."""
    kind = data.get("type")
    if kind is None:
        raise missing_parameter(f"{name}[type]" if name else "type")
    if kind != "card":
        raise invalid(
            f"The payment method type `{kind}` is invalid. Please ensure the provided type is activated "
            "in your dashboard and your account is enabled for any preview features that you are trying "
            "to use.",
            param=f"{name}[type]" if name else "type",
        )
    if "card" not in data:
        raise missing_parameter(f"{name}[card]" if name else "card")
    card, view = read_card(call, data["card"])
    return build(
        call,
        card,
        view,
        billing=billing_details(data.get("billing_details") or None),
        allow_redisplay=data.get("allow_redisplay", "unspecified"),
        metadata=merge_metadata(None, data.get("metadata")),
    )


def build(
    call: Call,
    card: Card,
    view: dict[str, Any],
    *,
    billing: dict[str, Any],
    allow_redisplay: str = "unspecified",
    metadata: dict[str, str] | None = None,
) -> dict[str, Any]:
    method = {
        **call.new("payment_method"),
        "allow_redisplay": allow_redisplay,
        "billing_details": billing,
        "card": view,
        "customer": None,
        "customer_account": None,
        "metadata": metadata or {},
        "type": "card",
    }
    call.store.save(method, private={"card": card.name, "used": False, "set_up": False})
    return method


def create(call: Call) -> dict[str, Any]:
    if call.get("payment_method"):
        raise invalid(
            "Sharing payment methods between accounts is not available in test mode here.",
            param="payment_method",
        )
    return make(call, call.params, name="")


def usable(call: Call, identifier: str, *, status: int = 400) -> dict[str, Any]:
    """The payment method with this id; a published `pm_card_...` makes a new one of its kind."""
    card = cards.published(identifier) if identifier.startswith(cards.PUBLISHED) else None
    if card is not None:
        view = card_view(card, month=12, year=next_year(), cvc=True)
        return build(call, card, view, billing=billing_details(None))
    return call.load("payment_method", identifier, param="payment_method", status=status)


def card_of(call: Call, method: dict[str, Any]) -> Card:
    return cards.by_name(call.store.private(method["id"])["card"])


def retrieve(call: Call) -> dict[str, Any]:
    return usable(call, call.path["id"], status=404)


def retrieve_of_customer(call: Call) -> dict[str, Any]:
    method = call.load("payment_method", call.path["id"], param="payment_method")
    if method["customer"] != call.path["customer"]:
        raise invalid(
            f"No such PaymentMethod: '{method['id']}'",
            code="resource_missing",
            param="payment_method",
            status=404,
        )
    return method


def update(call: Call) -> dict[str, Any]:
    """Change billing details, expiry, redisplay or metadata of a card saved on a customer."""
    method = call.load("payment_method", call.path["id"], param="payment_method")
    if method["customer"] is None:
        raise invalid(
            "You must save this PaymentMethod to a customer before you can update it.",
            param="payment_method",
        )
    given = call.get("billing_details") or {}
    for name in CONTACT:
        if name in given:
            method["billing_details"][name] = given[name] or None
    if "address" in given:
        changed = {**method["billing_details"]["address"], **(given["address"] or {})}
        method["billing_details"]["address"] = address(changed)
    for name in ("exp_month", "exp_year"):
        if name in (call.get("card") or {}):
            method["card"][name] = call.params["card"][name]
    method["allow_redisplay"] = call.get("allow_redisplay") or method["allow_redisplay"]
    method["metadata"] = merge_metadata(method["metadata"], call.params.get("metadata"))
    call.store.save(method)
    events.emit(call, "payment_method.updated", method, previous={})
    return method


def attach(call: Call) -> dict[str, Any]:
    """Save a payment method on a customer; the issuer may refuse."""
    if not call.get("customer"):
        raise missing_parameter("customer")
    customer = call.load("customer", call.params["customer"], param="customer", status=400)
    method = usable(call, call.path["id"], status=404)
    if method["customer"] == customer["id"]:
        return method
    if method["customer"] is not None:
        raise invalid("The payment method you provided has already been attached to a customer.")
    if call.store.private(method["id"])["used"]:
        raise invalid(spent(), param="payment_method")
    card = card_of(call, method)
    if not card.attaches and card.decline:
        raise decline_error(card.decline, payment_method=method)
    return bind(call, method, customer["id"])


def bind(call: Call, method: dict[str, Any], customer: str) -> dict[str, Any]:
    """Save the method on the customer without asking the issuer (a payment just has)."""
    method["customer"] = customer
    if method["card"]["checks"]["cvc_check"] == "unchecked":
        method["card"]["checks"]["cvc_check"] = "pass"
    call.store.save(method)
    events.emit(call, "payment_method.attached", method)
    return method


def detach(call: Call) -> dict[str, Any]:
    method = call.load("payment_method", call.path["id"], param="payment_method")
    if method["customer"] is None:
        raise invalid(
            "The payment method you provided is not attached to a customer so detachment is impossible."
        )
    return release(call, method)


def release(call: Call, method: dict[str, Any]) -> dict[str, Any]:
    """Take the method off its customer; it cannot be used again."""
    former = method["customer"]
    method["customer"] = None
    call.store.save(method, private={**call.store.private(method["id"]), "used": True})
    events.emit(call, "payment_method.detached", method, previous={"customer": former})
    return method


def spent() -> str:
    return (
        "This PaymentMethod was previously used without being attached to a Customer or was detached "
        "from a Customer, and may not be used again. To use a PaymentMethod multiple times, you must "
        "attach it to a Customer first."
    )


def list_all(call: Call) -> dict[str, Any]:
    """List payment methods by customer, type and redisplay."""
    customer = call.path.get("customer") or call.get("customer")
    if call.path.get("customer"):
        call.load("customer", call.path["customer"], param="id")
    elif customer:
        call.load("customer", customer, param="customer", status=400)
    conditions, values = listing.equal(call, "type")
    conditions.append("customer = ?" if customer else "customer IS NOT NULL")
    values.extend([customer] if customer else [])
    if call.get("allow_redisplay"):
        conditions.append("json_extract(data, '$.allow_redisplay') = ?")
        values.append(call.params["allow_redisplay"])
    return listing.page(call, "payment_method", conditions, values)
