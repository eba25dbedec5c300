"""Money on its way back: a row first, then Stripe, settled by what Stripe says."""

from __future__ import annotations

import logging
from datetime import timedelta

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts import mails
from accounts.models import User
from checkout import gateway, history, ledger, stripe_events
from checkout.errors import NotRefundable
from checkout.models import Order, Payment, Refund
from shopping import rows
from shopping.money import Money
from webhooks import events, hints

log = logging.getLogger(__name__)

LATE = "late_payment"
SECOND = "second_payment"
# Made by somebody in Stripe's dashboard, and not by us.
AT_STRIPE = "made_at_stripe"
SEND = "checkout.send_refund"
# A refund that Stripe has taken on, or that we have no answer about, is looked at this often.
CHECK_EVERY = timedelta(seconds=60)
# The hint comes first; the sweep only if it was lost.
HINT_TIME = timedelta(seconds=10)
# Stripe keeps a key for a day at the least. After that the same call would be a second refund.
KEY_LASTS = timedelta(hours=12)

STATUSES = {
    "succeeded": Refund.Status.SUCCEEDED,
    "failed": Refund.Status.FAILED,
    "canceled": Refund.Status.FAILED,
}
LOCK_REFUNDS = "WHERE t.payment_id = %s ORDER BY t.id FOR NO KEY UPDATE"


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
        refund = Refund(payment=payment, amount=amount.amount, reason=reason)
        if refund.amount > payment.captured - _promised(refund):
            raise NotRefundable
        _write(refund, actor=actor)
        ledger.post_owed(order, refund)
    return refund


def return_late(payment: Payment) -> Refund:
    """Give back a payment that came in when its order was cancelled already, and say why.

    In the caller's transaction, which holds the locks of order and payment.
    """
    refund = Refund(payment=payment, amount=payment.captured, reason=LATE)
    _write(refund)
    text = gettext_noop(
        "Your payment of %(amount)s for order %(number)s reached us after the order had "
        "been cancelled and its goods were released.\n\nWe are returning the whole amount "
        "to your card; depending on your bank it takes five to ten days. You need not do "
        "anything. If you still want the goods, please order again."
    )
    _tell(refund, kind="payment.late", reference=str(payment.public_id), text=text)
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
    text = gettext_noop(
        "A payment of %(amount)s for order %(number)s reached us besides the one that counts.\n\n"
        "We are returning the whole of it to your card; depending on your bank it takes five to "
        "ten days. You need not do anything."
    )
    _tell(refund, kind="payment.second", reference=intent_id, text=text)


def _tell(refund: Refund, *, kind: str, reference: str, text: str) -> None:
    """Write the mail that explains why money comes back unasked."""
    order = refund.payment.order
    with translation.override(order.locale):
        number = order.reference
        amount = Money(refund.amount, order.currency).format(order.locale)
        mails.enqueue(
            kind=kind,
            reference=reference,
            to=order.email,
            subject=_("Your payment for order %(number)s comes back") % {"number": number},
            text=_(text) % {"amount": amount, "number": number},
        )


def _promised(refund: Refund) -> int:
    """Minor units of all refunds of the same intent that are done or under way."""
    same = refund.payment.refunds.filter(second_intent_id=refund.second_intent_id)
    live = same.exclude(status=Refund.Status.FAILED)
    return sum(live.values_list("amount", flat=True))


def _write(refund: Refund, *, actor: User | None = None) -> None:
    refund.next_attempt_at = timezone.now() + HINT_TIME
    rows.insert([refund])
    told = {"refund": str(refund.public_id), "amount": refund.amount, "reason": refund.reason}
    history.note(refund.payment.order, "refund.requested", told, actor=actor)
    hints.wake(SEND, refund.pk)


def send(refund_pk: int) -> None:
    """Ask Stripe for a refund, as often as it takes: the key makes it one.

    Never inside a transaction. Raises gateway.Unknown; the sweep then tries again.
    """
    refund = Refund.objects.select_related("payment").get(pk=refund_pk)
    if refund.status != Refund.Status.REQUESTED:
        return
    Refund.objects.filter(pk=refund_pk).update(next_attempt_at=timezone.now() + CHECK_EVERY)
    if refund.stripe_id:
        apply(gateway.retrieve_refund(refund.stripe_id))
        return
    try:
        answer = _made_before(refund) or gateway.refund(
            refund.from_intent_id,
            amount=refund.amount,
            refund_id=str(refund.public_id),
            key=f"refund-{refund.public_id}",
        )
    except (gateway.Refused, gateway.Declined) as error:
        log.error("Stripe refuses refund %s: %s", refund.public_id, error)
        _fail(refund_pk, error.code or "refused")
        # Most often because somebody has given it back in Stripe's dashboard.
        for made in gateway.refunds_of(refund.from_intent_id):
            apply(made)
        return
    apply(answer)


def _made_before(refund: Refund) -> gateway.Refund | None:
    """What Stripe made of a refund so long ago that it may have forgotten its key; None before."""
    if timezone.now() < refund.created_at + KEY_LASTS:
        return None
    made = gateway.refunds_of(refund.from_intent_id)
    return next((each for each in made if each.refund_id == str(refund.public_id)), None)


def settle(stripe_id: str, *, event_pk: int) -> None:
    """Carry over a refund's present state, which Stripe's event `event_pk` points at.

    Raises UnknownRefund, gateway.Unknown, gateway.Refused.
    """
    apply(gateway.retrieve_refund(stripe_id), event_pk=event_pk)


def apply(answer: gateway.Refund, *, event_pk: int | None = None) -> None:
    """Carry a refund's state at Stripe over into our rows; twice or late has the same effect.

    One that somebody made at Stripe, of an intent of ours, becomes a row as well. One durable
    transaction; locks order, payment, refund. Raises UnknownRefund for an intent that is none of
    ours; NotRefundable while refunds of ours that Stripe must refuse now leave no room for it.
    """
    with transaction.atomic(durable=True):
        payment = _locked_payment(answer.intent_id)
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
        payment = _lock_payment(Payment.objects.get(refunds=refund_pk))
        refund = rows.lock(Refund, refund_pk)
        refund.payment = payment
        if refund.status == Refund.Status.REQUESTED:
            _move(refund, Refund.Status.FAILED, why=why)


def _locked_payment(intent_id: str) -> Payment:
    """The payment that an intent is of, as its own or as a second one, locked after its order."""
    if not intent_id:
        raise UnknownRefund("of no intent")
    found = Payment.objects.filter(intent_id=intent_id).first()
    found = found or Payment.objects.filter(refunds__second_intent_id=intent_id).first()
    if found is None:
        raise UnknownRefund(intent_id)
    return _lock_payment(found)


def _lock_payment(payment: Payment) -> Payment:
    order = rows.lock(Order, payment.order_id)
    payment = rows.lock(Payment, payment.pk)
    payment.order = order
    return payment


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
    ledger.post_owed(payment.order, refund)
    return refund


def _move(refund: Refund, status: Refund.Status, *, why: str) -> None:
    """Set the refund's status with all that hangs on it. The locks are the caller's."""
    before, payment, order = refund.status, refund.payment, refund.payment.order
    refund.status = status
    refund.next_attempt_at = None
    rows.update(refund, "status", "stripe_id", "next_attempt_at")
    told = {"refund": str(refund.public_id), "amount": refund.amount, "currency": payment.currency}
    if status == Refund.Status.SUCCEEDED:
        _count(refund, refund.amount)
        ledger.post_refund(order, refund)
        history.note(order, "refund.succeeded", told)
        events.record(
            "payment.refunded", subject=str(order.public_id), merchant_id=None, payload=told
        )
        return
    if before == Refund.Status.SUCCEEDED:
        _count(refund, -refund.amount)
        ledger.post_refund(order, refund, back=True)
    ledger.post_owed(order, refund, back=True)
    history.note(order, "refund.failed", {**told, "why": why})


def _count(refund: Refund, amount: int) -> None:
    """Add `amount` to what its payment has given back, if it was the payment's own money."""
    if not refund.second_intent_id:
        refund.payment.refunded += amount
        rows.update(refund.payment, "refunded")
