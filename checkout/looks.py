"""Asking Stripe how a payment stands on behalf of a page, which may ask as often as it likes."""

from __future__ import annotations

from checkout import outcomes, payments
from checkout.models import Payment
from checkout.outcomes import Outcome
from shopping import limits

SECONDS = 1


def settled(payment: Payment) -> Outcome:
    """As `payments.settle`, once a second and payment; in between, what our row says of it.

    The row knows no client secret: a check by the bank is "processing" then, and the page asks
    again. Raises RuntimeError inside a transaction.
    """
    if limits.is_first("settle", str(payment.public_id), seconds=SECONDS):
        return payments.settle(payment.pk)
    known = outcomes.of(payment)
    return Outcome("processing") if known.kind == "needs_action" else known
