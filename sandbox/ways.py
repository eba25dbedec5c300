"""The ways to pay that a PaymentIntent or a SetupIntent allows. This account takes cards."""

from __future__ import annotations

from typing import Any

from sandbox.calls import Call
from sandbox.errors import bad_parameter, invalid

PARAMETERS = (
    "allowed_payment_method_types",
    "automatic_payment_methods",
    "excluded_payment_method_types",
    "payment_method_configuration",
)


def refuse_two(call: Call) -> None:
    """Raise for a call that says in more than one manner which ways it allows."""
    if "allowed_payment_method_types" in call.params:
        others = [name for name in PARAMETERS[1:] if name in call.params]
        if others:
            raise bad_parameter(
                f"You may only specify one of these parameters: allowed_payment_method_types, {others[0]}.",
                param=others[0],
            )


def automatic_methods(call: Call) -> dict[str, Any] | None:
    given = call.get("automatic_payment_methods")
    if given is None:
        listed = "allowed_payment_method_types" in call.params
        return None if listed else {"allow_redirects": "always", "enabled": True}
    if not given["enabled"]:
        return None
    return {"allow_redirects": given.get("allow_redirects", "always"), "enabled": True}


def configuration(call: Call, automatic: dict[str, Any] | None) -> dict[str, Any] | None:
    if automatic is None:
        return None
    identifier = call.get("payment_method_configuration") or "pmc_1sandbox00000000000000"
    return {"id": identifier, "parent": None}


def method_types(call: Call) -> list[str]:
    """The computed types: this account takes cards."""
    allowed = call.get("allowed_payment_method_types")
    excluded = call.get("excluded_payment_method_types") or []
    if (allowed and "card" not in allowed) or "card" in excluded:
        raise invalid(
            "No valid payment method types for this Payment Intent. Please ensure that you have activated "
            "payment methods compatible with your chosen currency in your dashboard.",
            param="allowed_payment_method_types" if allowed else "excluded_payment_method_types",
        )
    return ["card"]
