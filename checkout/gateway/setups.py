"""SetupIntents: cards that are kept without being charged."""

from __future__ import annotations

from dataclasses import dataclass

import stripe

from checkout.gateway.client import client, errors
from checkout.gateway.values import Card, card_of, id_of


@dataclass(frozen=True, slots=True)
class Setup:
    """A SetupIntent; `card` once it has succeeded and is attached to the customer, else None."""

    id: str
    status: str
    client_secret: str
    customer_id: str | None
    card: Card | None


def begin_setup(customer_id: str, *, key: str) -> Setup:
    """Let a browser of the customer's set a card up, for payments that they are present at.

    The same `key` again is the same SetupIntent. Raises Refused, Unknown.
    https://docs.stripe.com/api/setup_intents/create
    """
    with errors():
        intent = client().v1.setup_intents.create(
            {
                "customer": customer_id,
                "usage": "on_session",
                "allowed_payment_method_types": ["card"],
            },
            options={"idempotency_key": key},
        )
    return _setup_of(intent)


def retrieve_setup(setup_id: str) -> Setup:
    """The SetupIntent as it is now. Raises Refused for an unknown one, Unknown."""
    with errors():
        intent = client().v1.setup_intents.retrieve(setup_id, {"expand": ["payment_method"]})
    return _setup_of(intent)


def _setup_of(intent: stripe.SetupIntent) -> Setup:
    customer_id = id_of(intent.customer)
    method = intent.payment_method
    card = None
    if intent.status == "succeeded" and isinstance(method, stripe.PaymentMethod):
        # Deleted since, it is nobody's any more.
        card = card_of(method) if id_of(method.customer) == customer_id else None
    return Setup(intent.id, intent.status, intent.client_secret or "", customer_id, card)
