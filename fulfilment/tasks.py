from __future__ import annotations

import logging

from celery import shared_task

from fulfilment import fulfilment_orders, unpaid

log = logging.getLogger(__name__)


@shared_task(name="fulfilment.open_for_event")
def open_for_event(event_id: int) -> None:
    """An order was paid: the event's subject is its public id."""
    fulfilment_orders.open_for_event(event_id)


@shared_task(name="fulfilment.sweep_paid_orders")
def sweep_paid_orders() -> None:
    """Open, and write, what no hint reached; an order that cannot be opened does not hold up the others."""
    for order_id in fulfilment_orders.unopened():
        try:
            fulfilment_orders.open_for(order_id)
        except Exception:
            log.exception("order %s is paid and its fulfilment did not open", order_id)
    for order_id in unpaid.untold():
        unpaid.tell(order_id)


@shared_task(name="fulfilment.tell_unpaid_for_event")
def tell_unpaid_for_event(event_id: int) -> None:
    """A payment failed, or an order was cancelled: the event's subject is the order's public id."""
    unpaid.tell_for_event(event_id)
