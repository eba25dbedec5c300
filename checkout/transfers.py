"""What merchants are owed of an order, sent to them: a row first, then Stripe, never given up."""

from __future__ import annotations

from checkout.models import Order


def settle_up(order: Order) -> None:
    """Make what has been sent to each merchant of `order` what the ledger says is theirs.

    In the caller's transaction, which holds the order's lock and has posted to its ledger.
    """
    raise NotImplementedError


def wake_for(merchant_pk: int) -> None:
    """`merchant_pk` can be paid now: what waits for them is due at once."""
    raise NotImplementedError
