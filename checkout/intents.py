"""A PaymentIntent's state at Stripe, carried over into our rows: once, whoever brings it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from django.db import transaction
from django.utils import timezone

from accounts import addresses
from catalogue import stock
from checkout import (
    attempts,
    cards,
    cart_owners,
    declines,
    history,
    ledger,
    offers,
    orders,
    refunds,
    stripe_events,
    tax_transactions,
    transfers,
)
from checkout.gateway import Cancellation, Intent
from checkout.models import Order, Payment
from shopping import rows, waits
from shopping.ids import uuid_of
from shopping.monitoring import context, metrics
from webhooks import events

Status = Payment.Status

# The time for paying is over; the shopper wants no more of it; they order something else instead.
Reason = Literal["expired", "shopper", "changed"]

LOCK_ORDER = """
WHERE t.id IN (
    SELECT order_id FROM checkout_payment
    WHERE intent_id = %s OR public_id = %s::uuid
) ORDER BY t.id FOR NO KEY UPDATE
"""
LOCK_PAYMENT = """
WHERE t.order_id = %s
  AND (t.intent_id = %s OR t.public_id = %s::uuid) FOR NO KEY UPDATE
"""


class UnknownPayment(Exception):
    """An intent that is none of ours, for the Stripe account may serve others as well; or one of test
    mode that claims to be of a real payment, or the other way round."""


class Mismatch(Exception):
    """An intent that claims to be of a payment of ours and is none that we asked for."""


def apply(intent: Intent, *, event_pk: int | None = None, attempt: int | None = None) -> Payment:
    """Carry `intent`, as Stripe has it now, over into payment, order, stock, ledger and events.

    One durable transaction; it locks order, payment, where it is paid now the stock rows and the
    order's cart, and, where `event_pk` names the event that brought us here, that event, which is
    then processed. `attempt` is the number of the attempt
    that was answered with `intent`, None where somebody only looked. Twice, late or out of order
    it has the same effect: a status only moves as Payment.TRANSITIONS allows. Money that came in
    by an intent other than the payment's own goes back. Returns the payment with its order.
    Raises UnknownPayment; Mismatch if amount, currency or status are none that we asked for.
    """
    with transaction.atomic(durable=True):
        payment = _locked(intent)
        _check(payment, intent)
        if payment.intent_id not in (None, intent.id):
            if intent.status == "succeeded":
                refunds.return_second(payment, intent.id, amount=intent.amount_received)
        elif attempt == payment.attempt or not _is_from_before(payment, intent):
            _carry(payment, intent)
        if event_pk is not None:
            stripe_events.mark_processed(event_pk)
    return payment


def _carry(payment: Payment, intent: Intent) -> None:
    payment.intent_id = intent.id
    status = STATUSES[intent.status]
    if status == payment.status or status in Payment.TRANSITIONS[payment.status]:
        CARRY[status](payment, intent)


def _is_from_before(payment: Payment, intent: Intent) -> bool:
    """Whether `intent` may look as the attempt under way found it, and so tell nothing of that.

    While the attempt's own process may live it will bring the answer; after that, whoever looks
    has it. A first attempt found no intent, so whatever is there came of it.
    """
    return (
        payment.status == Status.PROCESSING
        and payment.intent_id is not None
        and intent.status in WAITING
        and timezone.now() < attempts.ends_by(payment)
    )


def _locked(intent: Intent) -> Payment:
    """The intent's payment, after its order, both locked."""
    # What stands in an intent's metadata may be another system's.
    public_id = uuid_of(intent.payment_id)
    names = [intent.id, str(public_id) if public_id else None]
    found = rows.fetch(Order, LOCK_ORDER, names)
    if not found:
        raise UnknownPayment(intent.id)
    order = found[0]
    payment = rows.fetch(Payment, LOCK_PAYMENT, [order.pk, *names])[0]
    if payment.is_test != intent.test:
        raise UnknownPayment(f"{intent.id} is not of the mode that {payment} was made in")
    payment.order = order
    context.note(order=order.number, payment=payment.public_id)
    return payment


def _check(payment: Payment, intent: Intent) -> None:
    ours = (str(payment.public_id), payment.amount, payment.currency)
    theirs = (intent.payment_id, intent.amount, intent.currency)
    if ours != theirs:
        raise Mismatch(f"{intent.id} {theirs} is not {payment.intent_id} {ours}")
    if intent.status not in STATUSES:
        raise Mismatch(f"{intent.id} is {intent.status}, which we never ask for")


def move(payment: Payment, status: Payment.Status, *names: str) -> bool:
    """Give a payment its status and write it with the fields `names`; whether it is a new one.

    The one function that sets a payment's status. In the caller's transaction, which holds the
    payment's lock and appends the history. Raises orders.BadTransition where Payment.TRANSITIONS
    does not lead from here to `status`.
    """
    changed = payment.status != status
    if changed and status not in Payment.TRANSITIONS[payment.status]:
        raise orders.BadTransition(f"{payment} is {payment.status}, not to be {status}")
    payment.status = status
    rows.update(payment, "status", "intent_id", "next_check_at", *names)
    if changed:
        transaction.on_commit(metrics.PAYMENTS.labels(str(status)).inc)
    return changed


def _wait(payment: Payment, status: Payment.Status) -> None:
    # For when Stripe's events, which tell sooner what shopper or bank did, do not come.
    payment.next_check_at = timezone.now() + waits.CHECK_EVERY
    if move(payment, status):
        history.note(payment.order, f"payment.{status}", _told(payment))


def _requires_action(payment: Payment, _intent: Intent) -> None:
    _wait(payment, Status.REQUIRES_ACTION)


def _processing(payment: Payment, _intent: Intent) -> None:
    _wait(payment, Status.PROCESSING)


def _decline(payment: Payment, intent: Intent) -> None:
    payment.next_check_at = None
    payment.decline_code = intent.decline_code or declines.NOT_RECEIVED
    if move(payment, Status.DECLINED, "decline_code"):
        tell_declined(payment)


def tell_declined(payment: Payment) -> None:
    """History and event of a payment that has just been declined; its order is loaded."""
    told = {**_told(payment), "decline_code": payment.decline_code}
    history.note(payment.order, "payment.declined", told)
    subject = str(payment.order.public_id)
    # Of a real payment the operator alone hears, for it may be of several shops.
    shop = payment.order.test_shop_id
    events.record("payment.failed", subject=subject, merchant_id=shop, payload=told)


def _succeed(payment: Payment, intent: Intent) -> None:
    if payment.status == Status.SUCCEEDED:
        return
    order = payment.order
    payment.next_check_at = None
    payment.captured = intent.amount_received
    payment.decline_code = ""
    payment.charge_id = intent.charge_id
    if intent.card:
        payment.card_brand, payment.card_last4 = intent.card.brand, intent.card.last4
    names = ("captured", "charge_id", "decline_code", "card_brand", "card_last4")
    move(payment, Status.SUCCEEDED, *names)
    if order.status != Order.Status.AWAITING_PAYMENT:
        ledger.post_returned_capture(order, str(payment.public_id), amount=payment.captured)
        refunds.return_late(payment)
        return
    lines = orders.lines_of(order)
    quantities = {line.variant_id: line.quantity for line in lines}
    stock.sell(quantities, reference=str(order.number))
    orders.move(order, Order.Status.PAID, type="order.paid", data=_told(payment))
    ledger.post_capture(order, payment)
    transfers.settle_up(order)
    tax_transactions.record_sale(order)
    history.publish("order.paid", order, lines)
    if order.cart_id is not None:
        cart_owners.bought(order.cart_id, quantities=quantities)
    if payment.save_card:
        _keep(order, intent)


def _keep(order: Order, intent: Intent) -> None:
    """Card and address are kept by one consent, in the transaction of the payment itself."""
    if intent.card and intent.customer_id:
        cards.keep(intent.customer_id, intent.card)
    if order.user is not None:
        kept = {name: getattr(order, name) for name in addresses.FIELDS}
        addresses.save(order.user, default=True, **kept)


def _cancel(payment: Payment, intent: Intent) -> None:
    payment.next_check_at = None
    if move(payment, Status.CANCELLED):
        close(payment.order, reason=REASONS.get(intent.cancellation_reason, "stripe"))


def close(order: Order, *, reason: str) -> None:
    """Cancel an unpaid order whose payment is out of the question, and give back what it holds.

    In the caller's transaction, which holds the order's lock. Stock and offers are locked
    before the order's row is written: whoever places the same order again holds them, and then
    waits for that row.
    """
    if order.status != Order.Status.AWAITING_PAYMENT:
        return
    lines = orders.lines_of(order)
    stock.release({line.variant_id: line.quantity for line in lines})
    offers.give_back(order)
    orders.move(
        order,
        Order.Status.CANCELLED,
        type="order.cancelled",
        data={"reason": reason},
        reason=reason,
    )
    history.publish("order.cancelled", order, lines)


def _told(payment: Payment) -> dict[str, str | int]:
    """What history says of an attempt; the card by what is printed on a receipt."""
    told: dict[str, str | int] = {
        "payment": str(payment.public_id),
        "attempt": payment.attempt,
        "amount": payment.amount,
        "currency": payment.currency,
    }
    if payment.card_last4:
        told |= {"brand": payment.card_brand, "last4": payment.card_last4}
    return told


# https://docs.stripe.com/payments/paymentintents/lifecycle
STATUSES = {
    "requires_payment_method": Status.DECLINED,
    "requires_confirmation": Status.DECLINED,
    "requires_action": Status.REQUIRES_ACTION,
    "processing": Status.PROCESSING,
    "succeeded": Status.SUCCEEDED,
    "canceled": Status.CANCELLED,
}
# What an intent that waits for the shopper, or for another card, may be.
WAITING = ("requires_payment_method", "requires_confirmation", "requires_action")
CARRY: dict[str, Callable[[Payment, Intent], None]] = {
    Status.DECLINED: _decline,
    Status.REQUIRES_ACTION: _requires_action,
    Status.PROCESSING: _processing,
    Status.SUCCEEDED: _succeed,
    Status.CANCELLED: _cancel,
}
# Why we cancel, as Stripe's word for it, and back: what was cancelled says why by itself.
WORDS: dict[Reason, Cancellation] = {
    "expired": "abandoned",
    "shopper": "requested_by_customer",
    "changed": "duplicate",
}
REASONS: dict[str, Reason] = {word: reason for reason, word in WORDS.items()}
