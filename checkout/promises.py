"""What we promise while nobody can say whether an order is paid: to write, once it is known.

The promise is a row of the order's history; `fulfilment.unpaid` keeps it where the payment fails,
and the receipt does where it goes through.
"""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from checkout import orders
from checkout.models import Order, OrderEvent, Payment
from shopping import rows

MADE = "payment.unknown"
OPEN = (Payment.Status.PROCESSING, Payment.Status.REQUIRES_ACTION)


def make(order: Order, *, after: timedelta = timedelta()) -> bool:
    """Promise to write once the running attempt to pay `order` has ended; once an attempt.

    False, and no promise, where its end has become known meanwhile, or where it is not yet as old
    as `after`: a letter goes to whatever address was typed, so nobody gets one for the asking.

    One durable transaction; it locks the order, as everything does that ends an attempt: the
    promise is there before the end, or not at all.
    """
    with transaction.atomic(durable=True):
        locked = rows.lock(Order, order.pk)
        payment = locked.payments.latest("id")
        if payment.status not in OPEN or not _is_older(payment, after):
            return False
        told = {"payment": str(payment.public_id), "attempt": payment.attempt}
        if not locked.history.filter(type=MADE, data=told).exists():
            orders.note(locked, MADE, told)
    return True


def _is_older(payment: Payment, age: timedelta) -> bool:
    return payment.attempted_at is None or payment.attempted_at <= timezone.now() - age


def last_of(order: Order) -> OrderEvent | None:
    """The promise that was made last, kept or not."""
    return order.history.filter(type=MADE).order_by("-id").first()
