"""What merchants were sent too much of an order, taken back: a row first, then Stripe."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from checkout import gateway, history, ledger, sending, transfer_words
from checkout.ledger import Account, Posting
from checkout.models import Order, Transfer, TransferReversal
from shopping import rows, waits
from webhooks import hints

log = logging.getLogger(__name__)

Status = TransferReversal.Status

SEND = "checkout.send_reversal"
LOCK_TRANSFERS = """
WHERE t.order_id = %s AND t.merchant_id = ANY(%s::bigint[]) AND t.reversed < t.amount
ORDER BY t.id DESC FOR NO KEY UPDATE
"""
# So many are asked for again when money comes to a merchant; the others wait for their time.
WOKEN = 20
LOCK_REVERSALS = "WHERE t.transfer_id = %s ORDER BY t.id FOR NO KEY UPDATE"


class Busy(Exception):
    """Somebody has taken money back at Stripe by hand, and a call of ours may be on its way."""


def take_back(order: Order, amounts: Mapping[int, int]) -> None:
    """Take minor units back of each merchant, by their id, from their transfers of `order`.

    The newest first, and no more than they were sent: what is missing stays owed by them in the
    ledger. In the caller's transaction, which holds the order's lock; it locks the transfers.
    """
    rest = dict(amounts)
    for transfer in rows.fetch(Transfer, LOCK_TRANSFERS, [order.pk, list(rest)]):
        amount = min(rest[transfer.merchant_id], transfer.amount - transfer.reversed)
        if amount <= 0:
            continue
        rest[transfer.merchant_id] -= amount
        transfer.order = order
        reversal = TransferReversal(transfer=transfer, amount=amount)
        _write(reversal)
        hints.wake(SEND, reversal.pk)


def _write(reversal: TransferReversal) -> None:
    """The reversal with all that goes before Stripe's answer. The locks are the caller's."""
    transfer = reversal.transfer
    transfer.reversed += reversal.amount
    rows.update(transfer, "reversed")
    reversal.next_attempt_at = timezone.now() + waits.HINT_TIME
    rows.insert([reversal])
    _post("reversal_owed", reversal, Account.MERCHANT, Account.TRANSFERS)


def _post(kind: str, reversal: TransferReversal, credited: Account, debited: Account) -> None:
    """What `reversal` moved from one account to another."""
    merchant_id = reversal.transfer.merchant_id
    ledger.post(
        kind,
        reference=str(reversal.public_id),
        order=reversal.transfer.order,
        postings=[
            Posting(account, amount, None if account == Account.STRIPE else merchant_id)
            for account, amount in ((credited, -reversal.amount), (debited, reversal.amount))
        ],
    )


def wake_of(transfer: Transfer) -> None:
    """`transfer` has been sent: what waits to take of it back is due at once."""
    waiting = transfer.reversals.filter(status=Status.REQUESTED)
    sending.wake(waiting)
    for key in waiting.values_list("pk", flat=True):
        hints.wake(SEND, key)


def are_refused(merchant_pk: int) -> bool:
    """Whether Stripe has refused to take something back of a merchant that still is to be."""
    return _refused(merchant_pk).exists()


def _refused(merchant_pk: int) -> QuerySet[TransferReversal]:
    return TransferReversal.objects.filter(
        transfer__merchant_id=merchant_pk, status=Status.REQUESTED, attempts__gt=0
    )


def wake_others(merchant_pk: int) -> None:
    """Money has come to a merchant: what is to be taken of it for other orders is due again.

    In the caller's transaction. It waits for no lock: a reversal that is locked is being worked on.
    """
    waiting = _refused(merchant_pk)
    free = waiting.select_for_update(no_key=True, skip_locked=True, of=("self",)).order_by("pk")
    keys = list(free.values_list("pk", flat=True)[:WOKEN])
    TransferReversal.objects.filter(pk__in=keys).update(next_attempt_at=sending.free_at())


def cancel_out(transfer: Transfer) -> bool:
    """Close a transfer that Stripe was never asked for, and of which all is to be taken back, with
    its reversals; whether it did.

    One durable transaction; locks order, transfer, reversals. The merchant is owed as much as
    before, so that what a failed refund gives back becomes a new transfer.
    """
    with transaction.atomic(durable=True):
        order = rows.lock(Order, transfer.order_id)
        transfer = rows.lock(Transfer, transfer.pk)
        if transfer.attempted_at is not None or transfer.reversed < transfer.amount:
            return False
        if Transfer.Status.DROPPED not in Transfer.TRANSITIONS[transfer.status]:
            return False
        transfer.order = order
        for reversal in rows.fetch(TransferReversal, LOCK_REVERSALS, [transfer.pk]):
            reversal.transfer = transfer
            _move(reversal, Status.DROPPED)
        transfer.status, transfer.reversed = Transfer.Status.DROPPED, transfer.amount
        transfer.failure, transfer.next_attempt_at = "", None
        rows.update(transfer, "status", "reversed", "failure", "next_attempt_at")
        ledger.post(
            "transfer_dropped",
            reference=str(transfer.public_id),
            order=order,
            postings=[
                Posting(Account.MERCHANT, -transfer.amount, transfer.merchant_id),
                Posting(Account.TRANSFERS, transfer.amount, transfer.merchant_id),
            ],
        )
        told = {
            "transfer": str(transfer.public_id),
            "merchant": transfer.merchant_id,
            "amount": transfer.amount,
            "currency": transfer.currency,
        }
        history.note(order, "transfer.dropped", told)
    return True


def send(reversal_pk: int) -> None:
    """Ask Stripe for a reversal, as often as it takes: the key makes it one.

    Never inside a transaction. Raises gateway.Unknown, gateway.Refused where even looking is
    refused; the sweep then tries again.
    """
    reversal = TransferReversal.objects.select_related("transfer").get(pk=reversal_pk)
    if reversal.status != Status.REQUESTED:
        return
    stripe_id = reversal.transfer.stripe_id
    if stripe_id is None:
        if cancel_out(reversal.transfer):
            return
        sending.wait(TransferReversal.objects.all(), reversal_pk, why=transfer_words.NOT_SENT)
        return
    if not sending.claim(TransferReversal.objects.all(), reversal_pk):
        return
    try:
        answer = _made_before(reversal, stripe_id) or gateway.reverse(
            stripe_id,
            amount=reversal.amount,
            reversal_id=str(reversal.public_id),
            key=sending.key_of("reversal", reversal),
        )
    except (gateway.Refused, gateway.Declined) as error:
        log.error("Stripe refuses reversal %s: %s", reversal.public_id, error)
        sending.refuse(TransferReversal.objects.all(), reversal, why=error.code)
        return
    with transaction.atomic(durable=True):
        order = rows.lock(Order, reversal.transfer.order_id)
        transfer = rows.lock(Transfer, reversal.transfer_id)
        transfer.order = order
        carry(transfer, [answer])


def _made_before(reversal: TransferReversal, stripe_id: str) -> gateway.Reversal | None:
    """What Stripe made of a reversal so long ago that it may have forgotten its key; else None."""
    if not sending.is_old(reversal):
        return None
    made = gateway.reversals_of(stripe_id)
    return next((each for each in made if each.reversal_id == str(reversal.public_id)), None)


def carry(transfer: Transfer, answers: Sequence[gateway.Reversal]) -> None:
    """Carry what Stripe has taken back of `transfer` over into our rows; a repeat does nothing.

    What somebody has taken back at Stripe by hand becomes rows as well. In the caller's
    transaction, which holds the locks of order and transfer; it locks the reversals. Raises Busy.
    """
    if not answers:
        return
    known = rows.fetch(TransferReversal, LOCK_REVERSALS, [transfer.pk])
    for each in known:
        each.transfer = transfer
    strange = []
    for answer in reversed(answers):
        reversal = _known(known, answer)
        if reversal is None:
            strange.append(answer)
        else:
            reversal.stripe_id = answer.id
            _move(reversal, Status.SUCCEEDED)
    if strange:
        _adopt(transfer, known, strange)


def _known(known: Sequence[TransferReversal], answer: gateway.Reversal) -> TransferReversal | None:
    for reversal in known:
        waits = reversal.stripe_id is None and reversal.status == Status.REQUESTED
        named = waits and answer.reversal_id == str(reversal.public_id)
        if named or answer.id == reversal.stripe_id:
            return reversal
    return None


def _adopt(
    transfer: Transfer, known: Sequence[TransferReversal], answers: Sequence[gateway.Reversal]
) -> None:
    """Rows for what was taken back by hand, mostly for what we were about to take back ourselves.

    So what has not been sent gives way to it, and what is still to be taken back after that is
    asked for anew. If more was taken than was too much, nothing is sent anew for that: whoever did
    it knows why, and the ledger shows it as owed.
    """
    for reversal in known:
        if not _on_its_way(reversal):
            _move(reversal, Status.DROPPED)
    for answer in answers:
        if transfer.reversed + answer.amount > transfer.amount:
            raise Busy(answer.id)
        reversal = TransferReversal(transfer=transfer, amount=answer.amount)
        _write(reversal)
        reversal.stripe_id = answer.id
        _move(reversal, Status.SUCCEEDED)
    owed = ledger.owed(transfer.order)
    take_back(transfer.order, {key: -amount for key, amount in owed.items() if amount < 0})


def _on_its_way(reversal: TransferReversal) -> bool:
    asked = reversal.attempted_at
    return asked is not None and asked > timezone.now() - sending.CALL_TIME


def _move(reversal: TransferReversal, status: TransferReversal.Status) -> None:
    """Set the reversal's status with all that hangs on it, if it may become that. The locks are the
    caller's."""
    if status not in TransferReversal.TRANSITIONS[reversal.status]:
        return
    reversal.status = status
    reversal.failure, reversal.next_attempt_at = "", None
    rows.update(reversal, "status", "stripe_id", "failure", "next_attempt_at")
    transfer = reversal.transfer
    if status == Status.SUCCEEDED:
        _post("reversal", reversal, Account.TRANSFERS, Account.STRIPE)
    else:
        transfer.reversed -= reversal.amount
        rows.update(transfer, "reversed")
        _post("reversal_dropped", reversal, Account.TRANSFERS, Account.MERCHANT)
    told = {
        "reversal": str(reversal.public_id),
        "transfer": str(transfer.public_id),
        "merchant": transfer.merchant_id,
        "amount": reversal.amount,
        "currency": transfer.currency,
    }
    history.note(transfer.order, f"reversal.{status}", told)
