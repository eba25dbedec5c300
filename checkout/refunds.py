"""Money on its way back: a row first, then Stripe, settled by what Stripe says."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from checkout import (
    gateway,
    history,
    ledger,
    refund_mails,
    refund_parts,
    refundable,
    stripe_events,
    tax_transactions,
    transfers,
)
from checkout.locks import lock_payment, payment_of
from checkout.models import Payment, Refund
from checkout.refund_errors import Disputed, NotRefundable, RefundChanged
from checkout.refund_previews import Asked, Share, preview
from shopping import rows, waits
from shopping.money import Money
from webhooks import events, hints

log = logging.getLogger(__name__)

LATE = "late_payment"
SECOND = "second_payment"
# Made by somebody in Stripe's dashboard, and not by us.
AT_STRIPE = "made_at_stripe"
SEND = "checkout.send_refund"

STATUSES = {
    "succeeded": Refund.Status.SUCCEEDED,
    "failed": Refund.Status.FAILED,
    "canceled": Refund.Status.FAILED,
}
LOCK_REFUNDS = "WHERE t.payment_id = %s ORDER BY t.id FOR NO KEY UPDATE"


def request(
    payment_id: int,
    *,
    amount: Money,
    reason: str,
    actor: User | None = None,
    parts: Asked | None = None,
    key: str = "",
) -> Refund:
    """Give `amount` of a paid payment back; a worker asks Stripe after the commit.

    `reason` is for the books, at most 60 characters. `parts` says what it is for, and `amount` is
    then what the preview of it came to; without, it is taken from the merchants and our fees in the
    proportion of what they keep. A `key`, of at most 64 characters, makes of any number of calls
    one refund, which all of them return. Locks order, payment, stock that is put back, and the
    order's transfers. Raises NotRefundable if it is more than what was captured less all refunds
    that have not failed; Disputed, RefundChanged, and what checkout.refund_previews raises.
    """
    with transaction.atomic():
        payment = lock_payment(Payment.objects.get(pk=payment_id))
        made = payment.refunds.filter(key=key).first() if key else None
        if made is not None:
            made.payment = payment
            return made
        if payment.disputes.blocking().exists():
            raise Disputed
        if amount.currency != payment.currency or amount.amount <= 0:
            raise NotRefundable
        refund = Refund(payment=payment, amount=amount.amount, reason=reason, key=key or None)
        shares = _agreed(payment, parts, seen=amount) if parts else ()
        if refund.amount > payment.captured - _promised(refund):
            raise NotRefundable
        _write(refund, shares, actor=actor)
    return refund


def _agreed(payment: Payment, asked: Asked, *, seen: Money) -> Sequence[Share]:
    """The shares of what is asked for, if they come to what was seen."""
    found = preview(refundable.read(payment.order), asked)
    if found.amount != seen:
        raise RefundChanged
    return found.shares


def return_late(payment: Payment) -> Refund:
    """Give back a payment that came in when its order was cancelled already, and say why.

    In the caller's transaction, which holds the locks of order and payment.
    """
    refund = Refund(payment=payment, amount=payment.captured, reason=LATE)
    _write(refund)
    refund_mails.late(refund)
    return refund


def return_second(payment: Payment, intent_id: str, *, amount: int) -> None:
    """Give back `amount`, which the intent `intent_id` took besides the payment's own; once.

    In the caller's transaction, which holds the locks of order and payment.
    """
    if Refund.objects.filter(second_intent_id=intent_id).exists():
        return
    told = {"intent": intent_id, "amount": amount, "currency": payment.currency}
    history.note(payment.order, "payment.second", told)
    ledger.post_returned_capture(payment.order, intent_id, amount=amount)
    refund = Refund(payment=payment, amount=amount, reason=SECOND, second_intent_id=intent_id)
    _write(refund)
    refund_mails.second(refund)


def _promised(refund: Refund) -> int:
    """Minor units of all refunds of the same intent that are done or under way."""
    same = refund.payment.refunds.filter(second_intent_id=refund.second_intent_id)
    live = same.exclude(status=Refund.Status.FAILED)
    return sum(live.values_list("amount", flat=True))


def _write(refund: Refund, shares: Sequence[Share] = (), *, actor: User | None = None) -> None:
    """The refund with all that goes before Stripe's answer."""
    order = refund.payment.order
    refund.next_attempt_at = timezone.now() + waits.HINT_TIME
    rows.insert([refund])
    parts = refund_parts.write(order, refund, shares, actor=actor)
    told = {"refund": str(refund.public_id), "amount": refund.amount, "reason": refund.reason}
    if parts:
        told["parts"] = refund_parts.told(parts)
    history.note(order, "refund.requested", told, actor=actor)
    ledger.post_owed(order, refund, parts)
    transfers.settle_up(order)
    hints.wake(SEND, refund.pk)


def send(refund_pk: int) -> None:
    """Ask Stripe for a refund, as often as it takes: the key makes it one.

    Never inside a transaction. Raises gateway.Unknown; the sweep then tries again.
    """
    refund = Refund.objects.select_related("payment").get(pk=refund_pk)
    if refund.status != Refund.Status.REQUESTED:
        return
    # So is one looked at again that Stripe has taken on and not made yet.
    Refund.objects.filter(pk=refund_pk).update(next_attempt_at=timezone.now() + waits.CHECK_EVERY)
    if refund.stripe_id:
        apply(gateway.retrieve_refund(refund.stripe_id, test=refund.payment.is_test))
        return
    try:
        answer = _made_before(refund) or gateway.refund(
            refund.from_intent_id,
            amount=refund.amount,
            refund_id=str(refund.public_id),
            key=f"refund-{refund.public_id}",
            test=refund.payment.is_test,
        )
    except (gateway.Refused, gateway.Declined) as error:
        log.error("Stripe refuses refund %s: %s", refund.public_id, error)
        _fail(refund_pk, error.code or "refused")
        # Most often because somebody has given it back in Stripe's dashboard.
        for made in gateway.refunds_of(refund.from_intent_id, test=refund.payment.is_test):
            apply(made)
        return
    apply(answer)


def _made_before(refund: Refund) -> gateway.Refund | None:
    """What Stripe made of a refund so long ago that it may have forgotten its key; None before."""
    if timezone.now() < refund.created_at + waits.KEY_LASTS:
        return None
    made = gateway.refunds_of(refund.from_intent_id, test=refund.payment.is_test)
    return next((each for each in made if each.refund_id == str(refund.public_id)), None)


def settle(stripe_id: str, *, event_pk: int, test: bool = False) -> None:
    """Carry over a refund's present state, which Stripe's event `event_pk` points at; `test` is
    whether that is of test mode.

    Raises UnknownIntent, gateway.Unknown, gateway.Refused.
    """
    apply(gateway.retrieve_refund(stripe_id, test=test), event_pk=event_pk)


def apply(answer: gateway.Refund, *, event_pk: int | None = None) -> None:
    """Carry a refund's state at Stripe over into our rows; twice or late has the same effect.

    One that somebody made at Stripe, of an intent of ours, becomes a row as well. One durable
    transaction; locks order, payment, refund, and the order's transfers. Raises UnknownIntent for
    an intent that is none of ours; NotRefundable while refunds of ours that Stripe must refuse now
    leave no room for it.
    """
    with transaction.atomic(durable=True):
        payment = payment_of(answer.intent_id, test=answer.test)
        refund = _known(payment, answer)
        if refund is None and STATUSES.get(answer.status) != Refund.Status.FAILED:
            refund = _adopt(payment, answer)
        if refund is not None:
            _carry(refund, answer)
        if event_pk is not None:
            stripe_events.mark_processed(event_pk)


def _carry(refund: Refund, answer: gateway.Refund) -> None:
    refund.stripe_id = answer.id
    status = STATUSES.get(answer.status)
    if status is None:
        rows.update(refund, "stripe_id")
    elif status in Refund.TRANSITIONS[refund.status]:
        _move(refund, status, why=answer.failure_reason)


def _fail(refund_pk: int, why: str) -> None:
    with transaction.atomic(durable=True):
        payment = lock_payment(Payment.objects.get(refunds=refund_pk))
        refund = rows.lock(Refund, refund_pk)
        refund.payment = payment
        if refund.status == Refund.Status.REQUESTED:
            _move(refund, Refund.Status.FAILED, why=why)


def _known(payment: Payment, answer: gateway.Refund) -> Refund | None:
    """Our row of what Stripe tells of, by its id or, where we have not heard that, by ours."""
    for refund in rows.fetch(Refund, LOCK_REFUNDS, [payment.pk]):
        refund.payment = payment
        waits = refund.stripe_id is None and refund.status == Refund.Status.REQUESTED
        named = waits and answer.refund_id == str(refund.public_id)
        if named or answer.id == refund.stripe_id:
            return refund
    return None


def _adopt(payment: Payment, answer: gateway.Refund) -> Refund:
    """A row for a refund that was not ours to make, with all that goes before Stripe's answer."""
    refund = Refund(
        payment=payment,
        amount=answer.amount,
        reason=AT_STRIPE,
        stripe_id=answer.id,
        second_intent_id="" if answer.intent_id == payment.intent_id else answer.intent_id,
    )
    if refund.amount > ledger.captured(refund.captured_as) - _promised(refund):
        raise NotRefundable
    _write(refund)
    return refund


def _move(refund: Refund, status: Refund.Status, *, why: str) -> None:
    """Set the refund's status with all that hangs on it. The locks are the caller's."""
    before, payment, order = refund.status, refund.payment, refund.payment.order
    refund.status = status
    refund.next_attempt_at = None
    refund.failure = why[:60]
    rows.update(refund, "status", "stripe_id", "next_attempt_at", "failure")
    told = {"refund": str(refund.public_id), "amount": refund.amount, "currency": payment.currency}
    taken = ledger.taken_by(refund)
    if status == Refund.Status.SUCCEEDED:
        _count(refund, refund.amount)
        ledger.post_refund(order, refund)
        tax_transactions.record_refund(order, refund)
        history.note(order, "refund.succeeded", told)
        events.record(
            "payment.refunded",
            subject=str(order.public_id),
            merchant_id=order.test_shop_id,
            payload=told,
        )
        refund_parts.publish("order.refunded", order, refund, taken)
        refund_mails.refunded(refund)
        return
    if before == Refund.Status.SUCCEEDED:
        _count(refund, -refund.amount)
        ledger.post_refund(order, refund, back=True)
    refund_parts.undo(refund)
    ledger.post_dropped(order, refund)
    transfers.settle_up(order)
    history.note(order, "refund.failed", {**told, "why": why})
    refund_parts.publish("order.refund_failed", order, refund, taken)


def _count(refund: Refund, amount: int) -> None:
    """Add `amount` to what its payment has given back, if it was the payment's own money."""
    if not refund.second_intent_id:
        refund.payment.refunded += amount
        rows.update(refund.payment, "refunded")
