"""A payment with its order, both locked, by its key or by what Stripe calls it."""

from __future__ import annotations

from checkout.models import Order, Payment
from shopping import rows
from shopping.monitoring import context


class UnknownIntent(Exception):
    """An intent that is none of ours."""


def lock_payment(payment: Payment) -> Payment:
    """`payment` as it is now, with its order; locks the order, then the payment."""
    order = rows.lock(Order, payment.order_id)
    payment = rows.lock(Payment, payment.pk)
    payment.order = order
    context.note(order=order.number, payment=payment.public_id)
    return payment


def payment_of(intent_id: str, *, test: bool) -> Payment:
    """The payment that an intent is of, as its own or as a second one; locked as above.

    Raises UnknownIntent, also where the intent is not of the mode (`test`) that the payment was made
    in: nothing of test mode moves what is real, and nothing real a test.
    """
    if not intent_id:
        raise UnknownIntent("of no intent")
    found = Payment.objects.filter(intent_id=intent_id).first()
    found = found or Payment.objects.filter(refunds__second_intent_id=intent_id).first()
    if found is None or found.is_test != test:
        raise UnknownIntent(intent_id)
    return lock_payment(found)
