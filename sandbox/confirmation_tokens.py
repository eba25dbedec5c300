"""Confirmation tokens: what a shopper typed, handed to the server once.

https://docs.stripe.com/api/confirmation_tokens
"""

from __future__ import annotations

from typing import Any

from sandbox import cards, payment_methods
from sandbox.calls import Call, address, merge_metadata
from sandbox.errors import invalid, missing_parameter

LIFETIME = 12 * 3600  # seconds


def create(call: Call) -> dict[str, Any]:
    """Make a token from a card, from a saved payment method, or from one with other billing details.

    The browser script sends `payment_method_data[card]`; Stripe's test helper takes `pm_card_...`.
    """
    data = call.get("payment_method_data") or {}
    private: dict[str, Any]
    if call.get("payment_method"):
        preview, private = from_saved(call, data)
    elif data:
        preview, private = from_card(call, data)
    else:
        raise missing_parameter("payment_method_data")
    options = call.get("payment_method_options")
    shipping = call.get("shipping")
    token = {
        **call.new("confirmation_token"),
        "expires_at": call.now + LIFETIME,
        "mandate_data": None,
        "metadata": {},
        "payment_intent": None,
        "payment_method_options": {"card": {"cvc_token": None}} if options else None,
        "payment_method_preview": preview,
        "return_url": call.get("return_url"),
        "setup_future_usage": call.get("setup_future_usage"),
        "setup_intent": None,
        "shipping": shipping
        and {
            "address": address(shipping.get("address")),
            "name": shipping["name"],
            "phone": shipping.get("phone") or None,
        },
        "use_stripe_sdk": True,
    }
    call.store.save(token, private={**private, "spent": False})
    return token


def from_saved(call: Call, data: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    method = payment_methods.usable(call, call.params["payment_method"])
    preview = {
        name: method[name]
        for name in (
            "allow_redisplay",
            "billing_details",
            "card",
            "customer",
            "customer_account",
            "type",
        )
    }
    if data.get("billing_details"):
        preview["billing_details"] = payment_methods.billing_details(data["billing_details"])
    if "allow_redisplay" in data:
        preview["allow_redisplay"] = data["allow_redisplay"]
    name = payment_methods.card_of(call, method).name
    saved = method["id"] if method["customer"] else None
    return preview, {"card": name, "payment_method": saved}


def from_card(call: Call, data: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    if data.get("type", "card") != "card" or not data.get("card"):
        raise missing_parameter("payment_method_data[card]")
    card, view = payment_methods.read_card(call, data["card"])
    preview = {
        "allow_redisplay": data.get("allow_redisplay") or "unspecified",
        "billing_details": payment_methods.billing_details(data.get("billing_details")),
        "card": view,
        "customer": None,
        "customer_account": None,
        "type": "card",
    }
    metadata = merge_metadata(None, data.get("metadata"))
    return preview, {"card": card.name, "payment_method": None, "metadata": metadata}


def retrieve(call: Call) -> dict[str, Any]:
    return call.load("confirmation_token", call.path["id"], param="confirmation_token")


def spend(call: Call, intent: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Use the call's token up for this intent; gives the token and its payment method.

    Raises `StripeError` for a token that is unknown, expired or spent.
    """
    name = "confirmation_token"
    token = call.load(name, call.params[name], param=name, status=400)
    private = call.store.private(token["id"])
    if private["spent"]:
        raise invalid(
            f"The provided confirmation token ({token['id']}) has already been used to confirm a "
            "previous PaymentIntent or SetupIntent. You must create another one.",
            param=name,
        )
    if token["expires_at"] is not None and token["expires_at"] <= call.now:
        raise invalid(f"The provided confirmation token ({token['id']}) has expired.", param=name)
    preview = token["payment_method_preview"]
    if private["payment_method"]:
        method = call.store.get(private["payment_method"])
    else:
        method = payment_methods.build(
            call,
            cards.by_name(private["card"]),
            preview["card"],
            billing=preview["billing_details"],
            allow_redisplay=preview["allow_redisplay"],
            metadata=private.get("metadata"),
        )
    token[intent["object"]] = intent["id"]
    call.store.save(token, private={**private, "spent": True})
    return token, method
