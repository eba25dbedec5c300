"""Refunds."""

from __future__ import annotations

from checkout.gateway.client import client, errors
from checkout.gateway.values import Refund, refund_of


def refund(intent_id: str, *, amount: int, refund_id: str, key: str, test: bool = False) -> Refund:
    """Give back `amount` minor units of a paid intent; `refund_id` is our public one.

    Raises Refused, Unknown. https://docs.stripe.com/api/refunds/create
    """
    with errors():
        made = client(test=test).v1.refunds.create(
            {"payment_intent": intent_id, "amount": amount, "metadata": {"refund": refund_id}},
            options={"idempotency_key": key},
        )
    return refund_of(made, test=test)


def refunds_of(intent_id: str, *, test: bool = False) -> list[Refund]:
    """All that Stripe has given back of an intent, newest first. Raises Refused, Unknown."""
    with errors():
        page = client(test=test).v1.refunds.list({"payment_intent": intent_id, "limit": 100})
        return [refund_of(each, test=test) for each in page.auto_paging_iter()]


def retrieve_refund(stripe_id: str, *, test: bool = False) -> Refund:
    with errors():
        return refund_of(client(test=test).v1.refunds.retrieve(stripe_id), test=test)
