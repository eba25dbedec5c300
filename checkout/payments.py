# ruff: noqa: S608 - the text is made of names of our own models, never of input
"""Paying: starting an attempt, finding out what became of it, making sure none can follow.

Everything here talks to Stripe, so nothing here runs inside a transaction; the transactions are
short ones before and after the calls. What a process leaves open by dying, or Stripe by not
answering, the row says (`processing`, `next_check_at`), and a sweep brings to its end.
docs/adr/0010-payments-of-unknown-outcome.md tells why no shopper is ever charged twice.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from checkout import attempts, cards, declines, gateway, history, intents, outcomes
from checkout.errors import OrderClosed, TestModeOff, UnknownCard
from checkout.gateway import Charge
from checkout.intents import Reason, apply
from checkout.models import Order, Payment, SavedCard
from checkout.outcomes import UNKNOWN, Outcome
from shopping import rows

__all__ = ["Outcome", "apply", "cancel_unpaid", "settle", "start"]

Status = Payment.Status

# More attempts than a shopper makes are somebody trying out stolen cards.
MOST_ATTEMPTS = 10


@dataclass(frozen=True, slots=True)
class _Attempt:
    """An attempt that is ours to make: the payment is `processing`, and this is under its key."""

    payment: Payment
    order_public_id: str

    @property
    def key(self) -> str:
        return attempts.key_of(self.payment)


@dataclass(frozen=True, slots=True)
class _Card:
    """A saved card with its customer, or the customer whose card is to be saved, or neither."""

    customer_id: str | None = None
    payment_method_id: str | None = None


def start(
    payment_id: int,
    *,
    confirmation_token: str | None = None,
    granted_token: str | None = None,
    saved_card_id: int | None = None,
    save_card: bool = False,
    return_url: str,
) -> Outcome:
    """Try to pay with what the browser's confirmation token stands for, with what an agent was
    granted, or with a saved card.

    `save_card` keeps the card for an order's signed-in shopper. The same token twice is one
    attempt, however parallel; a declined payment may be tried again, on the same intent, so that
    at most one attempt of an order can ever succeed. `return_url` is where a bank's own page
    leads back to.

    Raises TestModeOff in a test space where there are no keys of Stripe's test mode, OrderClosed for a
    cancelled order, UnknownCard for somebody else's saved card, and
    RuntimeError inside a transaction. Locks the payment, shortly, before and after Stripe.
    """
    _refuse_transaction()
    if [confirmation_token, granted_token, saved_card_id].count(None) != 2:
        raise ValueError("pay with one of a confirmation token, a granted token and a saved card")
    try:
        card = _card(payment_id, saved_card_id=saved_card_id, save_card=save_card)
    except gateway.GatewayError:
        # No customer was made, and so nothing was tried yet.
        return outcomes.declined("try_again_later")
    means = attempts.means_of(
        token=confirmation_token, granted=granted_token, saved_card_id=saved_card_id
    )
    keep = save_card and card.customer_id is not None
    attempt = _claim(payment_id, means=means, keep=keep)
    if isinstance(attempt, Outcome):
        return attempt
    if attempt is None:
        return settle(payment_id)
    charge = Charge(
        payment_id=str(attempt.payment.public_id),
        order_id=attempt.order_public_id,
        amount=attempt.payment.amount,
        currency=attempt.payment.currency,
        return_url=return_url,
        confirmation_token=confirmation_token,
        granted_token=granted_token,
        payment_method_id=card.payment_method_id,
        customer_id=card.customer_id,
        save_card=keep,
        test=attempt.payment.is_test,
    )
    return _pay(attempt, charge)


def settle(payment_id: int) -> Outcome:
    """Find out at Stripe how a payment stands, and carry it over into our rows.

    For the page after 3-D Secure, for a repeated form, for sweeps. "processing" where the attempt
    is so young that its own process may still bring the answer. Raises RuntimeError inside a
    transaction.
    """
    _refuse_transaction()
    payment = Payment.objects.get(pk=payment_id)
    if payment.status in (Status.CREATED, Status.SUCCEEDED, Status.CANCELLED):
        return outcomes.of(payment)
    try:
        intent = attempts.look_up(payment, patient=True)
    except attempts.NothingMade:
        return _refused(payment, code=declines.NOT_RECEIVED)
    except gateway.GatewayError:
        return UNKNOWN
    if intent is None:
        return outcomes.of(payment)
    return outcomes.of(apply(intent), client_secret=intent.client_secret)


def cancel_unpaid(order_id: int, *, reason: Reason) -> bool:
    """Cancel an order that awaits its payment, and give its stock back, once no card can pay it.

    Stripe is asked first and has the last word: an order whose payment went through meanwhile is
    paid. Returns whether the order is settled either way; False where the bank or Stripe could
    not say yet. Raises RuntimeError inside a transaction.
    """
    _refuse_transaction()
    payment = Payment.objects.filter(order_id=order_id).order_by("-id").first()
    if payment is None or payment.status in (Status.SUCCEEDED, Status.CANCELLED):
        return True
    if payment.intent_id is None and _close_untried(payment, reason=reason):
        return True
    payment.refresh_from_db()
    try:
        intent = attempts.look_up(payment, patient=False)
        if intent is None:
            return payment.status not in (Status.PROCESSING, Status.REQUIRES_ACTION)
        if intent.status not in ("succeeded", "canceled"):
            intent = _cancelled(intent.id, reason=reason, test=payment.is_test)
    except attempts.NothingMade:
        _refused(payment, code=declines.NOT_RECEIVED)
        payment.refresh_from_db()
        return payment.status in (Status.SUCCEEDED, Status.CANCELLED)
    except gateway.GatewayError:
        return False
    return apply(intent).status in (Status.SUCCEEDED, Status.CANCELLED)


def _refuse_transaction() -> None:
    """Locks must not wait on strangers, and what Stripe has done cannot be rolled back."""
    with transaction.atomic(durable=True):
        pass


def _card(payment_id: int, *, saved_card_id: int | None, save_card: bool) -> _Card:
    """What Stripe has to know of a card that is or will be the shopper's own."""
    if saved_card_id is None and not save_card:
        return _Card()
    order = Order.objects.select_related("user").get(payments=payment_id)
    if saved_card_id is None:
        return _Card(customer_id=cards.customer_of(order.user) if order.user else None)
    saved = SavedCard.objects.select_related("customer").filter(pk=saved_card_id).first()
    if saved is None or order.user_id is None or saved.customer.user_id != order.user_id:
        raise UnknownCard
    return _Card(saved.customer.stripe_id, saved.payment_method_id)


LOCK = f"""
SELECT {rows.columns(Payment, "p")}, o.public_id
FROM checkout_payment p JOIN checkout_order o ON o.id = p.order_id
WHERE p.id = %s FOR NO KEY UPDATE OF p
"""


def _claim(payment_id: int, *, means: str, keep: bool) -> _Attempt | Outcome | None:
    """Make the payment `processing` for a new attempt; None where this would be no new one.

    Of two at once the second finds the first's attempt running. A cancelled payment cannot be
    claimed, and a claimed one cannot be cancelled without Stripe.
    """
    digest = attempts.hash_of(means)
    with transaction.atomic(durable=True):
        found = rows.run(LOCK, [payment_id])
        if not found:
            raise Payment.DoesNotExist
        payment = rows.build(Payment, found[0][:-1])
        if payment.status == Status.CANCELLED:
            raise OrderClosed
        if payment.is_test and not gateway.has_test_mode():
            raise TestModeOff
        startable = Status.PROCESSING in Payment.TRANSITIONS[payment.status]
        if not startable or _is_repeat(payment, digest, means):
            return None
        if payment.attempt >= MOST_ATTEMPTS:
            return outcomes.declined(declines.TOO_MANY_ATTEMPTS)
        now = timezone.now()
        payment.attempt += 1
        payment.attempt_hash = digest
        payment.attempted_at = now
        payment.next_check_at = attempts.ends_by(payment)
        payment.save_card = keep
        written = ("attempt", "attempt_hash", "attempted_at", "save_card")
        intents.move(payment, Status.PROCESSING, *written)
        history.note_for(payment.order_id, "payment.started", {"attempt": payment.attempt})
    return _Attempt(payment, str(found[0][-1]))


def _is_repeat(payment: Payment, digest: str, means: str) -> bool:
    """Whether the last attempt was made with this very thing.

    A browser's token serves once. A saved card that was declined, and what an agent was granted, may
    be tried again on purpose.
    """
    if payment.attempt_hash != digest:
        return False
    return means.startswith("token:") or payment.status == Status.REQUIRES_ACTION


def _pay(attempt: _Attempt, charge: Charge) -> Outcome:
    """Ask Stripe, and carry the answer over."""
    payment = attempt.payment
    try:
        if payment.intent_id is None:
            intent = gateway.pay(charge, key=attempt.key)
        else:
            if charge.customer_id:
                gateway.join_customer(payment.intent_id, charge.customer_id)
            intent = gateway.pay_again(payment.intent_id, charge, key=attempt.key)
    except gateway.Declined as error:
        if error.intent is None:
            return _refused(payment, code=error.code)
        intent = error.intent
    except gateway.Refused as error:
        if payment.intent_id is None:
            return _refused(payment, code=error.code)
        return _as_it_was(payment, payment.intent_id, code=error.code)
    except gateway.Unknown:
        return UNKNOWN
    paid = apply(intent, attempt=payment.attempt)
    return outcomes.of(paid, client_secret=intent.client_secret)


def _as_it_was(payment: Payment, intent_id: str, *, code: str) -> Outcome:
    """Stripe would not confirm the intent: it is as it was, or was paid or cancelled meanwhile."""
    try:
        intent = gateway.retrieve(intent_id, test=payment.is_test)
    except gateway.GatewayError:
        return UNKNOWN
    now = apply(intent, attempt=payment.attempt)
    if now.status == Status.DECLINED:
        return outcomes.declined(code)
    return outcomes.of(now, client_secret=intent.client_secret)


def _refused(attempted: Payment, *, code: str) -> Outcome:
    """Stripe made nothing of the attempt that `attempted` is at, so its order is given up.

    A bank's refusal leaves an intent, and its order holds the goods for another card. Without one
    there was no card: who sends made-up tokens must not hold anybody's stock.
    """
    with transaction.atomic(durable=True):
        order = rows.lock(Order, attempted.order_id)
        payment = rows.lock(Payment, attempted.pk)
        payment.order = order
        if (payment.status, payment.attempt) == (Status.PROCESSING, attempted.attempt):
            payment.decline_code = code[:60] or declines.NOT_RECEIVED
            payment.next_check_at = None
            intents.move(payment, Status.DECLINED, "decline_code")
            intents.tell_declined(payment)
            intents.move(payment, Status.CANCELLED)
            intents.close(order, reason="refused")
    return outcomes.declined(payment.decline_code)


def _close_untried(payment: Payment, *, reason: Reason) -> bool:
    """Cancel an order for which Stripe has no intent and none is under way; whether it was one."""
    with transaction.atomic(durable=True):
        order = rows.lock(Order, payment.order_id)
        payment = rows.lock(Payment, payment.pk)
        if payment.intent_id or payment.status not in (Status.CREATED, Status.DECLINED):
            return False
        intents.move(payment, Status.CANCELLED)
        intents.close(order, reason=reason)
    return True


def _cancelled(intent_id: str, *, reason: Reason, test: bool) -> gateway.Intent:
    """The intent after Stripe was asked to cancel it, which it may not have done."""
    try:
        return gateway.cancel(intent_id, reason=intents.WORDS[reason], test=test)
    except gateway.Refused:
        return gateway.retrieve(intent_id, test=test)
