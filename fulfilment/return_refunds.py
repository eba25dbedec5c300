"""The refund that ends a return: one, however often it is pressed."""

from __future__ import annotations

from django.db import transaction

from accounts.models import User
from checkout import refunds
from checkout.models import Order, Payment, Refund
from checkout.refund_previews import Asked
from fulfilment import returns, steps
from fulfilment.models import Return
from fulfilment.parts import left_of
from fulfilment.return_errors import NotReceived, StillRefundable, StillToSend
from fulfilment.return_worth import asked_of, came, left_of_part
from shopping import rows
from shopping.money import Money

Status = Return.Status


def can_refund(row: Return) -> bool:
    """Whether it waits for its refund: it came, and nothing was given back, or the bank sent it
    back."""
    if row.status == Status.RECEIVED:
        return True
    failed = row.refund is not None and row.refund.status == Refund.Status.FAILED
    return row.status == Status.REFUNDED and failed


def refund(row: Return, *, asked: Asked, amount: Money, reason: str, actor: User | None) -> Refund:
    """Give `amount` back for a return that came, which ends it; see checkout.refunds.request.

    Any number of calls make one refund, which all of them return, as long as it has not failed.
    One transaction; it locks the order, the return, and what the refund locks. Raises NotReceived,
    StillToSend, and what the refund raises; then nothing is changed.
    """
    with transaction.atomic():
        order = rows.lock(Order, row.fulfilment_order.order_id)
        held = rows.lock(Return, row.pk)
        made = held.refund
        if made is not None and made.status != Refund.Status.FAILED:
            return made
        if not can_refund(held):
            raise NotReceived
        for line in steps.lines_of(held.fulfilment_order):
            if asked.lines.get(line.pk) and left_of(line):
                raise StillToSend(line.title)
        payment = order.payments.get(status=Payment.Status.SUCCEEDED)
        again = held.history.filter(status=Status.REFUNDED).count()
        made = refunds.request(
            payment.pk,
            amount=amount,
            reason=reason,
            actor=actor,
            parts=asked,
            key=f"return-{held.public_id}-{again}",
        )
        returns.refunded(held, made, actor=actor)
    row.refresh_from_db()
    return made


def settled_by_hand(row: Return, *, actor: User | None) -> Return:
    """End a return all of whose pieces were given back otherwise; nothing more goes back.

    One transaction; it locks the order. Raises StillRefundable, TransitionRefused.
    """
    with transaction.atomic():
        rows.lock(Order, row.fulfilment_order.order_id)
        left = left_of_part(row.fulfilment_order)
        if asked_of(left, came(row)).lines:
            raise StillRefundable
        return returns.refunded(row, None, actor=actor)
