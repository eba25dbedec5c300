"""Shared payment tokens as a seller has them: granted by an agent, used within their limits.

https://docs.stripe.com/api/shared-payment/granted-token
"""

from __future__ import annotations

from typing import Any

from sandbox import cards, events, payment_methods
from sandbox.calls import Call
from sandbox.errors import invalid

KIND = "shared_payment.granted_token"
PARAM = "payment_method_data[shared_payment_granted_token]"


def create(call: Call) -> dict[str, Any]:
    """Stripe's test helper: what an agent would have granted, for one of the published cards."""
    method = payment_methods.usable(call, call.params["payment_method"])
    limits = call.params["usage_limits"]
    if limits.get("expires_at") is not None and limits["expires_at"] <= call.now:
        raise invalid("`expires_at` must be in the future.", param="usage_limits[expires_at]")
    currency = limits["currency"].lower()
    token = {
        **call.new(KIND),
        "agent_details": {"network_business_profile": "profile_test_sandbox"},
        "deactivated_at": None,
        "deactivated_reason": None,
        "payment_method_details": {
            name: method[name] for name in ("billing_details", "card", "type")
        },
        "risk_details": None,
        "shared_metadata": call.get("shared_metadata") or {},
        "usage_details": {"amount_captured": {"currency": currency, "value": 0}},
        "usage_limits": {
            "currency": currency,
            "expires_at": limits.get("expires_at"),
            "max_amount": limits["max_amount"],
        },
    }
    call.store.save(token, private={"card": payment_methods.card_of(call, method).name})
    return token


def load(call: Call) -> dict[str, Any]:
    return _aged(call, call.load(KIND, call.path["id"], param="granted_token"))


def revoke(call: Call) -> dict[str, Any]:
    """Stripe's test helper: the agent, or the shopper, takes the token back."""
    token = load(call)
    if token["deactivated_at"] is None:
        _deactivate(call, token, "revoked")
    return token


def spend(call: Call, intent: dict[str, Any], identifier: str) -> dict[str, Any]:
    """A payment method of this intent's own, cloned from the one that the token shares.

    Raises `StripeError` where the token is unknown or over, or was not granted for so much.
    """
    token = _aged(call, call.load(KIND, identifier, param=PARAM, status=400))
    limits, used = token["usage_limits"], token["usage_details"]["amount_captured"]["value"]
    if token["deactivated_at"] is not None:
        raise invalid(
            f"The shared payment token {identifier} was deactivated: {token['deactivated_reason']}.",
            param=PARAM,
        )
    if intent["currency"] != limits["currency"]:
        raise invalid(
            f"The shared payment token {identifier} is for {limits['currency']} only.", param=PARAM
        )
    if used + intent["amount"] > limits["max_amount"]:
        raise invalid(
            f"The amount exceeds what the shared payment token {identifier} allows.", param=PARAM
        )
    card = cards.by_name(call.store.private(identifier)["card"])
    shared = token["payment_method_details"]
    method = payment_methods.build(call, card, shared["card"], billing=shared["billing_details"])
    private = call.store.private(intent["id"])
    call.store.keep(intent["id"], {**private, "granted_token": identifier})
    return method


def forget(call: Call, intent: dict[str, Any]) -> None:
    """The intent is paid with something else now."""
    private = call.store.private(intent["id"])
    if private.pop("granted_token", None) is not None:
        call.store.keep(intent["id"], private)


def took(call: Call, intent: dict[str, Any]) -> None:
    """Count what a paid intent took of its token; a token that is used up is over."""
    identifier = call.store.private(intent["id"]).get("granted_token")
    if identifier is None:
        return
    token = call.store.get(identifier)
    token["usage_details"]["amount_captured"]["value"] += intent["amount"]
    call.store.save(token)
    events.emit(call, f"{KIND}.used", token)
    if token["usage_details"]["amount_captured"]["value"] >= token["usage_limits"]["max_amount"]:
        _deactivate(call, token, "consumed")


def _aged(call: Call, token: dict[str, Any]) -> dict[str, Any]:
    """The token, deactivated where its time is over."""
    ends = token["usage_limits"]["expires_at"]
    if token["deactivated_at"] is None and ends is not None and ends <= call.now:
        _deactivate(call, token, "expired")
    return token


def _deactivate(call: Call, token: dict[str, Any], reason: str) -> None:
    token.update({"deactivated_at": call.now, "deactivated_reason": reason})
    call.store.save(token)
    events.emit(call, f"{KIND}.deactivated", token)
