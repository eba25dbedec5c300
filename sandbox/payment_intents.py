"""PaymentIntents: create, read, change, cancel, capture. https://docs.stripe.com/api/payment_intents

Confirming, which asks the card's issuer, is in `confirming`.
"""

from __future__ import annotations

from typing import Any

from sandbox import charges, confirming, currencies, customers, events, ids, listing, ways
from sandbox.calls import Call, merge_metadata, shipping
from sandbox.errors import bad_parameter, invalid, missing_resource, unexpected_state
from sandbox.payment_methods import card_of

NEED_CONFIRM = (
    "confirmation_token",
    "error_on_requires_action",
    "mandate",
    "mandate_data",
    "off_session",
    "return_url",
)
CANCELABLE = (
    "requires_payment_method",
    "requires_capture",
    "requires_confirmation",
    "requires_action",
    "processing",
)
CHANGEABLE = ("requires_payment_method", "requires_confirmation", "requires_action")
ALWAYS_CHANGEABLE = {"description", "expand", "metadata", "receipt_email", "transfer_group"}
CARD_OPTIONS = {
    "installments": None,
    "mandate_options": None,
    "network": None,
    "request_three_d_secure": "automatic",
}
SHOWN_OPTIONS = (
    "capture_method",
    "network",
    "request_extended_authorization",
    "request_incremental_authorization",
    "request_multicapture",
    "request_overcapture",
    "request_three_d_secure",
    "require_cvc_recollection",
    "setup_future_usage",
)


def create(call: Call) -> dict[str, Any]:
    """Create an intent and, with `confirm`, confirm it at once."""
    refuse_contradictions(call)
    currency = currencies.check(call.params["amount"], call.params["currency"])
    identifier = ids.new("payment_intent")
    automatic = ways.automatic_methods(call)
    intent = {
        **call.new("payment_intent", identifier),
        "allowed_payment_method_types": call.get("allowed_payment_method_types"),
        "amount": call.params["amount"],
        "amount_capturable": 0,
        "amount_details": {"tip": {}},
        "amount_received": 0,
        "application": None,
        "application_fee_amount": None,
        "automatic_payment_methods": automatic,
        "canceled_at": None,
        "cancellation_reason": None,
        "capture_method": call.get("capture_method", "automatic_async"),
        "client_secret": ids.client_secret(identifier),
        "confirmation_method": call.get("confirmation_method", "automatic"),
        "currency": currency,
        "customer": None,
        "customer_account": None,
        "description": None,
        "excluded_payment_method_types": call.get("excluded_payment_method_types"),
        "last_payment_error": None,
        "latest_charge": None,
        "managed_payments": None,
        "metadata": {},
        "next_action": None,
        "on_behalf_of": call.get("on_behalf_of"),
        "payment_method": None,
        "payment_method_configuration_details": ways.configuration(call, automatic),
        "payment_method_options": {"card": dict(CARD_OPTIONS)},
        "payment_method_types": ways.method_types(call),
        "payment_record": None,
        "processing": None,
        "receipt_email": None,
        "review": None,
        "setup_future_usage": None,
        "shipping": None,
        "source": None,
        "statement_descriptor": None,
        "statement_descriptor_suffix": None,
        "status": "requires_payment_method",
        "transfer_data": None,
        "transfer_group": None,
    }
    apply(call, intent)
    call.store.save(intent, private={})
    events.emit(call, "payment_intent.created", intent)
    if call.get("confirm"):
        return confirming.confirm_intent(call, intent)
    confirming.choose_method(call, intent)
    call.store.save(intent)
    return intent


def refuse_contradictions(call: Call) -> None:
    if not call.get("confirm"):
        for name in NEED_CONFIRM:
            if name in call.params:
                raise bad_parameter(
                    f"The parameter `{name}` can only be used with `confirm` set to true.",
                    param=name,
                )
    ways.refuse_two(call)
    if call.get("off_session") and call.get("setup_future_usage"):
        raise bad_parameter(
            "You cannot set both `off_session` and `setup_future_usage` on a PaymentIntent.",
            param="setup_future_usage",
        )


def apply(call: Call, intent: dict[str, Any]) -> None:
    """Carry over what `create`, `update` and `confirm` may all set."""
    if call.get("customer"):
        customer = customers.existing(call, call.params["customer"], param="customer")
        intent["customer"] = customer["id"]
    for name in (
        "application_fee_amount",
        "description",
        "receipt_email",
        "setup_future_usage",
        "statement_descriptor",
        "statement_descriptor_suffix",
        "transfer_group",
    ):
        if name in call.params:
            intent[name] = call.get(name)
    check_descriptor(intent)
    if "shipping" in call.params:
        intent["shipping"] = shipping(call.get("shipping"))
    given = call.get("transfer_data")
    if given:
        kept = {key: given[key] for key in ("amount", "destination") if given.get(key)}
        intent["transfer_data"] = {**(intent["transfer_data"] or {}), **kept}
    options = (call.get("payment_method_options") or {}).get("card") or {}
    for name in SHOWN_OPTIONS:
        if name in options:
            intent["payment_method_options"]["card"][name] = options[name] or None
    intent["metadata"] = merge_metadata(intent["metadata"], call.params.get("metadata"))


def check_descriptor(intent: dict[str, Any]) -> None:
    for name in ("statement_descriptor", "statement_descriptor_suffix"):
        text = intent[name]
        if text and (set(text) & set("<>\\'\"*") or not any(c.isalpha() for c in text)):
            raise bad_parameter(
                "Statement descriptors need at least one letter and none of < > \\ ' \" *.",
                param=name,
            )


def load(call: Call) -> dict[str, Any]:
    """The intent that the address names; a publishable key must show its client secret."""
    intent = call.load("payment_intent", call.path["id"], param="intent")
    if call.publishable and call.params.get("client_secret") != intent["client_secret"]:
        raise missing_resource("payment_intent", intent["id"], param="intent")
    return intent


def retrieve(call: Call) -> dict[str, Any]:
    return load(call)


def update(call: Call) -> dict[str, Any]:
    """Change an intent that is not settled; of a settled one only what describes it."""
    intent = load(call)
    if intent["status"] not in CHANGEABLE and set(call.params) - ALWAYS_CHANGEABLE:
        name = min(set(call.params) - ALWAYS_CHANGEABLE)
        raise invalid(
            f"This PaymentIntent's {name} could not be updated because it has a status of "
            f"{intent['status']}. You may only update the {name} of a PaymentIntent with one of the "
            f"following statuses: {', '.join(CHANGEABLE)}.",
            code="payment_intent_unexpected_state",
            param=name,
            payment_intent=intent,
        )
    if "amount" in call.params or "currency" in call.params:
        intent["amount"] = call.params.get("amount", intent["amount"])
        intent["currency"] = currencies.check(
            intent["amount"], call.params.get("currency", intent["currency"])
        )
    apply(call, intent)
    intent["capture_method"] = call.get("capture_method", intent["capture_method"])
    confirming.choose_method(call, intent)
    call.store.save(intent)
    return intent


def confirm(call: Call) -> dict[str, Any]:
    intent = load(call)
    if call.publishable:
        if intent["confirmation_method"] == "manual":
            raise invalid(
                "This PaymentIntent cannot be confirmed using your publishable key because its "
                "`confirmation_method` is set to `manual`. Please use your secret key instead.",
                code="payment_intent_invalid_parameter",
                param="intent",
            )
        call.params.setdefault("use_stripe_sdk", True)
    apply(call, intent)
    return confirming.confirm_intent(call, intent)


def cancel(call: Call) -> dict[str, Any]:
    """Cancel an intent that has taken no money; an authorisation is given up with it."""
    intent = load(call)
    if intent["status"] not in CANCELABLE:
        raise unexpected_state(intent, "cancel", CANCELABLE)
    if intent["status"] == "requires_capture":
        charges.release(call, call.store.get(intent["latest_charge"]))
    intent.update(
        {
            "amount_capturable": 0,
            "canceled_at": call.now,
            "cancellation_reason": call.get("cancellation_reason"),
            "next_action": None,
            "processing": None,
            "status": "canceled",
        }
    )
    call.store.save(intent)
    events.emit(call, "payment_intent.canceled", intent)
    return intent


def capture(call: Call) -> dict[str, Any]:
    """Take the authorised amount or less of it; what is left is released."""
    intent = load(call)
    if intent["status"] != "requires_capture":
        raise unexpected_state(intent, "capture", ("requires_capture",))
    amount = call.get("amount_to_capture", intent["amount_capturable"])
    if not 1 <= amount <= intent["amount_capturable"]:
        raise invalid(
            f"The amount to capture must be between 1 and {intent['amount_capturable']}.",
            code="amount_too_large" if amount > 0 else "amount_too_small",
            param="amount_to_capture",
        )
    apply(call, intent)
    charge = call.store.get(intent["latest_charge"])
    card = card_of(call, call.store.get(charge["payment_method"]))
    charges.capture(call, charge, card, amount=amount)
    intent.update({"amount_capturable": 0, "amount_received": amount, "status": "succeeded"})
    call.store.save(intent)
    events.emit(call, "payment_intent.succeeded", intent)
    return intent


def list_all(call: Call) -> dict[str, Any]:
    conditions, values = listing.equal(call, "customer")
    return listing.page(call, "payment_intent", conditions, values)
