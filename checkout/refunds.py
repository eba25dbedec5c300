"""Money on its way back: a row first, then Stripe, settled by what Stripe says."""

from __future__ import annotations

import logging
from datetime import timedelta

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts import mails
from accounts.models import User
from checkout import gateway, ledger, orders, stripe_events
from checkout.errors import NotRefundable
from checkout.models import Order, Payment, Refund
from shopping import rows
from shopping.money import Money
from webhooks import events, hints

log = logging.getLogger(__name__)

LATE = "late_payment"
SEND = "checkout.send_refund"
# A refund that Stripe has taken on, or that we have no answer about, is looked at this often.
CHECK_EVERY = timedelta(seconds=60)
# The hint comes first; the sweep only if it was lost.
HINT_TIME = timedelta(seconds=10)

STATUSES = {
    "succeeded": Refund.Status.SUCCEEDED,
    "failed": Refund.Status.FAILED,
    "canceled": Refund.Status.FAILED,
}


class UnknownRefund(Exception):
    """A refund that is none of ours."""


def request(payment_id: int, *, amount: Money, reason: str, actor: User | None = None) -> Refund:
    """Give `amount` of a paid payment back; a worker asks Stripe after the commit.

    `reason` is for the books, at most 60 characters. It is taken from the merchants and our fees
    in the proportion in which they got it. Locks order, then payment. Raises NotRefundable if it
    is more than what was captured less all refunds that have not failed.
    """
    with transaction.atomic():
        payment = Payment.objects.get(pk=payment_id)
        order = rows.lock(Order, payment.order_id)
        payment = rows.lock(Payment, payment_id)
        payment.order = order
        if amount.currency != payment.currency or amount.amount <= 0:
            raise NotRefundable
        if amount.amount > payment.captured - _promised(payment):
            raise NotRefundable
        refund = _write(payment, amount=amount.amount, reason=reason, actor=actor)
        ledger.post_owed(order, refund)
    return refund


def return_late(payment: Payment) -> Refund:
    """Give back a payment that came in when its order was cancelled already, and say why.

    In the caller's transaction, which holds the locks of order and payment.
    """
    refund = _write(payment, amount=payment.captured, reason=LATE, actor=None)
    order = payment.order
    with translation.override(order.locale):
        amount = payment.amount_money.format(order.locale)
        mails.enqueue(
            kind="payment.late",
            reference=str(payment.public_id),
            to=order.email,
            subject=_("Your payment for order %(number)s comes back") % {"number": order.reference},
            text=_(
                "Your payment of %(amount)s for order %(number)s reached us after the order had "
                "been cancelled and its goods were released.\n\nWe are returning the whole amount "
                "to your card; depending on your bank it takes five to ten days. You need not do "
                "anything. If you still want the goods, please order again."
            )
            % {"amount": amount, "number": order.reference},
        )
    return refund


def _promised(payment: Payment) -> int:
    """Minor units of all refunds that are done or under way."""
    live = payment.refunds.exclude(status=Refund.Status.FAILED)
    return sum(live.values_list("amount", flat=True))


def _write(payment: Payment, *, amount: int, reason: str, actor: User | None) -> Refund:
    refund = Refund(
        payment=payment,
        amount=amount,
        reason=reason,
        next_attempt_at=timezone.now() + HINT_TIME,
    )
    rows.insert([refund])
    told = {"refund": str(refund.public_id), "amount": amount, "reason": reason}
    orders.note(payment.order, "refund.requested", told, actor=actor)
    hints.wake(SEND, refund.pk)
    return refund


def send(refund_pk: int) -> None:
    """Ask Stripe for a refund, as often as it takes: the key makes it one.

    Never inside a transaction. Raises gateway.Unknown; the sweep then tries again.
    """
    refund = Refund.objects.select_related("payment").get(pk=refund_pk)
    if refund.status != Refund.Status.REQUESTED:
        return
    Refund.objects.filter(pk=refund_pk).update(next_attempt_at=timezone.now() + CHECK_EVERY)
    try:
        if refund.stripe_id:
            answer = gateway.retrieve_refund(refund.stripe_id)
        else:
            answer = gateway.refund(
                refund.payment.intent_id or "",
                amount=refund.amount,
                refund_id=str(refund.public_id),
                key=f"refund-{refund.public_id}",
            )
    except gateway.Refused as error:
        log.error("Stripe refuses refund %s: %s", refund.public_id, error)
        _fail(refund_pk, error.code or "refused")
        return
    apply(answer)


def settle(stripe_id: str, *, event_pk: int) -> None:
    """Carry over a refund's present state, which Stripe's event `event_pk` points at.

    Raises UnknownRefund, gateway.Unknown, gateway.Refused.
    """
    apply(gateway.retrieve_refund(stripe_id), event_pk=event_pk)


def apply(answer: gateway.Refund, *, event_pk: int | None = None) -> None:
    """Carry a refund's state at Stripe over into our rows; twice or late has the same effect.

    One durable transaction; locks order, payment, refund. Raises UnknownRefund.
    """
    with transaction.atomic(durable=True):
        refund = _locked(answer)
        refund.stripe_id = answer.id
        status = STATUSES.get(answer.status)
        if status is None:
            rows.update(refund, "stripe_id")
        elif status in Refund.TRANSITIONS[refund.status]:
            _move(refund, status, why=answer.failure_reason)
        if event_pk is not None:
            stripe_events.mark_processed(event_pk)


def _fail(refund_pk: int, why: str) -> None:
    with transaction.atomic(durable=True):
        refund = _lock(Refund.objects.select_related("payment").get(pk=refund_pk))
        if refund.status == Refund.Status.REQUESTED:
            _move(refund, Refund.Status.FAILED, why=why)


def _locked(answer: gateway.Refund) -> Refund:
    found = Refund.objects.select_related("payment").filter(payment__intent_id=answer.intent_id)
    for refund in found:
        if answer.id == refund.stripe_id or answer.refund_id == str(refund.public_id):
            return _lock(refund)
    raise UnknownRefund(answer.id)


def _lock(refund: Refund) -> Refund:
    """The refund, locked after its order and its payment."""
    order = rows.lock(Order, refund.payment.order_id)
    payment = rows.lock(Payment, refund.payment_id)
    refund = rows.lock(Refund, refund.pk)
    payment.order, refund.payment = order, payment
    return refund


def _move(refund: Refund, status: Refund.Status, *, why: str) -> None:
    """Set the refund's status with all that hangs on it. The locks are the caller's."""
    before, payment, order = refund.status, refund.payment, refund.payment.order
    refund.status = status
    refund.next_attempt_at = None
    rows.update(refund, "status", "stripe_id", "next_attempt_at")
    told = {"refund": str(refund.public_id), "amount": refund.amount, "currency": payment.currency}
    if status == Refund.Status.SUCCEEDED:
        payment.refunded += refund.amount
        rows.update(payment, "refunded")
        ledger.post_refund(order, refund)
        orders.note(order, "refund.succeeded", told)
        events.record(
            "payment.refunded", subject=str(order.public_id), merchant_id=None, payload=told
        )
        return
    if before == Refund.Status.SUCCEEDED:
        payment.refunded -= refund.amount
        rows.update(payment, "refunded")
        ledger.post_refund(order, refund, back=True)
    if refund.reason != LATE:
        ledger.post_owed(order, refund, back=True)
    orders.note(order, "refund.failed", {**told, "why": why})
