# ruff: noqa: S608 - the text is made of texts of ours, never of input
"""What merchants are owed of an order, sent to them: a row first, then Stripe, never given up."""

from __future__ import annotations

import logging

from django.db import transaction
from django.db.models import F, Q

from catalogue.models import Merchant
from checkout import (
    commissions,
    gateway,
    history,
    ledger,
    reversals,
    sending,
    stripe_events,
    transfer_words,
)
from checkout.ledger import Account, Posting
from checkout.models import Order, Transfer
from shopping import rows, waits
from shopping.ids import uuid_of
from webhooks import hints

log = logging.getLogger(__name__)

SEND = "checkout.send_transfer"
# What Stripe says of an account, and not of the charge that the money comes from.
OF_ACCOUNT = ("account_invalid", "insufficient_capabilities_for_transfer", "transfers_not_allowed")
# What goes to nobody: see reversals.cancel_out.
CANCELLED_OUT = Q(attempted_at=None, reversed=F("amount"))

# All that is owed becomes transfers with their entries in the ledger, by one statement: every paid
# order runs it. The first transfers of a payment come from its charge, as long as they fit in it. Their
# ids follow from the payment, so that rows that were lost come to those that Stripe has seen. For an
# order that was cancelled nobody is sent anything, also where its refund fails.
SETTLE = f"""
WITH owed AS ({ledger.OWED}), paid AS (
    SELECT id, public_id, order_id, captured, currency,
           charge_id <> '' AND NOT EXISTS (
               SELECT FROM checkout_transfer earlier
               WHERE earlier.payment_id = payment.id AND earlier.status <> 'dropped'
           ) AS fresh
    FROM checkout_payment payment WHERE order_id = %s AND status = 'succeeded' AND EXISTS (
        SELECT FROM checkout_order bought
        WHERE bought.id = payment.order_id AND bought.status = 'paid'
    )
), made AS (
    INSERT INTO checkout_transfer
        (public_id, order_id, payment_id, merchant_id, amount, currency, reversed, from_charge,
         status, failure, attempts, next_attempt_at, created_at)
    SELECT md5(concat_ws('-', paid.public_id, owed.merchant_id, (
               SELECT count(*) FROM checkout_transfer earlier
               WHERE earlier.payment_id = paid.id AND earlier.merchant_id = owed.merchant_id
           )))::uuid, paid.order_id, paid.id, owed.merchant_id, owed.amount, paid.currency,
           0, paid.fresh AND sum(owed.amount) OVER (ORDER BY owed.merchant_id) <= paid.captured,
           'requested', '', 0, now() + interval '{waits.HINT_TIME.seconds} seconds', now()
    FROM owed CROSS JOIN paid WHERE owed.amount > 0
    RETURNING id, public_id, order_id, merchant_id, amount, currency
), movement AS (
    INSERT INTO checkout_ledgertransaction (kind, reference, order_id, created_at)
    SELECT 'transfer_owed', public_id::text, order_id, now() FROM made
    RETURNING id, reference
), entry AS (
    INSERT INTO checkout_ledgerentry (transaction_id, account, merchant_id, amount, currency)
    SELECT movement.id, side.account, made.merchant_id, side.sign * made.amount, made.currency
    FROM movement JOIN made ON made.public_id::text = movement.reference
    CROSS JOIN (VALUES ('merchant', 1), ('transfers', -1)) AS side (account, sign)
)
SELECT merchant_id, amount, NULL FROM owed WHERE amount < 0
UNION ALL SELECT merchant_id, amount, id FROM made
"""
LOCK_ORDER = """
WHERE t.id IN (
    SELECT order_id FROM checkout_transfer WHERE stripe_id = %s OR public_id = %s::uuid
) ORDER BY t.id FOR NO KEY UPDATE
"""
LOCK_TRANSFER = """
WHERE t.stripe_id = %s OR (t.stripe_id IS NULL AND t.public_id = %s::uuid)
ORDER BY t.id FOR NO KEY UPDATE
"""


class UnknownTransfer(Exception):
    """A transfer that is none of ours: somebody has made it at Stripe by hand."""


def settle_up(order: Order) -> None:
    """Make what each merchant of `order` is sent what the ledger says is theirs.

    Whoever is owed something is sent it; of whoever was sent too much it is taken back, as far as
    their transfers of this order go. A repeat does nothing, so it is called after whatever changes
    what is owed. What partners get of it is settled first, for the merchants bear it. In the caller's
    transaction, which holds the order's lock; two statements, and some more where a partner is paid
    or something is taken back. Workers ask Stripe after the commit. Of a test order nobody is sent
    anything: what its ledger owes stays where it is.
    """
    if order.is_test:
        return
    commissions.settle(order)
    too_much: dict[int, int] = {}
    for merchant_id, amount, transfer_pk in rows.run(SETTLE, [order.pk, order.pk]):
        if transfer_pk is None:
            too_much[merchant_id] = -amount
        else:
            hints.wake(SEND, transfer_pk)
    if too_much:
        reversals.take_back(order, too_much)


def wake_for(merchant_pk: int) -> None:
    """What waits for this merchant is due at once: they can be paid now. The hint is for one that
    waits; the sweep takes the others. In the caller's transaction; locks them."""
    waiting = Transfer.objects.filter(merchant_id=merchant_pk)
    sending.wake(waiting)
    for key in waiting.filter(status=Transfer.Status.REQUESTED).values_list("pk", flat=True)[:100]:
        hints.wake(SEND, key)


def wake_of(order: Order) -> None:
    """What waits of this order is due at once: no dispute of it is open any more. In the caller's
    transaction; locks the order's transfers."""
    sending.wake(Transfer.objects.filter(order=order))


def send(transfer_pk: int) -> None:
    """Ask Stripe for a transfer, as often as it takes: the key makes it one.

    Never inside a transaction. Raises gateway.Unknown, gateway.Refused where even looking is
    refused, UnknownTransfer for an answer about another one; the sweep then tries again.
    """
    transfer = Transfer.objects.select_related("merchant", "payment", "order").get(pk=transfer_pk)
    if transfer.status != Transfer.Status.REQUESTED:
        return
    if transfer.reversed >= transfer.amount and reversals.cancel_out(transfer):
        return
    why = _waits_for(transfer)
    if why:
        sending.wait(Transfer.objects.all(), transfer_pk, why=why)
        return
    if not sending.claim(Transfer.objects.exclude(CANCELLED_OUT), transfer_pk):
        return
    try:
        answer = _made_before(transfer) if _may_be_made(transfer) else None
        answer = answer or _ask(transfer)
    except (gateway.Refused, gateway.Declined) as error:
        _refuse(transfer, error.code, error)
        return
    except gateway.KeySpent as error:
        # The merchant's account is another one by now: the key stands for a call to the old one.
        answer = _made_before(transfer)
        if answer is None:
            _refuse(transfer, error.code, error)
            return
    apply(answer)


def _waits_for(transfer: Transfer) -> str:
    """Why Stripe need not be asked at all; "" where it is to be."""
    if transfer.merchant.status == Merchant.Status.SUSPENDED:
        return transfer_words.SUSPENDED
    if not transfer.merchant.payable:
        return transfer_words.NO_ACCOUNT
    if transfer.payment.disputes.undecided().exists():
        return transfer_words.DISPUTED
    return ""


def _ask(transfer: Transfer) -> gateway.Transfer:
    return gateway.transfer(
        str(transfer.public_id),
        amount=transfer.amount,
        currency=transfer.currency,
        account_id=transfer.merchant.stripe_account_id,
        charge_id=transfer.payment.charge_id if transfer.from_charge else "",
        order_id=str(transfer.order.public_id),
        key=sending.key_of("transfer", transfer),
    )


def _may_be_made(transfer: Transfer) -> bool:
    """Whether Stripe may have made it under a key that does not count any more: one that it has
    forgotten, or of a row that was lost with the database."""
    lost = transfer.attempts > 0 or sending.is_old(transfer.payment)
    return lost or sending.is_old(transfer)


def _made_before(transfer: Transfer) -> gateway.Transfer | None:
    """What Stripe has made of a transfer under a key that it may have forgotten."""
    made = gateway.transfers_of(str(transfer.order.public_id))
    return next((each for each in made if each.transfer_id == str(transfer.public_id)), None)


def _refuse(transfer: Transfer, code: str, error: Exception) -> None:
    """The next try: where the charge may be the reason, from what is available on our balance."""
    log.error("Stripe refuses transfer %s: %s", transfer.public_id, error)
    sending.refuse(Transfer.objects.all(), transfer, why=code)
    if code not in OF_ACCOUNT:
        Transfer.objects.filter(pk=transfer.pk, status="requested").update(from_charge=False)


def settle(stripe_id: str, *, event_pk: int) -> None:
    """Carry over a transfer and its reversals, which Stripe's event `event_pk` points at.

    Raises UnknownTransfer, reversals.Busy, gateway.Unknown, gateway.Refused.
    """
    answer = gateway.retrieve_transfer(stripe_id)
    apply(answer, gateway.reversals_of(stripe_id), event_pk=event_pk)


def apply(
    answer: gateway.Transfer,
    taken_back: list[gateway.Reversal] | None = None,
    *,
    event_pk: int | None = None,
) -> None:
    """Carry a transfer at Stripe over into our row, with those of its reversals that are known;
    twice or late has the same effect.

    One durable transaction; locks order, transfer, reversals. Raises UnknownTransfer for one that
    is none of ours; reversals.Busy while a call for one of them may be on its way.
    """
    with transaction.atomic(durable=True):
        transfer = _locked(answer)
        if Transfer.Status.SUCCEEDED in Transfer.TRANSITIONS[transfer.status]:
            _succeed(transfer, answer)
        reversals.carry(transfer, taken_back or [])
        if event_pk is not None:
            stripe_events.mark_processed(event_pk)


def _locked(answer: gateway.Transfer) -> Transfer:
    """The row of what Stripe tells of, by its id or, where we have not heard that, by ours."""
    # What stands in its metadata may be another system's, or copied by a person's hand.
    public_id = uuid_of(answer.transfer_id)
    names = [answer.id, str(public_id) if public_id else None]
    orders = rows.fetch(Order, LOCK_ORDER, names)
    found = rows.fetch(Transfer, LOCK_TRANSFER, names) if orders else []
    if not found or (found[0].amount, found[0].currency) != (answer.amount, answer.currency):
        raise UnknownTransfer(answer.id)
    transfer = found[0]
    transfer.order = next(order for order in orders if order.pk == transfer.order_id)
    return transfer


def _succeed(transfer: Transfer, answer: gateway.Transfer) -> None:
    """Set the transfer's status with all that hangs on it. The locks are the caller's."""
    transfer.status, transfer.stripe_id = Transfer.Status.SUCCEEDED, answer.id
    transfer.failure, transfer.next_attempt_at = "", None
    rows.update(transfer, "status", "stripe_id", "failure", "next_attempt_at")
    ledger.post(
        "transfer",
        reference=str(transfer.public_id),
        order=transfer.order,
        postings=[
            Posting(Account.TRANSFERS, transfer.amount, transfer.merchant_id),
            Posting(Account.STRIPE, -transfer.amount),
        ],
    )
    told = {
        "transfer": str(transfer.public_id),
        "merchant": transfer.merchant_id,
        "amount": transfer.amount,
        "currency": transfer.currency,
    }
    history.note(transfer.order, "transfer.succeeded", told)
    # Those of this transfer first: the others are taken without waiting.
    reversals.wake_of(transfer)
    reversals.wake_others(transfer.merchant_id)
