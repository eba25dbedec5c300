# ruff: noqa: S608 - the texts are made of our own words, never of input
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

# Of the orders `asked`, by shop: what stands of the money of its part, and what was paid for that less
# its pieces and deliveries that went back. Where the two differ, money went back for no piece, as
# goodwill, as a whole, or to a bank.
STANDS = """
stands AS (
    SELECT movement.order_id, entry.merchant_id, -sum(entry.amount)::bigint AS amount,
           -coalesce(sum(entry.amount) FILTER (WHERE movement.kind = 'capture'), 0)::bigint AS paid
    FROM checkout_ledgerentry entry
    JOIN checkout_ledgertransaction movement ON movement.id = entry.transaction_id
    WHERE movement.order_id IN (SELECT order_id FROM asked) AND entry.merchant_id IS NOT NULL
      AND movement.kind IN ('capture', 'refund_owed', 'refund_dropped', 'dispute')
    GROUP BY movement.order_id, entry.merchant_id
), back AS (
    SELECT payment.order_id, part.merchant_id, sum(part.amount)::bigint AS amount
    FROM checkout_refundpart part
    JOIN checkout_refund refund ON refund.id = part.refund_id
    JOIN checkout_payment payment ON payment.id = refund.payment_id
    WHERE payment.order_id IN (SELECT order_id FROM asked)
      AND refund.status <> 'failed' AND part.kind <> 'goodwill'
    GROUP BY payment.order_id, part.merchant_id
)
"""
# The lines of an order that a commission was agreed on. None while nothing has come in.
LINES = f"""
WITH asked AS (SELECT %s::bigint AS order_id), {STANDS}
SELECT line.merchant_id, line.partner_id, line.commission,
       line.quantity - line.refunded_quantity, line.quantity,
       stands.amount, stands.paid - coalesce(back.amount, 0)
FROM checkout_orderline line JOIN asked USING (order_id)
JOIN stands USING (order_id, merchant_id) LEFT JOIN back USING (order_id, merchant_id)
WHERE line.commission > 0 AND stands.paid > 0
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

    Due is the commission of the pieces that were not given back, less the part of the merchant's money
    that went back for none: as goodwill, as a whole, or to a bank. A repeat does nothing. In the
    caller's transaction, which holds the order's lock; one statement for an order that no partner is
    paid for.
    """
    found = _due(order)
    if not found:
        return
    owed = {(merchant, partner): amount for merchant, partner, amount in rows.run(OWED, [order.pk])}
    postings = []
    for (merchant, partner), amount in found.items():
        more = amount - owed.get((merchant, partner), 0)
        postings.append(Posting(Account.MERCHANT, more, merchant))
        postings.append(Posting(Account.PARTNERS, -more, merchant, partner))
    if any(posting.amount for posting in postings):
        before = LedgerTransaction.objects.filter(order=order, kind=KIND).count()
        reference = f"{order.public_id} {before}"
        ledger.post(KIND, reference=reference, order=order, postings=postings)


def due(commission: int, *, left: int, pieces: int, stays: int, of: int, payable: int) -> int:
    """What a partner gets of a line whose `commission` was fixed for `pieces`, while `left` of them are
    not given back and of their shop's money, `of`, so much `stays`; in steps of `payable`.

    Never less than 0, never more than was fixed, and nothing where no money stays.
    """
    stays = min(stays, of)
    if stays <= 0:
        return 0
    return divide(commission * left * stays, pieces * of, step=payable)


def _due(order: Order) -> dict[tuple[int, int], int]:
    """Minor units for each merchant and partner of the order, by their ids; never less than 0."""
    found: dict[tuple[int, int], int] = {}
    payable = step(order.currency)
    for merchant, partner, commission, left, pieces, stays, of in rows.run(LINES, [order.pk]):
        amount = due(commission, left=left, pieces=pieces, stays=stays, of=of, payable=payable)
        found[merchant, partner] = found.get((merchant, partner), 0) + amount
    return found
