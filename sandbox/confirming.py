"""Confirming a PaymentIntent: choose the card, authenticate, ask the issuer.

https://docs.stripe.com/payments/paymentintents/lifecycle
"""

from __future__ import annotations

import time
from typing import Any

from sandbox import (
    cards,
    charges,
    confirmation_tokens,
    events,
    granted_tokens,
    ids,
    payment_methods,
)
from sandbox.calls import Call, shipping
from sandbox.cards import Card, Decline
from sandbox.declines import decline_detail
from sandbox.errors import StripeError, doc_url, invalid, unexpected_state
from sandbox.schema.preview import SHARED

CONFIRMABLE = ("requires_payment_method", "requires_confirmation", "requires_action")
AUTHENTICATION_FAILURE = "payment_intent_authentication_failure"
NOT_AUTHENTICATED = (
    "We are unable to authenticate your payment method. Please choose a different payment method and "
    "try again."
)


def choose_method(call: Call, intent: dict[str, Any]) -> None:
    """Put the payment method that the call names on the intent; raises for one it may not use."""
    method: dict[str, Any] | None = None
    if call.get("confirmation_token"):
        token, method = confirmation_tokens.spend(call, intent)
        take_from_token(call, intent, token)
    elif call.get("payment_method"):
        method = payment_methods.usable(call, call.params["payment_method"])
    elif SHARED in (call.get("payment_method_data") or {}):
        method = granted_tokens.spend(call, intent, call.params["payment_method_data"][SHARED])
    elif call.get("payment_method_data"):
        method = payment_methods.make(call, call.params["payment_method_data"])
    if method is None:
        return
    if method["customer"] and method["customer"] != intent["customer"]:
        whose = "a different customer" if intent["customer"] else f"customer {method['customer']}"
        raise invalid(
            f"The provided PaymentMethod {method['id']} belongs to {whose}. Please include the matching "
            "customer in the `customer` parameter, or use another PaymentMethod.",
            param="payment_method",
        )
    if not method["customer"] and call.store.private(method["id"])["used"]:
        raise invalid(payment_methods.spent(), param="payment_method")
    if SHARED not in (call.get("payment_method_data") or {}):
        granted_tokens.forget(call, intent)
    intent["payment_method"] = method["id"]
    intent["last_payment_error"] = None
    intent["next_action"] = None
    intent["status"] = "requires_confirmation"


def take_from_token(call: Call, intent: dict[str, Any], token: dict[str, Any]) -> None:
    """The token fills in what the request itself leaves open."""
    if token["shipping"] and "shipping" not in call.params:
        intent["shipping"] = shipping(token["shipping"])
    if token["setup_future_usage"] and "setup_future_usage" not in call.params:
        intent["setup_future_usage"] = token["setup_future_usage"]
    if token["return_url"]:
        call.params.setdefault("return_url", token["return_url"])
    call.params.setdefault("use_stripe_sdk", token["use_stripe_sdk"])


def confirm_intent(call: Call, intent: dict[str, Any]) -> dict[str, Any]:
    """Confirm; gives the intent as it then is, or raises the decline (which stays recorded)."""
    if intent["status"] not in CONFIRMABLE:
        raise unexpected_state(intent, "confirm", CONFIRMABLE)
    choose_method(call, intent)
    if intent["payment_method"] is None:
        raise invalid(
            "You cannot confirm this PaymentIntent because it's missing a payment method. You can either "
            "update the PaymentIntent with a payment method and then confirm it again, or confirm it again "
            "directly with a payment method or ConfirmationToken.",
            code="payment_intent_unexpected_state",
            payment_intent=intent,
        )
    need_return_url(call, intent)
    if intent["statement_descriptor"]:
        raise invalid(
            "The statement_descriptor parameter is not supported for card payments; use "
            "statement_descriptor_suffix.",
            param="statement_descriptor",
        )
    method = call.store.get(intent["payment_method"])
    card = payment_methods.card_of(call, method)
    private = call.store.private(intent["id"])
    authenticated = bool(private.pop("authenticated", False))
    private["off_session"] = bool(call.get("off_session"))
    call.store.keep(intent["id"], private)
    if not authenticated and must_authenticate(call, intent, method, card):
        return ask_to_authenticate(call, intent, method, card)
    return authorise(call, intent, method, card, authenticated=authenticated)


def need_return_url(call: Call, intent: dict[str, Any]) -> None:
    automatic = intent["automatic_payment_methods"]
    redirects = automatic and automatic["allow_redirects"] == "always"
    if redirects and not call.get("return_url") and not call.publishable:
        raise invalid(
            "This PaymentIntent is configured to accept payment methods enabled in your Dashboard. Because "
            "some of these payment methods might redirect your customer off of your page, you must provide "
            "a `return_url`. If you don't want to accept redirect-based payment methods, set "
            "`automatic_payment_methods[enabled]` to `true` and `automatic_payment_methods[allow_redirects]` "
            "to `never` when creating Setup Intents and Payment Intents.",
        )


def must_authenticate(
    call: Call, intent: dict[str, Any], method: dict[str, Any], card: Card
) -> bool:
    if card.authenticate == "always":
        return True
    if card.authenticate == "setup":
        return not call.store.private(method["id"])["set_up"]
    wanted = intent["payment_method_options"]["card"]["request_three_d_secure"]
    return card.authenticate != "never" and wanted in ("any", "challenge")


def ask_to_authenticate(
    call: Call, intent: dict[str, Any], method: dict[str, Any], card: Card
) -> dict[str, Any]:
    """Leave the intent in `requires_action`; where nobody can act, the attempt is declined."""
    if call.get("off_session"):
        raise decline(call, intent, method, card, cards.AUTHENTICATION)
    if call.get("error_on_requires_action"):
        intent["status"] = "requires_payment_method"
        detail = decline_detail(cards.AUTHENTICATION, payment_method=method)
        detail["message"] = (
            "This payment required an authentication action to complete, but "
            "`error_on_requires_action` was set. When you're ready, you can upgrade your integration to "
            "handle actions at https://stripe.com/docs/payments/payment-intents/upgrade-to-handle-actions."
        )
        raise refuse(call, intent, method, detail, charge=None)
    intent["status"] = "requires_action"
    intent["next_action"] = next_action(call, intent)
    call.store.save(intent)
    events.emit(call, "payment_intent.requires_action", intent)
    return intent


def next_action(call: Call, intent: dict[str, Any]) -> dict[str, Any]:
    """How to authenticate: in the page through the script, or on a page of the sandbox and back."""
    page = f"{call.base_url}/_sandbox/three_d_secure/{intent['id']}"
    page += f"?client_secret={intent['client_secret']}"
    if call.get("use_stripe_sdk") or not call.get("return_url"):
        source = {
            "source": "src_1" + ids.token(23),
            "stripe_js": page,
            "type": "three_d_secure_redirect",
        }
        return {"type": "use_stripe_sdk", "use_stripe_sdk": source}
    back = {"return_url": call.params["return_url"], "url": page + "&redirect=1"}
    private = call.store.private(intent["id"])
    call.store.keep(intent["id"], {**private, "return_url": call.params["return_url"]})
    return {"redirect_to_url": back, "type": "redirect_to_url"}


def authorise(
    call: Call, intent: dict[str, Any], method: dict[str, Any], card: Card, *, authenticated: bool
) -> dict[str, Any]:
    """Ask the issuer. Success captures or holds the amount; a decline is raised and recorded."""
    if card.decline:
        raise decline(call, intent, method, card, card.decline, authenticated=authenticated)
    slow = call.faults.processing()
    if slow:
        intent["status"], intent["next_action"] = "processing", None
        intent["processing"] = {"card": {}, "type": "card"}
        call.store.save(intent)
        kept = {**call.store.private(intent["id"]), "authenticated_payment": authenticated}
        call.store.keep(intent["id"], kept)
        call.store.schedule("finish_processing", intent["id"], time.time() + slow.seconds)
        events.emit(call, "payment_intent.processing", intent)
        return intent
    return succeed(call, intent, method, card, authenticated=authenticated)


def succeed(
    call: Call, intent: dict[str, Any], method: dict[str, Any], card: Card, *, authenticated: bool
) -> dict[str, Any]:
    charge = charges.create(call, intent, method, card, decline=None, authenticated=authenticated)
    held = intent["capture_method"] == "manual"
    intent.update(
        {
            "amount_capturable": intent["amount"] if held else 0,
            "amount_received": 0 if held else intent["amount"],
            "last_payment_error": None,
            "latest_charge": charge["id"],
            "next_action": None,
            "processing": None,
            "status": "requires_capture" if held else "succeeded",
        }
    )
    call.store.save(intent)
    remember(call, intent, method, authenticated=authenticated)
    granted_tokens.took(call, intent)
    name = "amount_capturable_updated" if held else "succeeded"
    events.emit(call, f"payment_intent.{name}", intent)
    return intent


def remember(
    call: Call, intent: dict[str, Any], method: dict[str, Any], *, authenticated: bool
) -> None:
    """Save the card on the customer where the payment asks for it; otherwise it is spent."""
    private = call.store.private(method["id"])
    saved = bool(intent["setup_future_usage"] and intent["customer"])
    private["used"] = True
    if intent["setup_future_usage"] == "off_session" and authenticated:
        private["set_up"] = True
    call.store.keep(method["id"], private)
    if saved and not method["customer"]:
        payment_methods.bind(call, method, intent["customer"])


def decline(
    call: Call,
    intent: dict[str, Any],
    method: dict[str, Any],
    card: Card,
    reason: Decline,
    *,
    authenticated: bool = False,
) -> StripeError:
    """Record the failed charge and give the 402 answer."""
    charge = charges.create(call, intent, method, card, decline=reason, authenticated=authenticated)
    detail = decline_detail(reason, charge=charge["id"])
    return refuse(call, intent, method, detail, charge=charge["id"])


def refuse(
    call: Call,
    intent: dict[str, Any],
    method: dict[str, Any],
    detail: dict[str, Any],
    *,
    charge: str | None,
) -> StripeError:
    """Put the intent back to `requires_payment_method` with this error, and give the answer."""
    detail["payment_method"] = method
    intent.update(
        {
            "last_payment_error": dict(detail),
            "latest_charge": charge or intent["latest_charge"],
            "next_action": None,
            "payment_method": None,
            "status": "requires_payment_method",
        }
    )
    call.store.save(intent)
    if not method["customer"]:
        call.store.keep(method["id"], {**call.store.private(method["id"]), "used": True})
    events.emit(call, "payment_intent.payment_failed", intent)
    return StripeError(402, {**detail, "payment_intent": intent}, keep=True)


def finish_authentication(call: Call, intent: dict[str, Any], *, passed: bool) -> dict[str, Any]:
    """The shopper answered the 3-D Secure dialogue; gives the intent as it then is, never raises a
    decline (the dialogue has no use for one: it stands in `last_payment_error`)."""
    method = call.store.get(intent["payment_method"])
    if not passed:
        detail = {
            "code": AUTHENTICATION_FAILURE,
            "doc_url": doc_url(AUTHENTICATION_FAILURE),
            "message": NOT_AUTHENTICATED,
            "type": "invalid_request_error",
        }
        refuse(call, intent, method, detail, charge=None)
        return intent
    if intent["confirmation_method"] == "manual":
        intent.update({"next_action": None, "status": "requires_confirmation"})
        call.store.save(intent)
        call.store.keep(intent["id"], {**call.store.private(intent["id"]), "authenticated": True})
        return intent
    try:
        card = payment_methods.card_of(call, method)
        return authorise(call, intent, method, card, authenticated=True)
    except StripeError:
        return call.store.get(intent["id"])


def finish_processing(call: Call, intent: dict[str, Any]) -> None:
    """A slow payment comes to its end."""
    if intent["status"] != "processing":
        return
    method = call.store.get(intent["payment_method"])
    card = payment_methods.card_of(call, method)
    passed = bool(call.store.private(intent["id"]).get("authenticated_payment"))
    succeed(call, intent, method, card, authenticated=passed)
