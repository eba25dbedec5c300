"""A dispute's state at Stripe, carried over into our rows: twice, late or out of order the same."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction

from catalogue.models import Merchant
from checkout import dispute_mails, gateway, history, ledger, stripe_events, transfers
from checkout.ledger import Account
from checkout.locks import payment_of
from checkout.models import Dispute, LedgerEntry, Order, Payment
from shopping import rows
from webhooks import events

# As what a dispute ends where the bank gives back what it took.
GIVEN_BACK = (Dispute.Status.WON, Dispute.Status.WARNING_CLOSED, Dispute.Status.PREVENTED)


@dataclass(frozen=True, slots=True)
class Stake:
    """What a dispute costs one merchant, in minor units of the order's currency.

    `amount` goes to the shopper unless the dispute is won, and with it `fee` of ours back to the
    merchant, or where it is negative, of our gift to us; `bank` is Stripe's fee for the dispute,
    which is not given back.
    """

    amount: int
    fee: int
    bank: int

    @property
    def gift(self) -> int:
        return max(-self.fee, 0)

    @property
    def borne(self) -> int:
        return self.amount - self.fee + self.bank


def settle(stripe_id: str, *, event_pk: int, test: bool = False) -> None:
    """Carry over a dispute's present state, which Stripe's event `event_pk` points at; `test` is
    whether that is of test mode.

    Raises locks.UnknownIntent, gateway.Unknown, gateway.Refused.
    """
    apply(gateway.retrieve_dispute(stripe_id, test=test), event_pk=event_pk)


def apply(answer: gateway.Dispute, *, event_pk: int | None = None) -> None:
    """Carry `answer`, as Stripe has it now, over into dispute, ledger, history, events and mails.

    One durable transaction; locks order, payment, and the order's transfers. A status only moves as
    Dispute.TRANSITIONS allows, and each movement of money is posted once. Raises
    locks.UnknownIntent for a payment that is none of ours, ValueError for a status that we do not
    know. Merchants are sent nothing of the order while a dispute of it is open, and are settled
    with when it is not any more.
    """
    with transaction.atomic(durable=True):
        payment = payment_of(answer.intent_id, test=answer.test)
        order = payment.order
        ours = answer.intent_id != payment.intent_id
        for movement in answer.movements:
            amount = _taken(payment, answer, movement)
            ledger.post_dispute(order, movement, amount=amount, ours=ours)
        _carry(payment, answer)
        transfers.settle_up(order)
        if not payment.disputes.undecided().exists():
            transfers.wake_of(order)
        if event_pk is not None:
            stripe_events.mark_processed(event_pk)


def stakes(dispute: Dispute) -> dict[int, Stake]:
    """What it costs each merchant of the order, by their id; two statements."""
    order = dispute.payment.order
    amounts: dict[int, int] = {}
    fees: dict[int, int] = {}
    for posting in ledger.shares(order, dispute.amount):
        if posting.merchant_id is not None:
            key = posting.merchant_id
            amounts[key] = amounts.get(key, 0) + posting.amount
            if posting.account == Account.FEES:
                fees[key] = posting.amount
    bank = _bank_fees(order)
    return {
        key: Stake(amount, fees.get(key, 0), bank.get(key, 0)) for key, amount in amounts.items()
    }


def _bank_fees(order: Order) -> dict[int, int]:
    entries = LedgerEntry.objects.filter(
        transaction__order=order, transaction__kind="dispute_fee", merchant__isnull=False
    )
    found: dict[int, int] = {}
    for entry in entries:
        found[entry.merchant_id or 0] = found.get(entry.merchant_id or 0, 0) + entry.amount
    return found


def _taken(payment: Payment, answer: gateway.Dispute, movement: gateway.Movement) -> int:
    """What a movement took in the order's currency. The balance may be kept in another one; then
    it is what makes the disputed amount gone, or where it is won, back."""
    if movement.currency == payment.currency:
        return -movement.amount
    gone = ledger.disputed([each.id for each in answer.movements])
    if movement.amount > 0 and answer.status in GIVEN_BACK:
        return -gone
    return answer.amount - gone


def _carry(payment: Payment, answer: gateway.Dispute) -> None:
    status = Dispute.Status(answer.status)
    dispute = Dispute.objects.filter(stripe_id=answer.id).first()
    if dispute is None:
        dispute = Dispute(
            payment=payment,
            stripe_id=answer.id,
            status=status,
            amount=answer.amount,
            reason=answer.reason[:60],
            due_by=answer.due_by,
        )
        rows.insert([dispute])
        _tell(dispute)
        return
    dispute.payment = payment
    if status in Dispute.TRANSITIONS[dispute.status]:
        dispute.status, dispute.amount, dispute.due_by = status, answer.amount, answer.due_by
        rows.update(dispute, "status", "amount", "due_by")
        _tell(dispute)
    elif status == dispute.status:
        _change(dispute, answer)


def _change(dispute: Dispute, answer: gateway.Dispute) -> None:
    """Another amount or another day for the proof, of a dispute that stands where it stood."""
    if (dispute.amount, dispute.due_by) == (answer.amount, answer.due_by):
        return
    dispute.amount, dispute.due_by = answer.amount, answer.due_by
    rows.update(dispute, "amount", "due_by")
    told = _told(dispute)
    whole = {**told, "amount": dispute.amount, "currency": dispute.payment.currency}
    history.note(dispute.payment.order, "order.dispute_changed", whole)
    _publish(dispute.payment.order, told, stakes(dispute))


def _tell(dispute: Dispute) -> None:
    """History, webhooks and mails of a status that is new."""
    order, told = dispute.payment.order, _told(dispute)
    whole = {**told, "amount": dispute.amount, "currency": order.currency}
    history.note(order, f"order.dispute_{dispute.status}", whole)
    found = stakes(dispute)
    _publish(order, told, found)
    merchants = Merchant.objects.select_related("account").in_bulk(list(found))
    for key, stake in found.items():
        dispute_mails.tell(dispute, merchants[key], amount=stake.amount, borne=stake.borne)


def _told(dispute: Dispute) -> dict[str, str | None]:
    return {
        "dispute": str(dispute.public_id),
        "status": dispute.status,
        "reason": dispute.reason,
        "due_by": dispute.due_by.isoformat() if dispute.due_by else None,
    }


def _publish(order: Order, told: Mapping[str, str | None], found: Mapping[int, Stake]) -> None:
    head = {"order": str(order.public_id), "number": order.reference, "currency": order.currency}
    events.record_all(
        [
            events.Record(
                type="order.disputed",
                subject=str(order.public_id),
                merchant_id=merchant_id,
                payload={**head, **told, "amount": stake.amount},
            )
            for merchant_id, stake in found.items()
        ]
    )
