"""The letter to a shopper who was told that we will write, and whose payment then failed."""

from __future__ import annotations

from django.db import transaction
from django.db.models import CharField, Exists, OuterRef
from django.db.models.functions import Cast

from accounts.mails import enqueue_all
from accounts.models import OutgoingMail
from checkout import promises
from checkout.models import Order, OrderEvent, Payment
from fulfilment import letters
from shopping import rows

FAILED = (Payment.Status.DECLINED, Payment.Status.CANCELLED)
BATCH = 100


def tell_for_event(event_id: int) -> bool:
    """`tell` of the order that a payment.failed or order.cancelled event is about."""
    found = rows.run(
        "SELECT o.id FROM checkout_order o, webhooks_event e"
        " WHERE e.id = %s AND o.public_id = e.subject::uuid",
        [event_id],
    )
    return tell(found[0][0]) if found else False


def tell(order_id: int) -> bool:
    """Write that nothing was charged, if that was promised and has come to be so.

    One transaction; it locks the order. The letter is named for its promise, so that any number
    of calls write one. Returns whether a letter is due or there. None is for an order that is
    paid or may still be, nor for one that its shopper has changed: what they ordered instead says
    what happened.
    """
    with transaction.atomic():
        order = rows.lock(Order, order_id)
        promise = promises.last_of(order)
        if promise is None:
            return False
        payment = order.payments.latest("id")
        if payment.status not in FAILED or order.cancel_reason == "changed":
            return False
        lines = list(order.lines.select_related("variant__product"))
        enqueue_all([letters.unpaid(order, lines, payment=payment, promise=promise)])
    return True


def untold() -> list[int]:
    """Orders that still hold their goods, whose shopper waits for a letter that no hint wrote.

    Later the end of the reservation is an event of its own, and a hint again.
    """
    written = OutgoingMail.objects.filter(
        kind=letters.UNPAID, reference=Cast(OuterRef("pk"), CharField())
    )
    owed = OrderEvent.objects.filter(
        ~Exists(written),
        type=promises.MADE,
        order__status=Order.Status.AWAITING_PAYMENT,
        order__payments__status=Payment.Status.DECLINED,
    )
    return list(owed.values_list("order_id", flat=True).distinct()[:BATCH])
