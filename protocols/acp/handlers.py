"""How a session is paid: Stripe's shared payment tokens, and what of it a body says."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.conf import settings

from protocols.acp.errors import Refused
from protocols.acp.versions import PAGES, SCHEMAS, VERSION

HANDLER = "card_stripe"
CREDENTIAL = "spt"
# What a session of ours can ask of whoever buys; the bank's question is put on our own page.
INTERVENTIONS = ("3ds",)
DISCOUNT = {
    "name": "discount",
    "extends": [
        "$.CheckoutSessionCreateRequest.discounts",
        "$.CheckoutSessionUpdateRequest.discounts",
        "$.CheckoutSession.discounts",
    ],
    "schema": f"{SCHEMAS}/json-schema/schema.discount.json",
    "spec": f"{PAGES}/discounts",
}


def capabilities(handled: Iterable[str]) -> dict[str, Any]:
    """What holds for a session whose agent can handle these interventions."""
    both = [each for each in INTERVENTIONS if each in set(handled)]
    return {
        "payment": {"handlers": [stripe()]},
        "interventions": {"supported": both, "enforcement": "conditional"},
        "extensions": [DISCOUNT],
    }


def stripe() -> dict[str, Any]:
    """The one handler: a token that Stripe granted us, of a card that we never see."""
    return {
        "id": HANDLER,
        "name": "dev.acp.tokenized.card",
        "display_name": "Card",
        "version": VERSION,
        "spec": f"{PAGES}/payment-handlers",
        "requires_delegate_payment": True,
        "requires_pci_compliance": False,
        "psp": "stripe",
        "config_schema": f"{SCHEMAS}/json-schema/schema.delegate_payment.json",
        "instrument_schemas": [f"{SCHEMAS}/json-schema/schema.agentic_checkout.json"],
        "config": {"merchant_id": settings.STRIPE_PROFILE, "accepted_types": ["card"]},
    }


def token_of(payment: Mapping[str, Any]) -> str:
    """The shared payment token that `payment_data` says. Raises Refused for anything else."""
    instrument = payment.get("instrument")
    if payment.get("handler_id") != HANDLER or instrument is None:
        raise Refused(
            400,
            "unsupported",
            f"Pay by the handler {HANDLER}.",
            param="$.payment_data.handler_id",
        )
    credential = instrument["credential"]
    token = str(credential["token"])
    if credential["type"] != CREDENTIAL or not 0 < len(token) <= 200 or not token.isprintable():
        raise Refused(
            400,
            "invalid",
            f"Send a credential of the type {CREDENTIAL}.",
            param="$.payment_data.instrument.credential",
        )
    return token
