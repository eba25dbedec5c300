"""Disputes."""

from __future__ import annotations

from checkout.gateway.client import client, errors
from checkout.gateway.values import Dispute, dispute_of


def retrieve_dispute(stripe_id: str, *, test: bool = False) -> Dispute:
    """Raises Refused, Unknown. https://docs.stripe.com/api/disputes/retrieve"""
    with errors():
        return dispute_of(client(test=test).v1.disputes.retrieve(stripe_id), test=test)
