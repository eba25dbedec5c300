"""What only Stripe's test mode can do: cards that nobody holds, and disputes that nobody began."""

from __future__ import annotations

from stripe import RequestOptions

from checkout.gateway.client import client, errors
from checkout.gateway.values import Dispute, dispute_of


def token_of(card: str, *, test: bool = True, key: str = "") -> str:
    """A confirmation token as a browser would make it of Stripe's test card `card`, such as
    "pm_card_visa"; the same one for the same idempotency `key`. Without `test` it pays real orders, where
    the site's own keys are of test mode. Raises NoTestMode, Refused, Unknown.
    https://docs.stripe.com/api/confirmation_tokens/test_create
    """
    with errors(test=test):
        tokens = client(test=test).v1.test_helpers.confirmation_tokens
        options: RequestOptions = {"idempotency_key": key} if key else {}
        return tokens.create({"payment_method": card}, options=options).id


def disputes_of(intent_id: str) -> list[Dispute]:
    """The disputes of a paid intent of test mode, newest first. Raises Refused, Unknown."""
    with errors(test=True):
        page = client(test=True).v1.disputes.list({"payment_intent": intent_id, "limit": 10})
        return [dispute_of(each, test=True) for each in page.data]
