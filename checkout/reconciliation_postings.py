"""What only Stripe's own list of movements tells of, in our ledger: its fees, payouts to our bank,
and amounts that it has changed into another currency. Each stands under the movement's id."""

from __future__ import annotations

from dataclasses import dataclass

from checkout.ledger import Account
from checkout.models import BalanceTransaction, LedgerEntry, LedgerTransaction
from shopping import rows


@dataclass(frozen=True, slots=True)
class Side:
    """An entry in minor units of its own currency."""

    account: Account
    amount: int
    currency: str


def fee(row: BalanceTransaction, *, order_id: int | None) -> None:
    """Stripe's fee for a movement is our cost, unless merchants bear it already as a dispute's."""
    borne = LedgerTransaction.objects.filter(kind="dispute_fee", reference=row.stripe_id)
    if borne.exists():
        return
    _post(
        "processing_fee",
        row,
        [
            Side(Account.COSTS, row.fee, row.currency),
            Side(Account.STRIPE, -row.fee, row.currency),
        ],
        order_id=order_id,
    )


def payout(row: BalanceTransaction) -> int:
    """Money has gone to our bank account or, where the bank has refused it, come back. Returns the
    key of the movement."""
    return _post(
        "payout",
        row,
        [
            Side(Account.BANK, -row.amount, row.currency),
            Side(Account.STRIPE, row.amount, row.currency),
        ],
        order_id=None,
    )


def conversion(
    row: BalanceTransaction, amount: int, currency: str, *, order_id: int | None
) -> None:
    """Stripe keeps the balance in another currency: `amount` of `currency`, which we had posted, is
    what `row` says there."""
    _post(
        "conversion",
        row,
        [
            Side(Account.EXCHANGE, amount, currency),
            Side(Account.STRIPE, -amount, currency),
            Side(Account.EXCHANGE, -row.amount, row.currency),
            Side(Account.STRIPE, row.amount, row.currency),
        ],
        order_id=order_id,
    )


def _post(kind: str, row: BalanceTransaction, sides: list[Side], *, order_id: int | None) -> int:
    """One balanced movement in the caller's transaction, once: a repeat finds it."""
    there = LedgerTransaction.objects.filter(kind=kind, reference=row.stripe_id).first()
    if there is not None:
        return there.pk
    movement = LedgerTransaction(kind=kind, reference=row.stripe_id, order_id=order_id)
    entries = [
        LedgerEntry(
            transaction=movement, account=side.account, amount=side.amount, currency=side.currency
        )
        for side in sides
    ]
    rows.insert_family(movement, entries)
    return movement.pk
