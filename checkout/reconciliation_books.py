"""What our own books must agree on among themselves; nobody else is asked.

A large shop is not read whole each day: the newest rows always are, and older ones in turns.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.db import models

from checkout.models import LedgerTransaction, Order, Payment, ReconciliationFinding
from checkout.reconciliation_findings import Found, Kind, Report
from shopping import rows

# So many rows by their keys are one turn.
TURN = 50_000

UNBALANCED = """
SELECT movement.kind || ':' || movement.reference, 0, sum(entry.amount)::bigint, entry.currency,
       movement.order_id, NULL::bigint, movement.id::text
FROM checkout_ledgertransaction movement
JOIN checkout_ledgerentry entry ON entry.transaction_id = movement.id
WHERE movement.id > %s AND movement.id <= %s
GROUP BY movement.id, entry.currency HAVING sum(entry.amount) <> 0
"""
# What a payment has taken less what it has given back; its detail says both, ours and the ledger's.
PAYMENTS = """
SELECT payment.public_id::text, booked.captured - booked.refunded,
       payment.captured - payment.refunded, payment.currency, payment.order_id, payment.id,
       format('%%s − %%s, %%s − %%s', booked.captured, booked.refunded,
              payment.captured, payment.refunded)
FROM checkout_payment payment
CROSS JOIN LATERAL (
    SELECT coalesce((
        SELECT sum(entry.amount) FROM checkout_ledgertransaction movement
        JOIN checkout_ledgerentry entry ON entry.transaction_id = movement.id
        WHERE movement.kind = 'capture' AND movement.reference = payment.public_id::text
          AND entry.account IN ('stripe', 'test')
    ), 0)::bigint AS captured, coalesce((
        SELECT -sum(entry.amount) FROM checkout_refund refund
        JOIN checkout_ledgertransaction movement ON movement.reference = refund.public_id::text
             AND movement.kind IN ('refund', 'refund_returned')
        JOIN checkout_ledgerentry entry ON entry.transaction_id = movement.id
        WHERE refund.payment_id = payment.id AND refund.second_intent_id = ''
          AND entry.account IN ('stripe', 'test')
    ), 0)::bigint AS refunded
) booked
WHERE payment.id > %s AND payment.id <= %s
  AND (payment.captured, payment.refunded) <> (booked.captured, booked.refunded)
"""
UNPAID = """
SELECT number::text, total, 0, currency, id, NULL::bigint, status
FROM checkout_order o
WHERE id > %s AND id <= %s AND total > 0 AND (paid_at IS NOT NULL OR status = 'paid')
  AND NOT EXISTS (
      SELECT FROM checkout_payment payment
      WHERE payment.order_id = o.id AND payment.status = 'succeeded' AND payment.captured > 0
  )
"""
# Money that a bank has taken, or has asked about, is not ours to give back.
KEEPS = """
SELECT o.number::text, 0, kept.amount, o.currency, o.id, payment.id, o.cancel_reason
FROM checkout_order o JOIN checkout_payment payment ON payment.order_id = o.id
CROSS JOIN LATERAL (
    SELECT payment.captured - coalesce(sum(refund.amount), 0)::bigint AS amount
    FROM checkout_refund refund
    WHERE refund.payment_id = payment.id AND refund.second_intent_id = ''
      AND refund.status <> 'failed'
) kept
WHERE o.id > %s AND o.id <= %s AND o.status = 'cancelled' AND kept.amount > 0
  AND NOT EXISTS (SELECT FROM checkout_dispute dispute WHERE dispute.payment_id = payment.id)
"""


@dataclass(frozen=True, slots=True)
class Check:
    """`text` finds what is wrong between two keys of `model`; rows as `Found` has them."""

    model: type[models.Model]
    text: str


CHECKS = {
    Kind.LEDGER_UNBALANCED: Check(LedgerTransaction, UNBALANCED),
    Kind.PAYMENT_BOOKS: Check(Payment, PAYMENTS),
    Kind.ORDER_UNPAID: Check(Order, UNPAID),
    Kind.ORDER_KEEPS: Check(Order, KEEPS),
}


def check(report: Report, *, turn: int) -> None:
    """Report what does not agree among the newest rows, and the older ones whose `turn` it is."""
    for kind, each in CHECKS.items():
        for after, last in turns(_last_key(each.model), turn=turn, size=TURN):
            _check(report, kind, after, last)
        report.count("checks", 1)


def recheck(report: Report, finding: ReconciliationFinding) -> None:
    """Look again at the one row that `finding` is about."""
    key = _key_of(finding)
    if key is not None:
        _check(report, Kind(finding.kind), key - 1, key)


def turns(last: int, *, turn: int, size: int) -> Iterator[tuple[int, int]]:
    """The range of the `size` newest keys, and one of older ones: (after this key, up to that one)."""
    newest = max(last - size, 0)
    yield newest, last
    older = -(-newest // size)
    if older:
        begin = (turn % older) * size
        yield begin, min(begin + size, newest)


def _last_key(model: type[models.Model]) -> int:
    newest = model._default_manager.order_by("-pk").values_list("pk", flat=True).first()
    return newest or 0


def _key_of(finding: ReconciliationFinding) -> int | None:
    if finding.kind == Kind.PAYMENT_BOOKS:
        return finding.payment_id
    if finding.kind in (Kind.ORDER_UNPAID, Kind.ORDER_KEEPS):
        return finding.order_id
    kind, _colon, reference = finding.object_id.partition(":")
    movements = LedgerTransaction.objects.filter(kind=kind, reference=reference)
    return movements.values_list("pk", flat=True).first()


def _check(report: Report, kind: Kind, after: int, last: int) -> None:
    for object_id, expected, found, currency, order_id, payment_id, detail in rows.run(
        CHECKS[kind].text, [after, last]
    ):
        report.differs(
            Found(
                kind=kind,
                object_id=object_id,
                expected=expected,
                found=found,
                currency=currency,
                detail=detail,
                order_id=order_id,
                payment_id=payment_id,
            )
        )
