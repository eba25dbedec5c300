# ruff: noqa: S608 - the texts are made of texts of ours, never of input
"""The ledger's Stripe account against Stripe: what Stripe does not know, and the balance itself."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from itertools import accumulate

from checkout.models import BalanceTransaction
from checkout.reconciliation_findings import Found, Kind, Report
from shopping import rows

# A movement of ours is known at Stripe by being one of theirs, or by standing under the id of one.
UNKNOWN = """
NOT EXISTS (SELECT FROM checkout_balancetransaction theirs WHERE theirs.movement_id = movement.id)
AND NOT EXISTS (
    SELECT FROM checkout_balancetransaction theirs
    WHERE theirs.stripe_id = movement.reference AND theirs.movement_id IS NOT NULL
)
"""
MOVEMENTS = """
SELECT movement.id, movement.kind, movement.reference, movement.order_id, entry.currency,
       sum(entry.amount)::bigint
FROM checkout_ledgertransaction movement
JOIN checkout_ledgerentry entry ON entry.transaction_id = movement.id AND entry.account = 'stripe'
"""
GROUPED = "GROUP BY movement.id, entry.currency HAVING sum(entry.amount) <> 0 ORDER BY movement.id"
IN_TIME = f"""
{MOVEMENTS} WHERE movement.created_at >= %s AND movement.created_at < %s AND {UNKNOWN} {GROUPED}
"""
NAMED = f"{MOVEMENTS} WHERE movement.kind = %s AND movement.reference = %s AND {UNKNOWN} {GROUPED}"
# One statement sees the books at one moment, whatever is posted meanwhile.
SUMS = f"""
WITH ours AS (
    SELECT entry.currency, sum(entry.amount) AS total,
           coalesce(sum(entry.amount) FILTER (WHERE {UNKNOWN}), 0) AS unknown
    FROM checkout_ledgerentry entry
    JOIN checkout_ledgertransaction movement ON movement.id = entry.transaction_id
    WHERE entry.account = 'stripe' GROUP BY entry.currency
), theirs AS (
    SELECT currency, coalesce(sum(amount - fee) FILTER (WHERE movement_id IS NULL), 0) AS unbooked
    FROM checkout_balancetransaction GROUP BY currency
)
SELECT currency, coalesce(ours.total, 0)::bigint, coalesce(ours.unknown, 0)::bigint,
       coalesce(theirs.unbooked, 0)::bigint
FROM ours FULL JOIN theirs USING (currency) ORDER BY currency
"""


def unknown_to_stripe(report: Report, *, since: datetime, until: datetime) -> None:
    """Report what moved our balance by our ledger in that time, and not at Stripe."""
    _report(report, rows.run(IN_TIME, [since, until]))


def recheck_movement(report: Report, object_id: str) -> None:
    kind, _colon, reference = object_id.partition(":")
    _report(report, rows.run(NAMED, [kind, reference]))


def _report(
    report: Report, movements: Iterable[tuple[int, str, str, int | None, str, int]]
) -> None:
    for pk, kind, reference, order_id, currency, amount in movements:
        if pk not in report.explained:
            report.differs(
                Found(
                    kind=Kind.LEDGER_UNKNOWN,
                    object_id=f"{kind}:{reference}",
                    expected=amount,
                    found=0,
                    currency=currency,
                    order_id=order_id,
                )
            )


def compare(
    report: Report,
    balance: dict[str, int],
    listed: list[BalanceTransaction],
    *,
    read_at: datetime,
) -> None:
    """Compare Stripe's balance, read at `read_at`, with that of our books, currency by currency.

    `listed` is what was listed after it, newest first. The books come to Stripe's balance when what
    Stripe does not know (yet) is taken off, what is not in our books (yet) is added, and the newest
    of the list that came after the balance was read are taken off. All of these are in the run's
    `balances`; whatever remains is a finding, to the cent.
    """
    found = {currency: figures for currency, *figures in rows.run(SUMS, [])}
    for currency in sorted(found.keys() | balance.keys()):
        ledger, unknown, unbooked = found.get(currency, (0, 0, 0))
        stripe = balance.get(currency, 0)
        books = ledger - unknown + unbooked
        late = _late(listed, currency, books - stripe, read_at=read_at)
        report.balances[currency] = {
            "ledger": ledger,
            "not_at_stripe": unknown,
            "not_in_books": unbooked,
            "later": late,
            "stripe": stripe,
        }
        # A dry run keeps nothing of what it lists, so its books lack what is new.
        if books - late != stripe and not report.dry:
            report.differs(
                Found(
                    kind=Kind.BALANCE,
                    object_id=currency,
                    expected=books,
                    found=stripe,
                    currency=currency,
                )
            )


def _late(
    listed: list[BalanceTransaction], currency: str, too_much: int, *, read_at: datetime
) -> int:
    """What the newest of the list come to that may have followed the reading of the balance, if
    that explains the difference; else 0. Stripe gives the second alone."""
    second = read_at.replace(microsecond=0)
    nets = [
        row.amount - row.fee
        for row in listed
        if row.currency == currency and row.created_at >= second
    ]
    return too_much if too_much in accumulate(nets) else 0
