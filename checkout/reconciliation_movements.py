"""Each movement of our balance at Stripe against the ledger: one is the other, or is reported.

A charge, refund, dispute, transfer or reversal must be a movement of ours already, of that very
amount. Stripe's fees and payouts to our bank nobody else tells us of: they are posted here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Manager, Sum

from checkout import disputes, gateway, intents, refunds, transfers
from checkout import reconciliation_postings as postings
from checkout.models import (
    BalanceTransaction,
    LedgerEntry,
    Payment,
    ReconciliationFinding,
    Refund,
    Transfer,
    TransferReversal,
)
from checkout.reconciliation_findings import Found, Kind, Report, Status
from checkout.reconciliation_objects import chunks

# Stripe's word for a movement → what our ledger calls it.
# https://docs.stripe.com/reports/balance-transaction-types
KINDS = {
    "charge": "capture",
    "payment": "capture",
    "refund": "refund",
    "payment_refund": "refund",
    "refund_failure": "refund_returned",
    "transfer": "transfer",
    "transfer_refund": "reversal",
    "payout": "payout",
    "payout_cancel": "payout",
    "payout_failure": "payout",
}
DISPUTES = ("dispute", "dispute_reversal")


@dataclass(frozen=True, slots=True)
class Booked:
    """A movement of our ledger, and what it does to the Stripe account in its one currency."""

    id: int
    order_id: int | None
    amount: int
    currency: str
    taken: bool


Key = tuple[str, str]


def take_in(report: Report, *, since: datetime, until: datetime) -> list[BalanceTransaction]:
    """Keep what moved our balance in that time, each once. Returns it, newest first.

    Raises gateway.Unknown, gateway.Refused.
    """
    listed = []
    for chunk in chunks(gateway.balance_transactions(since=since, until=until)):
        rows = [_row_of(each) for each in chunk]
        if not report.dry:
            BalanceTransaction.objects.bulk_create(rows, ignore_conflicts=True)
        report.count("movements", len(rows))
        listed += rows
    return listed


def match(report: Report, listed: list[BalanceTransaction], *, settled_by: datetime) -> None:
    """Find our movement for each of Stripe's that has none yet; younger ones than `settled_by` may
    still be on their way to us and are left for the next run.

    `listed` is what a dry run has seen and not kept. Raises gateway.Unknown.
    """
    for chunk in chunks(_unmatched(report, listed)):
        dismissed = _dismissed(chunk)
        keys = _keys(chunk)
        booked = _booked(set(keys.values()))
        for row in chunk:
            key = keys.get(row.stripe_id)
            if key is not None and _join(report, row, key, booked.get(key)):
                continue
            if row.created_at < settled_by:
                _settle(report, row, asks=row.stripe_id not in dismissed)


def _row_of(each: gateway.BalanceTransaction) -> BalanceTransaction:
    return BalanceTransaction(
        stripe_id=each.id,
        type=each.type[:60],
        category=each.category[:60],
        source_id=each.source_id,
        of_id=each.of_id,
        amount=each.amount,
        fee=each.fee,
        currency=each.currency,
        created_at=each.created_at,
    )


def _unmatched(report: Report, listed: list[BalanceTransaction]) -> list[BalanceTransaction]:
    if not report.dry:
        return list(BalanceTransaction.objects.filter(movement=None).order_by("created_at"))
    ids = [row.stripe_id for row in listed]
    known = set(
        BalanceTransaction.objects.filter(stripe_id__in=ids, movement__isnull=False).values_list(
            "stripe_id", flat=True
        )
    )
    return [row for row in listed if row.stripe_id not in known]


def _dismissed(chunk: list[BalanceTransaction]) -> set[str]:
    """Those that a person has looked at: of them Stripe is not asked again each day."""
    found = ReconciliationFinding.objects.filter(
        kind__in=(Kind.MOVEMENT_UNBOOKED, Kind.MOVEMENT_DIFFERS),
        object_id__in=[row.stripe_id for row in chunk],
        status=Status.DISMISSED,
    )
    return set(found.values_list("object_id", flat=True))


def _settle(report: Report, row: BalanceTransaction, *, asks: bool) -> None:
    """Take in what it is of by the verb that an event of Stripe's would have called, if that `asks`
    for it; else only look whether it still differs."""

    def differs() -> Found | None:
        key = _keys([row]).get(row.stripe_id)
        booked = _booked({key} if key else set())
        ours = booked.get(key) if key else None
        if key is not None and _join(report, row, key, ours):
            return None
        return _judge(report, row, ours)

    report.settle(differs, _mend(row) if asks else None)


def _mend(row: BalanceTransaction) -> Callable[[], object] | None:
    kind = _kind(row)
    if kind == "capture" and row.of_id:
        return lambda: intents.apply(gateway.retrieve(row.of_id))
    if kind in ("refund", "refund_returned"):
        return lambda: refunds.apply(gateway.retrieve_refund(row.source_id))
    if kind == "dispute":
        return lambda: disputes.apply(gateway.retrieve_dispute(row.source_id))
    if kind == "transfer":
        return lambda: _take_in_transfer(row.source_id)
    if kind == "reversal" and row.of_id:
        return lambda: _take_in_transfer(row.of_id)
    return None


def _take_in_transfer(stripe_id: str) -> None:
    """A transfer with all that was taken back of it, by us or at Stripe by hand."""
    transfers.apply(gateway.retrieve_transfer(stripe_id), gateway.reversals_of(stripe_id))


def _judge(report: Report, row: BalanceTransaction, ours: Booked | None) -> Found:
    """Why `row` has no movement of ours: there is none, or one that says something else."""
    differs = ours is not None and not ours.taken
    if ours is not None and differs:
        report.explained.add(ours.id)
    return Found(
        kind=Kind.MOVEMENT_DIFFERS if differs else Kind.MOVEMENT_UNBOOKED,
        object_id=row.stripe_id,
        expected=ours.amount if ours is not None and differs else 0,
        found=row.amount if differs else row.amount - row.fee,
        currency=row.currency,
        detail=f"{row.type} {row.source_id}",
        order_id=ours.order_id if ours is not None else None,
    )


def _join(report: Report, row: BalanceTransaction, key: Key, ours: Booked | None) -> bool:
    """Make `row` the movement of ours that says the same, with Stripe's fee for it; whether it is."""
    if ours is None and key[0] != "payout":
        return False
    if ours is not None and (ours.taken or not _agrees(row, ours)):
        return False
    if ours is not None:
        report.explained.add(ours.id)
    if report.dry:
        return True
    with transaction.atomic():
        if ours is None:
            movement_id = postings.payout(row)
        else:
            movement_id = ours.id
            if ours.currency != row.currency:
                postings.conversion(row, ours.amount, ours.currency, order_id=ours.order_id)
        if row.fee:
            postings.fee(row, order_id=ours.order_id if ours else None)
        BalanceTransaction.objects.filter(stripe_id=row.stripe_id, movement=None).update(
            movement_id=movement_id
        )
    return True


def _agrees(row: BalanceTransaction, ours: Booked) -> bool:
    """The same amount or, where Stripe keeps our balance in another currency, the same direction;
    the amount is compared with what was paid in the payment's own then."""
    if ours.currency == row.currency:
        return ours.amount == row.amount
    return (ours.amount > 0) == (row.amount > 0)


def _kind(row: BalanceTransaction) -> str | None:
    return "dispute" if row.category in DISPUTES else KINDS.get(row.type)


def _keys(chunk: list[BalanceTransaction]) -> dict[str, Key]:
    """Kind and reference of the movement of ours that each of `chunk` should be."""
    named: dict[str, list[BalanceTransaction]] = {}
    for row in chunk:
        named.setdefault(_kind(row) or "", []).append(row)
    own = named.get("dispute", []) + named.get("payout", [])
    keys: dict[str, Key] = {row.stripe_id: (_kind(row) or "", row.stripe_id) for row in own}
    captures = named.get("capture", [])
    by_intent = _public_ids(Payment.objects, "intent_id", [row.of_id for row in captures])
    for row in captures:
        if row.of_id:
            # What came in a second time stands under the intent's own id.
            keys[row.stripe_id] = ("capture", by_intent.get(row.of_id, row.of_id))
    for kind, objects in SOURCES.items():
        mine = named.get(kind, [])
        found = _public_ids(objects, "stripe_id", [row.source_id for row in mine])
        keys |= {
            row.stripe_id: (kind, found[row.source_id]) for row in mine if row.source_id in found
        }
    return keys


def _public_ids(objects: Manager[Any], name: str, values: list[str]) -> dict[str, str]:
    """The public ids of rows, as text, by what Stripe calls them."""
    if not values:
        return {}
    found = objects.filter(**{f"{name}__in": values}).values_list(name, "public_id")
    return {stripe_id: str(public_id) for stripe_id, public_id in found}


SOURCES: dict[str, Manager[Any]] = {
    "refund": Refund.objects,
    "refund_returned": Refund.objects,
    "transfer": Transfer.objects,
    "reversal": TransferReversal.objects,
}


def _booked(keys: set[Key]) -> dict[Key, Booked]:
    """What our ledger has under each of `keys`; one statement."""
    if not keys:
        return {}
    found = (
        LedgerEntry.objects.filter(
            account=LedgerEntry.Account.STRIPE,
            transaction__kind__in={kind for kind, _reference in keys},
            transaction__reference__in={reference for _kind, reference in keys},
        )
        .values_list(
            "transaction__kind",
            "transaction__reference",
            "transaction_id",
            "transaction__order_id",
            "currency",
            "transaction__at_stripe__id",
        )
        .annotate(Sum("amount"))
    )
    return {
        (kind, reference): Booked(pk, order_id, amount, currency, taken is not None)
        for kind, reference, pk, order_id, currency, taken, amount in found
    }
