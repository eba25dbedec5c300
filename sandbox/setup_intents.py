"""SetupIntents: save a card without charging it. https://docs.stripe.com/api/setup_intents"""

from __future__ import annotations

from typing import Any

from sandbox import (
    confirmation_tokens,
    customers,
    events,
    ids,
    listing,
    payment_methods,
    ways,
)
from sandbox.calls import Call, merge_metadata
from sandbox.cards import Card
from sandbox.confirming import NOT_AUTHENTICATED
from sandbox.declines import decline_detail
from sandbox.errors import (
    StripeError,
    bad_parameter,
    doc_url,
    invalid,
    missing_resource,
    unexpected_state,
)

OPEN = ("requires_payment_method", "requires_confirmation", "requires_action")
FAILURE = "setup_intent_authentication_failure"
CARD_OPTIONS = {"mandate_options": None, "network": None, "request_three_d_secure": "automatic"}


def create(call: Call) -> dict[str, Any]:
    """Create an intent and, with `confirm`, confirm it at once."""
    if not call.get("confirm"):
        for name in ("confirmation_token", "mandate_data", "return_url", "single_use"):
            if name in call.params:
                raise bad_parameter(
                    f"The parameter `{name}` can only be used with `confirm` set to true.",
                    param=name,
                )
    automatic = ways.automatic_methods(call)
    identifier = ids.new("setup_intent")
    intent = {
        **call.new("setup_intent", identifier),
        "allowed_payment_method_types": call.get("allowed_payment_method_types"),
        "application": None,
        "automatic_payment_methods": automatic,
        "cancellation_reason": None,
        "client_secret": ids.client_secret(identifier),
        "customer": None,
        "customer_account": None,
        "description": call.get("description"),
        "excluded_payment_method_types": call.get("excluded_payment_method_types"),
        "flow_directions": call.get("flow_directions"),
        "last_setup_error": None,
        "latest_attempt": None,
        "managed_payments": None,
        "mandate": None,
        "metadata": merge_metadata(None, call.params.get("metadata")),
        "next_action": None,
        "on_behalf_of": call.get("on_behalf_of"),
        "payment_method": None,
        "payment_method_configuration_details": ways.configuration(call, automatic),
        "payment_method_options": {"card": dict(CARD_OPTIONS)},
        "payment_method_types": ways.method_types(call),
        "single_use_mandate": None,
        "status": "requires_payment_method",
        "usage": call.get("usage", "off_session"),
    }
    if call.get("customer"):
        customer = customers.existing(call, call.params["customer"], param="customer")
        intent["customer"] = customer["id"]
    call.store.save(intent, private={})
    events.emit(call, "setup_intent.created", intent)
    if call.get("confirm"):
        return confirm_intent(call, intent)
    choose_method(call, intent)
    call.store.save(intent)
    return intent


def load(call: Call) -> dict[str, Any]:
    intent = call.load("setup_intent", call.path["id"], param="intent")
    if call.publishable and call.params.get("client_secret") != intent["client_secret"]:
        raise missing_resource("setupintent", intent["id"], param="intent")
    return intent


def retrieve(call: Call) -> dict[str, Any]:
    return load(call)


def update(call: Call) -> dict[str, Any]:
    intent = load(call)
    if intent["status"] not in OPEN and set(call.params) - {"metadata", "description", "expand"}:
        raise unexpected_state(intent, "update", OPEN)
    if call.get("customer"):
        customer = customers.existing(call, call.params["customer"], param="customer")
        intent["customer"] = customer["id"]
    if "description" in call.params:
        intent["description"] = call.get("description")
    intent["metadata"] = merge_metadata(intent["metadata"], call.params.get("metadata"))
    choose_method(call, intent)
    call.store.save(intent)
    return intent


def choose_method(call: Call, intent: dict[str, Any]) -> None:
    method: dict[str, Any] | None = None
    if call.get("confirmation_token"):
        token, method = confirmation_tokens.spend(call, intent)
        call.params.setdefault("use_stripe_sdk", token["use_stripe_sdk"])
        if token["return_url"]:
            call.params.setdefault("return_url", token["return_url"])
    elif call.get("payment_method"):
        method = payment_methods.usable(call, call.params["payment_method"])
    elif call.get("payment_method_data"):
        method = payment_methods.make(call, call.params["payment_method_data"])
    if method is None:
        return
    if method["customer"] and method["customer"] != intent["customer"]:
        raise invalid(
            "The provided PaymentMethod is already attached to another customer.",
            param="payment_method",
        )
    if not method["customer"] and call.store.private(method["id"])["used"]:
        raise invalid(payment_methods.spent(), param="payment_method")
    intent["payment_method"] = method["id"]
    intent["last_setup_error"] = None
    intent["status"] = "requires_confirmation"


def confirm(call: Call) -> dict[str, Any]:
    intent = load(call)
    if call.publishable:
        call.params.setdefault("use_stripe_sdk", True)
    return confirm_intent(call, intent)


def confirm_intent(call: Call, intent: dict[str, Any]) -> dict[str, Any]:
    if intent["status"] not in OPEN:
        raise unexpected_state(intent, "confirm", OPEN)
    choose_method(call, intent)
    if intent["payment_method"] is None:
        raise invalid(
            "You cannot confirm this SetupIntent because it's missing a payment method. Update the "
            "SetupIntent with a payment method and then confirm it again.",
            code="setup_intent_unexpected_state",
            setup_intent=intent,
        )
    method = call.store.get(intent["payment_method"])
    card = payment_methods.card_of(call, method)
    if card.authenticate in ("always", "setup"):
        return ask_to_authenticate(call, intent, method)
    return finish(call, intent, method, card)


def ask_to_authenticate(
    call: Call, intent: dict[str, Any], method: dict[str, Any]
) -> dict[str, Any]:
    page = f"{call.base_url}/_sandbox/three_d_secure/{intent['id']}"
    page += f"?client_secret={intent['client_secret']}"
    if call.get("use_stripe_sdk") or not call.get("return_url"):
        source = {
            "source": "src_1" + ids.token(23),
            "stripe_js": page,
            "type": "three_d_secure_redirect",
        }
        intent["next_action"] = {"type": "use_stripe_sdk", "use_stripe_sdk": source}
    else:
        back = {"return_url": call.params["return_url"], "url": page + "&redirect=1"}
        intent["next_action"] = {"redirect_to_url": back, "type": "redirect_to_url"}
        call.store.keep(intent["id"], {"return_url": call.params["return_url"]})
    intent["status"] = "requires_action"
    attempt(call, intent, method, status="requires_action")
    call.store.save(intent)
    events.emit(call, "setup_intent.requires_action", intent)
    return intent


def finish(
    call: Call, intent: dict[str, Any], method: dict[str, Any], card: Card
) -> dict[str, Any]:
    """Ask the issuer whether the card may be saved, and save it on the customer."""
    if card.decline and not card.attaches:
        detail = decline_detail(card.decline, payment_method=method)
        raise fail(call, intent, method, detail)
    private = call.store.private(method["id"])
    call.store.keep(method["id"], {**private, "set_up": True})
    if intent["customer"] and not method["customer"]:
        payment_methods.bind(call, method, intent["customer"])
    intent.update({"last_setup_error": None, "next_action": None, "status": "succeeded"})
    attempt(call, intent, method, status="succeeded")
    call.store.save(intent)
    events.emit(call, "setup_intent.succeeded", intent)
    return intent


def fail(
    call: Call, intent: dict[str, Any], method: dict[str, Any], detail: dict[str, Any]
) -> StripeError:
    intent.update(
        {
            "last_setup_error": detail,
            "next_action": None,
            "payment_method": None,
            "status": "requires_payment_method",
        }
    )
    attempt(call, intent, method, status="failed", error=detail)
    call.store.save(intent)
    events.emit(call, "setup_intent.setup_failed", intent)
    return StripeError(402, {**detail, "setup_intent": intent}, keep=True)


def finish_authentication(call: Call, intent: dict[str, Any], *, passed: bool) -> dict[str, Any]:
    """The shopper answered the 3-D Secure dialogue; gives the intent as it then is."""
    method = call.store.get(intent["payment_method"])
    if not passed:
        detail = {
            "code": FAILURE,
            "doc_url": doc_url(FAILURE),
            "message": NOT_AUTHENTICATED,
            "payment_method": method,
            "type": "invalid_request_error",
        }
        fail(call, intent, method, detail)
        return intent
    try:
        return finish(call, intent, method, payment_methods.card_of(call, method))
    except StripeError:
        return call.store.get(intent["id"])


def attempt(
    call: Call,
    intent: dict[str, Any],
    method: dict[str, Any],
    *,
    status: str,
    error: dict[str, Any] | None = None,
) -> None:
    """Record the try, as `latest_attempt` names it."""
    card = method["card"]
    used = {name: card[name] for name in ("brand", "checks", "country", "exp_month", "exp_year")}
    used |= {name: card[name] for name in ("fingerprint", "funding", "last4", "wallet")}
    record = {
        **call.new("setup_attempt"),
        "application": None,
        "customer": intent["customer"],
        "customer_account": None,
        "flow_directions": None,
        "on_behalf_of": None,
        "payment_method": method["id"],
        "payment_method_details": {
            "card": {**used, "network": card["brand"], "three_d_secure": None},
            "type": "card",
        },
        "setup_error": error,
        "setup_intent": intent["id"],
        "status": status,
        "usage": intent["usage"],
    }
    call.store.save(record)
    intent["latest_attempt"] = record["id"]


def cancel(call: Call) -> dict[str, Any]:
    intent = load(call)
    if intent["status"] not in OPEN:
        raise unexpected_state(intent, "cancel", OPEN)
    intent.update(
        {
            "cancellation_reason": call.get("cancellation_reason"),
            "next_action": None,
            "status": "canceled",
        }
    )
    call.store.save(intent)
    events.emit(call, "setup_intent.canceled", intent)
    return intent


def list_all(call: Call) -> dict[str, Any]:
    conditions, values = listing.equal(call, "customer")
    if call.get("payment_method"):
        conditions.append("json_extract(data, '$.payment_method') = ?")
        values.append(call.params["payment_method"])
    return listing.page(call, "setup_intent", conditions, values)
