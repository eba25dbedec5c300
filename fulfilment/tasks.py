from __future__ import annotations

import logging

from celery import shared_task
from django.utils import timezone

from fulfilment import (
    carrier_messages,
    credit_notes,
    failures,
    fulfilment_orders,
    late,
    old_buyers,
    reports,
    returns,
    unpaid,
)
from fulfilment.models import CreditFailure, OpeningFailure
from fulfilment.steps import TransitionRefused

log = logging.getLogger(__name__)


@shared_task(name="fulfilment.open_for_event")
def open_for_event(event_id: int) -> None:
    """An order was paid: the event's subject is its public id."""
    fulfilment_orders.open_for_event(event_id)


@shared_task(name="fulfilment.sweep_paid_orders")
def sweep_paid_orders() -> None:
    """Open, and write, what no hint reached. What fails gets a later time, so that however many
    of them there are, they do not keep others from their turn."""
    for order_id in fulfilment_orders.unopened():
        try:
            fulfilment_orders.open_for(order_id)
        except Exception as error:
            log.exception("order %s is paid and its fulfilment did not open", order_id)
            failures.postpone(OpeningFailure, order_id, error=error)
    for order_id in unpaid.untold():
        try:
            unpaid.tell(order_id)
        except Exception:
            log.exception("the shopper of order %s was promised word and got none", order_id)


@shared_task(name="fulfilment.tell_unpaid_for_event")
def tell_unpaid_for_event(event_id: int) -> None:
    """A payment failed, or an order was cancelled: the event's subject is the order's public id."""
    unpaid.tell_for_event(event_id)


@shared_task(name="fulfilment.credit_for_event")
def credit_for_event(event_id: int) -> None:
    """Money went back: the event's subject is the order's public id."""
    credit_notes.credit_for_event(event_id)


@shared_task(name="fulfilment.sweep_credit_notes")
def sweep_credit_notes() -> None:
    """Write the credit notes that no hint reached; what fails gets a later time, as above."""
    for refund_id in credit_notes.uncredited():
        try:
            credit_notes.credit(refund_id)
        except Exception as error:
            log.exception("refund %s went through and has no credit note", refund_id)
            failures.postpone(CreditFailure, refund_id, error=error)


@shared_task(name="fulfilment.apply_carrier_message")
def apply_carrier_message(message_id: int) -> None:
    try:
        carrier_messages.apply(message_id)
    except Exception as error:
        log.exception("message %s of a carrier could not be applied", message_id)
        carrier_messages.postpone(message_id, error=error)


@shared_task(name="fulfilment.sweep_carrier_messages")
def sweep_carrier_messages() -> None:
    """Apply what no hint reached, and give parcels what was reported of their numbers."""
    for message_id in carrier_messages.due():
        apply_carrier_message(message_id)
    for shipment_id in reports.unmatched():
        try:
            reports.match(shipment_id)
        except Exception:
            log.exception("parcel %s is not given what was reported of its number", shipment_id)


@shared_task(name="fulfilment.sweep_old_carrier_messages")
def sweep_old_carrier_messages() -> None:
    """Forget the messages of long ago."""
    while carrier_messages.forget_old():
        pass


@shared_task(name="fulfilment.sweep_late_orders")
def sweep_late_orders() -> None:
    """Remind shops of what should have left, and tell the operator of what they leave undone."""
    now = timezone.now()
    for merchant_pk in late.unreminded(now):
        try:
            late.remind(merchant_pk, now=now)
        except Exception:
            log.exception("shop %s is not reminded of its late orders", merchant_pk)
    while late.tell_operator(now) == late.BATCH:
        pass


@shared_task(name="fulfilment.sweep_returns")
def sweep_returns() -> None:
    """Close returns that were approved and never came; the shoppers are told."""
    for row in returns.overdue():
        try:
            returns.expire(row)
        except TransitionRefused:
            log.info("return %s moved on before it was closed", row.public_id)


@shared_task(name="fulfilment.sweep_old_buyers")
def sweep_old_buyers() -> None:
    """Forget who bought long ago."""
    while old_buyers.forget() == old_buyers.BATCH:
        pass
