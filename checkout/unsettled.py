# ruff: noqa: S608 - the text is made of texts of ours, never of input
"""Orders whose merchants nobody has settled with: what was paid, refunded or decided by code that knew
no transfers, before an update or while it was under way.
"""

from __future__ import annotations

from django.db import transaction

from checkout import ledger, transfers
from checkout.models import Order
from checkout.reconciliation_books import turns
from shopping import rows

# So many orders by their keys are one turn.
TURN = 5_000

# Whose merchants are owed something, or have something left of what they were sent too much. An order
# is left alone while a bank decides, and where somebody has taken money back by hand, which is never
# asked for: whoever did it knows why, and the ledger shows it as owed.
UNSETTLED = f"""
WITH owed AS (
    SELECT movement.order_id, entry.merchant_id, -sum(entry.amount) AS amount
    FROM checkout_ledgertransaction movement
    JOIN checkout_ledgerentry entry ON entry.transaction_id = movement.id
    WHERE movement.order_id > %s AND movement.order_id <= %s AND entry.account = 'merchant'
    GROUP BY movement.order_id, entry.merchant_id HAVING sum(entry.amount) <> 0
)
SELECT DISTINCT owed.order_id FROM owed
WHERE (owed.amount > 0 AND EXISTS (
    SELECT FROM checkout_payment payment
    JOIN checkout_order orders ON orders.id = payment.order_id
    WHERE payment.order_id = owed.order_id AND payment.status = 'succeeded' AND orders.status = 'paid'
      AND orders.test_shop_id IS NULL
) OR owed.amount < 0 AND EXISTS (
    SELECT FROM checkout_transfer transfer
    WHERE transfer.order_id = owed.order_id AND transfer.merchant_id = owed.merchant_id
      AND transfer.reversed < transfer.amount
)) AND NOT EXISTS (
    SELECT FROM checkout_dispute dispute
    JOIN checkout_payment payment ON payment.id = dispute.payment_id
    WHERE payment.order_id = owed.order_id AND dispute.status IN ({ledger.UNDECIDED})
) AND NOT EXISTS (
    SELECT FROM checkout_transferreversal reversal
    JOIN checkout_transfer transfer ON transfer.id = reversal.transfer_id
    WHERE transfer.order_id = owed.order_id AND reversal.status = 'succeeded'
      AND reversal.attempted_at IS NULL
)
ORDER BY owed.order_id DESC
"""


def orders(*, turn: int) -> list[int]:
    """The keys of such orders among the newest, and the older ones whose `turn` it is; one statement
    for each, which reads no more however many orders there are."""
    newest = Order.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    ranges = turns(newest, turn=turn, size=TURN)
    return [key for ends in ranges for (key,) in rows.run(UNSETTLED, list(ends))]


def settle(order_pk: int) -> None:
    """Settle up with the merchants of an order, if it still is such a one. Locks the order."""
    with transaction.atomic():
        order = rows.lock(Order, order_pk)
        if rows.run(UNSETTLED, [order_pk - 1, order_pk]):
            transfers.settle_up(order)
