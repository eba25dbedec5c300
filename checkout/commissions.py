"""What partners get of the sales that they brought: fixed when an order is placed, owed once it is paid.

The merchant bears it: it is taken from what they are owed, and is owed to the partner instead. What is
due is worked out anew from what stands after each change of the order's money, and the ledger follows.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from catalogue import agreements
from catalogue.agreements import Credit
from checkout import ledger
from checkout.ledger import Account, Posting
from checkout.models import LedgerTransaction, Order
from checkout.quotes import QuoteLine
from shopping import rows
from shopping.money import Money, divide, step

KIND = "commission"
NOBODY = Credit(0, 0)

# The lines of an order that a commission was agreed on, what was paid for the goods of the whole order,
# and what of that went back: by parts, as a whole, and to a bank. Nothing while nothing has come in.
LINES = """
WITH money AS (
    SELECT movement.kind, -sum(entry.amount) AS amount
    FROM checkout_ledgerentry entry
    JOIN checkout_ledgertransaction movement ON movement.id = entry.transaction_id
    WHERE movement.order_id = %s AND entry.merchant_id IS NOT NULL
      AND movement.kind IN ('capture', 'dispute')
    GROUP BY movement.kind
), back AS (
    SELECT refund.amount, EXISTS (
        SELECT FROM checkout_refundpart part WHERE part.refund_id = refund.id
    ) AS has_parts
    FROM checkout_refund refund JOIN checkout_payment payment ON payment.id = refund.payment_id
    WHERE payment.order_id = %s AND refund.status <> 'failed' AND refund.second_intent_id = ''
)
SELECT line.merchant_id, line.partner_id, line.commission,
       line.quantity - line.refunded_quantity, line.quantity,
       coalesce((SELECT amount FROM money WHERE kind = 'capture'), 0)
           - coalesce((SELECT sum(amount) FROM back WHERE has_parts), 0),
       coalesce((SELECT sum(amount) FROM back WHERE NOT has_parts), 0)
           - coalesce((SELECT amount FROM money WHERE kind = 'dispute'), 0)
FROM checkout_orderline line WHERE line.order_id = %s AND line.commission > 0
  AND EXISTS (SELECT FROM money WHERE kind = 'capture')
"""
OWED = """
SELECT entry.merchant_id, entry.partner_id, -sum(entry.amount)::bigint
FROM checkout_ledgerentry entry
JOIN checkout_ledgertransaction movement ON movement.id = entry.transaction_id
WHERE movement.order_id = %s AND entry.account = 'partners'
GROUP BY entry.merchant_id, entry.partner_id
"""


def credits(lines: Iterable[QuoteLine]) -> Mapping[tuple[str, int], Credit]:
    """What the codes in `lines` stand for now, by code and shop; one statement, none without codes."""
    told = [line for line in lines if line.via]
    return agreements.credits([line.merchant.pk for line in told], [line.via for line in told])


def fields_of(line: QuoteLine, found: Mapping[tuple[str, int], Credit]) -> dict[str, int | None]:
    """The fields of an order's line that say who brought it, and what they get of its goods: of what
    is paid for them, as our own fee is."""
    credit = found.get((line.via, line.merchant.pk), NOBODY)
    goods = line.total - Money(line.discount, line.total.currency)
    return {
        "partner_id": credit.partner_pk or None,
        "commission_bps": credit.commission_bps,
        "commission": goods.share(credit.commission_bps).amount,
    }


def settle(order: Order) -> None:
    """Make what partners are owed of `order` what is due to them now, and the merchants bear it.

    Due is the commission of the pieces that were not given back, less the part of the money that went
    back as a whole, or to a bank. A repeat does nothing. In the caller's transaction, which holds the
    order's lock; one statement for an order that no partner is paid for.
    """
    due = _due(order)
    if not due:
        return
    owed = {(merchant, partner): amount for merchant, partner, amount in rows.run(OWED, [order.pk])}
    postings = []
    for (merchant, partner), amount in due.items():
        more = amount - owed.get((merchant, partner), 0)
        postings.append(Posting(Account.MERCHANT, more, merchant))
        postings.append(Posting(Account.PARTNERS, -more, merchant, partner))
    if any(posting.amount for posting in postings):
        before = LedgerTransaction.objects.filter(order=order, kind=KIND).count()
        reference = f"{order.public_id} {before}"
        ledger.post(KIND, reference=reference, order=order, postings=postings)


def _due(order: Order) -> dict[tuple[int, int], int]:
    """Minor units for each merchant and partner of the order, by their ids; never less than 0."""
    due: dict[tuple[int, int], int] = {}
    payable = step(order.currency)
    for merchant, partner, commission, left, pieces, paid, gone in rows.run(LINES, [order.pk] * 3):
        # Parts say which pieces went back; the rest of the money stands for the pieces that are left.
        stays, of = (max(int(paid - gone), 0), int(paid)) if paid > 0 else (1, 1)
        amount = divide(commission * left * min(stays, of), pieces * of, step=payable)
        due[merchant, partner] = due.get((merchant, partner), 0) + amount
    return due
