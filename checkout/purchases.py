"""What members bought, told to their interests; those keep it only where the member allows it."""

from __future__ import annotations

from checkout.models import Order
from feeds import interests
from webhooks.models import Event


def note_for_event(event_id: int) -> None:
    """`note` the order that an order.paid event is about."""
    event = Event.objects.filter(pk=event_id).first()
    order = Order.objects.filter(public_id=event.subject).first() if event else None
    if order is not None:
        note(order)


def note(order: Order) -> None:
    """Tell what is in a paid order, each line once; of a guest's order, nothing.

    Nothing looks for orders that no message told of: what a purchase shows of a taste is not worth
    more than that.
    """
    if order.user is None or order.paid_at is None:
        return
    for line in order.lines.select_related("variant__product__category"):
        interests.note_purchase(
            order.user,
            product=line.variant.product,
            reference=str(line.pk),
            at=order.paid_at,
        )
