# ruff: noqa: S608 - the texts are made of words of our own, never of input
"""The statements that add up a merchant's days from the ledger and the orders behind it.

Each takes `merchant`, the days' beginnings `begins` in their order, the end of the last, `ends_at`,
and the lowest and highest primary keys of ledger transactions that can be in them, and gives a row
a day's `place` (from 1) and currency.
"""

from __future__ import annotations

# Which keys what was written between two moments has: the index of a merchant's entries leads from
# them straight there, past all their other years. Read by time, as OFFSET makes the planner do.
BOUNDS = """
SELECT coalesce(min(id), 0), coalesce(max(id), 0) FROM (
    SELECT id FROM checkout_ledgertransaction
    WHERE created_at >= %(first)s::timestamptz AND created_at < %(ends_at)s::timestamptz OFFSET 0
) written
"""

_OWN = """
FROM checkout_ledgerentry entry
JOIN checkout_ledgertransaction movement ON movement.id = entry.transaction_id
WHERE entry.merchant_id = %(merchant)s::bigint
  AND entry.transaction_id BETWEEN %(low)s::bigint AND %(high)s::bigint
  AND entry.account IN ('merchant', 'transfers', 'fees')
  AND movement.created_at >= (%(begins)s::timestamptz[])[1]
  AND movement.created_at < %(ends_at)s::timestamptz
"""
_PLACE = "width_bucket(movement.created_at, %(begins)s::timestamptz[])"

MONEY = f"""
SELECT place, currency,
       count(*) FILTER (WHERE kind = 'capture') AS orders,
       coalesce(sum(paid) FILTER (WHERE kind = 'capture'), 0)::bigint AS sales,
       count(*) FILTER (WHERE kind = 'refund_owed' AND paid <> 0) AS refunds,
       coalesce(-sum(paid) FILTER (WHERE kind IN ('refund_owed', 'refund_dropped')), 0)::bigint
           AS refunded,
       coalesce(-sum(paid) FILTER (WHERE kind IN ('dispute', 'dispute_fee')), 0)::bigint AS disputed,
       coalesce(sum(kept), 0)::bigint AS fees,
       coalesce(-sum(net) FILTER (WHERE kind IN ('transfer', 'reversal')), 0)::bigint AS sent
FROM (
    SELECT {_PLACE} AS place, entry.currency, movement.kind,
           coalesce(-sum(entry.amount) FILTER (WHERE entry.account IN ('merchant', 'fees')), 0) AS paid,
           coalesce(-sum(entry.amount) FILTER (WHERE entry.account = 'fees'), 0) AS kept,
           coalesce(-sum(entry.amount) FILTER (WHERE entry.account IN ('merchant', 'transfers')), 0)
               AS net
    {_OWN}
    GROUP BY movement.id, entry.currency
) moved
GROUP BY place, currency
"""

# The merchant's orders that were paid, each once.
_PAID = f"""
SELECT DISTINCT {_PLACE} AS place, entry.currency, movement.order_id
{_OWN} AND movement.kind = 'capture'
"""
_LINE = "line.total - line.discount + CASE WHEN line.tax_is_included THEN 0 ELSE line.tax END"

# What goes back by lines; a refund of a payment as a whole has none and counts in MONEY alone.
_BACK = f"""
SELECT back.place, back.currency, variant.product_id, 0, 0, 0,
       back.sign * part.quantity, back.sign * part.amount
FROM (
    SELECT DISTINCT {_PLACE} AS place, entry.currency, movement.reference,
           CASE movement.kind WHEN 'refund_owed' THEN 1 ELSE -1 END AS sign
    {_OWN} AND movement.kind IN ('refund_owed', 'refund_dropped')
) back
JOIN checkout_refund refund
  ON refund.public_id = CASE length(back.reference) WHEN 36 THEN back.reference::uuid END
JOIN checkout_refundpart part
  ON part.refund_id = refund.id AND part.merchant_id = %(merchant)s::bigint AND part.kind = 'line'
JOIN checkout_orderline line ON line.id = part.line_id
JOIN catalogue_variant variant ON variant.id = line.variant_id
"""

PRODUCTS = f"""
SELECT place, currency, product_id, sum(orders)::int AS orders, sum(pieces)::int AS pieces,
       sum(sales)::bigint AS sales, sum(returned)::int AS returned, sum(refunded)::bigint AS refunded
FROM (
    SELECT paid.place, paid.currency, variant.product_id, count(DISTINCT paid.order_id) AS orders,
           sum(line.quantity) AS pieces, sum({_LINE}) AS sales, 0 AS returned, 0 AS refunded
    FROM ({_PAID}) paid
    JOIN checkout_orderline line
      ON line.order_id = paid.order_id AND line.merchant_id = %(merchant)s::bigint
    JOIN catalogue_variant variant ON variant.id = line.variant_id
    GROUP BY 1, 2, 3
    UNION ALL {_BACK}
) both_ways
GROUP BY place, currency, product_id
"""

POSTS = f"""
SELECT paid.place, paid.currency, line.post_id, count(DISTINCT paid.order_id)::int AS orders,
       sum(line.quantity)::int AS pieces, sum({_LINE})::bigint AS sales
FROM ({_PAID}) paid
JOIN checkout_orderline line ON line.order_id = paid.order_id AND line.merchant_id = %(merchant)s::bigint
WHERE line.post_id IS NOT NULL
GROUP BY paid.place, paid.currency, line.post_id
"""
