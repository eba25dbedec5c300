"""What must hold between the shop's tables and Stripe's objects, whatever has happened.

Each promise is a sentence and the SQL that finds what breaks it; no row is good. Nothing here calls
the code that it judges: it reads tables, and Stripe's objects as Stripe (the stand-in) tells them.
`ALWAYS` holds after every step, `SETTLED` once nobody has anything left to do.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from django.db import connection

# Stripe's objects as tables, and what came in for goods and is owed to a merchant as one.
STRIPE = """
WITH intent AS (
    SELECT id, status, metadata->>'payment' AS payment
    FROM jsonb_to_recordset($1) AS x (id text, status text, metadata jsonb)
), charge AS (
    SELECT id, payment_intent, amount_captured AS took, amount_refunded AS gave, disputed,
           upper(currency) AS currency, metadata->>'payment' AS payment
    FROM jsonb_to_recordset($2) AS x (
        id text, payment_intent text, amount_captured bigint, amount_refunded bigint,
        disputed boolean, currency text, status text, metadata jsonb)
    WHERE status = 'succeeded'
), given AS (
    SELECT id, payment_intent, amount, status, metadata->>'refund' AS refund
    FROM jsonb_to_recordset($3) AS x (
        id text, payment_intent text, amount bigint, status text, metadata jsonb)
), moved AS (
    SELECT payment_intent, (movement->>'amount')::bigint - (movement->>'fee')::bigint AS amount
    FROM jsonb_to_recordset($4) AS x (payment_intent text, balance_transactions jsonb),
         jsonb_array_elements(balance_transactions) movement
), sent AS (
    SELECT id, amount, amount_reversed, destination, metadata->>'transfer' AS transfer
    FROM jsonb_to_recordset($5) AS x (
        id text, amount bigint, amount_reversed bigint, destination text, metadata jsonb)
), paid_part AS (
    SELECT order_id, merchant_id, total - discount AS goods,
           total - discount + CASE WHEN tax_is_included THEN 0 ELSE tax END AS amount
    FROM checkout_orderline
    UNION ALL
    SELECT order_id, merchant_id, 0,
           amount - discount + CASE WHEN tax_is_included THEN 0 ELSE tax END
    FROM checkout_orderdelivery
), entry AS (
    SELECT e.*, t.kind, t.reference, t.order_id FROM checkout_ledgerentry e
    JOIN checkout_ledgertransaction t ON t.id = e.transaction_id
), live AS (
    SELECT * FROM checkout_refund WHERE status <> 'failed'
), undecided AS (
    SELECT p.order_id FROM checkout_dispute d JOIN checkout_payment p ON p.id = d.payment_id
    WHERE d.status IN ('needs_response', 'under_review')
)
"""

STOCK = {
    "what is promised is there": """
        SELECT variant_id, on_hand, reserved FROM catalogue_stockitem
        WHERE reserved < 0 OR reserved > on_hand""",
    "what is promised is what orders wait for": """
        SELECT variant_id, reserved, wanted FROM catalogue_stockitem s LEFT JOIN (
            SELECT l.variant_id, sum(l.quantity) AS wanted FROM checkout_orderline l
            JOIN checkout_order o ON o.id = l.order_id AND o.status = 'awaiting_payment'
            GROUP BY l.variant_id) w USING (variant_id)
        WHERE reserved <> coalesce(wanted, 0)""",
    "the shelf is the sum of its movements": """
        SELECT variant_id, on_hand, moved FROM catalogue_stockitem s LEFT JOIN (
            SELECT variant_id, sum(after - before) AS moved FROM catalogue_stockmovement
            GROUP BY variant_id) m USING (variant_id)
        WHERE on_hand <> coalesce(moved, 0)""",
    "each movement begins where the one before it ended": """
        SELECT id, variant_id, before, ended FROM (
            SELECT *, lag(after) OVER (PARTITION BY variant_id ORDER BY id) AS ended
            FROM catalogue_stockmovement) m
        WHERE ended <> before""",
    "what was paid for has left the shelf once, and nothing else has": """
        SELECT coalesce(sold.reference, bought.reference), sold.pieces, bought.pieces
        FROM (SELECT reference, variant_id, sum(before - after) AS pieces
              FROM catalogue_stockmovement WHERE reason = 'sale' GROUP BY 1, 2) sold
        FULL JOIN (SELECT o.number::text AS reference, l.variant_id, l.quantity AS pieces
                   FROM checkout_order o JOIN checkout_orderline l ON l.order_id = o.id
                   WHERE o.paid_at IS NOT NULL) bought USING (reference, variant_id)
        WHERE sold.pieces IS DISTINCT FROM bought.pieces""",
    "no more comes back than went": """
        SELECT m.reference, m.variant_id FROM catalogue_stockmovement m
        WHERE m.reason = 'restock' GROUP BY 1, 2
        HAVING sum(m.after - m.before) > (
            SELECT sum(l.quantity) FROM checkout_orderline l JOIN checkout_order o
            ON o.id = l.order_id WHERE o.number::text = m.reference
            AND l.variant_id = m.variant_id AND o.paid_at IS NOT NULL)""",
}

TOTALS = {
    "an order's totals are the sums of its parts": """
        SELECT o.id, sums.* FROM checkout_order o CROSS JOIN LATERAL (
            SELECT sum(goods) AS goods, sum(parcel) AS parcels, sum(discount) AS discount,
                   coalesce(sum(tax) FILTER (WHERE NOT included), 0) AS added,
                   coalesce(sum(tax) FILTER (WHERE included), 0) AS inside
            FROM (
                SELECT total AS goods, 0 AS parcel, discount, tax, tax_is_included AS included
                FROM checkout_orderline WHERE order_id = o.id
                UNION ALL SELECT 0, amount, discount, tax, tax_is_included
                FROM checkout_orderdelivery WHERE order_id = o.id) part) sums
        WHERE (items_total, delivery_total, discount_total, tax_added, tax_included)
              IS DISTINCT FROM (goods, parcels, discount, added, inside)""",
    "an order's total is what its parts are paid with": """
        SELECT o.id, o.total FROM checkout_order o
        WHERE o.total <> (SELECT sum(amount) FROM paid_part WHERE order_id = o.id)""",
    "what offers took off is on the parts that they took it from": """
        SELECT order_id, merchant_id, a.amount, b.amount FROM (
            SELECT order_id, merchant_id, sum(discount) AS amount FROM (
                SELECT order_id, merchant_id, discount FROM checkout_orderline
                UNION ALL SELECT order_id, merchant_id, discount FROM checkout_orderdelivery) d
            WHERE discount > 0 GROUP BY 1, 2) a
        FULL JOIN (SELECT order_id, merchant_id, sum(amount) AS amount
                   FROM checkout_orderdiscount GROUP BY 1, 2) b USING (order_id, merchant_id)
        WHERE a.amount IS DISTINCT FROM b.amount""",
    "an offer is counted once for each order that holds it": """
        SELECT f.id, f.used FROM checkout_offer f
        WHERE (f.total_limit IS NOT NULL OR f.person_limit IS NOT NULL)
          AND (f.used <> (SELECT count(*) FROM checkout_offeruse WHERE offer_id = f.id)
               OR f.used <> (SELECT count(DISTINCT o.id) FROM checkout_order o
                   JOIN checkout_orderdiscount d ON d.order_id = o.id AND d.offer_id = f.id
                   WHERE o.status <> 'cancelled' OR o.paid_at IS NOT NULL)
               OR f.used > f.total_limit)""",
}

BOOKS = {
    "each transaction of the ledger sums to zero": """
        SELECT transaction_id FROM entry GROUP BY transaction_id, currency
        HAVING sum(amount) <> 0""",
    "the ledger is in the order's currency": """
        SELECT e.id FROM entry e JOIN checkout_order o ON o.id = e.order_id
        WHERE e.currency <> o.currency""",
    "an order that was paid has one capture for its goods, and no other has": """
        SELECT o.id, o.status FROM checkout_order o WHERE (o.paid_at IS NOT NULL)::int <> (
            SELECT count(DISTINCT transaction_id) FROM entry
            WHERE order_id = o.id AND kind = 'capture' AND merchant_id IS NOT NULL)
        AND o.total > 0""",
    "a capture gives each merchant their part, our offers made good, less our fee on goods": """
        SELECT order_id, merchant_id, theirs, ours, amount, gift FROM (
            SELECT order_id, merchant_id,
                   -coalesce(sum(amount) FILTER (WHERE account = 'merchant'), 0) AS theirs,
                   -coalesce(sum(amount) FILTER (WHERE account = 'fees'), 0) AS ours
            FROM entry WHERE kind = 'capture' AND merchant_id IS NOT NULL GROUP BY 1, 2) e
        JOIN (SELECT order_id, merchant_id, sum(amount) AS amount, sum(goods) AS goods
              FROM paid_part GROUP BY 1, 2) p USING (order_id, merchant_id)
        JOIN (SELECT id AS merchant_id, fee_bps FROM catalogue_merchant) m USING (merchant_id)
        CROSS JOIN LATERAL (
            SELECT coalesce(sum(d.amount), 0) AS gift FROM checkout_orderdiscount d
            WHERE d.order_id = e.order_id AND d.merchant_id = e.merchant_id AND by_platform) g
        JOIN (SELECT id AS order_id, CASE currency WHEN 'KWD' THEN 10 ELSE 1 END AS step
              FROM checkout_order) c USING (order_id)
        WHERE theirs + ours <> amount
           OR ours <> step * floor((2 * goods * fee_bps + 10000 * step) / (20000 * step)) - gift""",
    "a refund takes from each merchant what its parts say": """
        SELECT r.id, merchant_id FROM live r
        CROSS JOIN LATERAL (
            SELECT merchant_id, sum(amount) AS amount, sum(fee) AS fee FROM checkout_refundpart
            WHERE refund_id = r.id GROUP BY 1) part
        LEFT JOIN LATERAL (
            SELECT e.merchant_id, sum(amount) AS amount,
                   coalesce(sum(amount) FILTER (WHERE account = 'fees'), 0) AS fee
            FROM entry e WHERE kind = 'refund_owed' AND reference = r.public_id::text
            GROUP BY 1) taken USING (merchant_id)
        WHERE part.amount <> coalesce(taken.amount, 0) OR part.fee <> coalesce(taken.fee, 0)""",
    "no merchant gives back more of an order than was paid to them": """
        SELECT order_id, merchant_id FROM entry
        WHERE merchant_id IS NOT NULL AND kind IN ('capture', 'refund_owed', 'refund_dropped')
        GROUP BY 1, 2 HAVING sum(amount) > 0""",
}

MONEY = {
    "a transfer of ours is one transfer at Stripe": """
        SELECT transfer, count(*) FROM sent WHERE transfer IS NOT NULL
        GROUP BY transfer HAVING count(*) > 1""",
    "no more is taken back of a transfer than was sent": """
        SELECT id, amount, reversed FROM checkout_transfer WHERE reversed > amount""",
    "nothing is refunded above what was captured": """
        SELECT p.id, p.captured, p.refunded FROM checkout_payment p
        WHERE p.captured > p.amount
           OR p.captured < (SELECT coalesce(sum(amount), 0) FROM live
                            WHERE payment_id = p.id AND second_intent_id = '')
           OR p.refunded <> (SELECT coalesce(sum(amount), 0) FROM live WHERE payment_id = p.id
                             AND status = 'succeeded' AND second_intent_id = '')""",
    "no piece is refunded twice, and none for more than was paid": """
        SELECT l.id, l.quantity, l.refunded_quantity, given.pieces, given.amount FROM checkout_orderline l
        CROSS JOIN LATERAL (
            SELECT coalesce(sum(part.quantity), 0) AS pieces, coalesce(sum(part.amount), 0) AS amount
            FROM checkout_refundpart part JOIN live r ON r.id = part.refund_id
            WHERE part.line_id = l.id) given
        WHERE l.refunded_quantity <> given.pieces OR given.pieces > l.quantity
           OR given.amount > l.total - l.discount
                + CASE WHEN l.tax_is_included THEN 0 ELSE l.tax END""",
    "an order is paid by one payment, in full": """
        SELECT o.id, o.status, o.total FROM checkout_order o WHERE (o.paid_at IS NOT NULL)
          AND (SELECT array_agg(p.captured) FROM checkout_payment p
               WHERE p.order_id = o.id AND p.status = 'succeeded')
              IS DISTINCT FROM ARRAY[o.total]""",
    "what we call paid, Stripe has taken": """
        SELECT p.id, p.captured, c.took FROM checkout_payment p
        LEFT JOIN charge c ON c.payment_intent = p.intent_id
        WHERE p.status = 'succeeded' AND (c.took, c.currency, c.payment)
              IS DISTINCT FROM (p.captured, p.currency, p.public_id::text)""",
    "no order is charged twice": """
        SELECT payment, count(*) FROM charge GROUP BY payment HAVING count(*) > 1""",
    "Stripe gives back no more than it took": """
        SELECT id, took, gave FROM charge WHERE gave > took""",
    "a refund of ours is one refund at Stripe": """
        SELECT refund, count(*) FROM given WHERE refund IS NOT NULL
        GROUP BY refund HAVING count(*) > 1""",
    "a key of a person is one order": """
        SELECT principal, idempotency_key FROM checkout_order GROUP BY 1, 2 HAVING count(*) > 1""",
}

ALWAYS = {**STOCK, **TOTALS, **BOOKS, **MONEY}

SETTLED = {
    "nobody waits for a payment": """
        SELECT id, reserved_until FROM checkout_order WHERE status = 'awaiting_payment'""",
    "no payment is open": """
        SELECT id, status FROM checkout_payment
        WHERE next_check_at IS NOT NULL OR status NOT IN ('succeeded', 'cancelled')""",
    "no refund is on its way": """
        SELECT id, failure FROM checkout_refund WHERE status = 'requested'""",
    "no event of Stripe is left": """
        SELECT id, type, last_error FROM checkout_stripeevent WHERE processed_at IS NULL""",
    "no intent of ours can be paid any more": """
        SELECT i.id, i.status FROM intent i WHERE i.status NOT IN ('succeeded', 'canceled')""",
    "a charge has its one paid order, or went back": """
        SELECT c.id, o.status, c.took, c.gave FROM charge c
        LEFT JOIN checkout_payment p ON p.public_id::text = c.payment
        LEFT JOIN checkout_order o ON o.id = p.order_id
        WHERE NOT coalesce(p.intent_id = c.payment_intent AND o.paid_at IS NOT NULL, false)
          AND NOT c.disputed AND c.gave <> c.took""",
    "what Stripe gave back is in our refunds": """
        SELECT payment_intent, theirs.amount, ours.amount FROM (
            SELECT payment_intent, sum(amount) AS amount FROM given
            WHERE status = 'succeeded' GROUP BY 1) theirs
        FULL JOIN (
            SELECT coalesce(nullif(r.second_intent_id, ''), p.intent_id) AS payment_intent,
                   sum(r.amount) AS amount
            FROM checkout_refund r JOIN checkout_payment p ON p.id = r.payment_id
            WHERE r.status = 'succeeded' GROUP BY 1) ours USING (payment_intent)
        WHERE theirs.amount IS DISTINCT FROM ours.amount""",
    "our balance at Stripe is what came, less what went back and what banks took": """
        SELECT o.id, books.amount, stripes.amount FROM checkout_order o
        CROSS JOIN LATERAL (
            SELECT coalesce(sum(amount), 0) AS amount FROM entry
            WHERE order_id = o.id AND account = 'stripe' AND kind IN (
                'capture', 'refund', 'refund_returned', 'dispute', 'dispute_fee')) books
        CROSS JOIN LATERAL (
            SELECT coalesce(sum(each.amount), 0) AS amount FROM (
                SELECT payment_intent, took - gave AS amount FROM charge
                UNION ALL SELECT payment_intent, amount FROM moved) each
            JOIN intent i ON i.id = each.payment_intent
            JOIN checkout_payment p ON p.public_id::text = i.payment
            WHERE p.order_id = o.id) stripes
        WHERE books.amount <> stripes.amount""",
    "no transfer and no reversal is on its way, but where a bank has yet to decide": """
        SELECT t.id, t.failure, r.failure AS reversal FROM checkout_transfer t
        LEFT JOIN checkout_transferreversal r ON r.transfer_id = t.id AND r.status = 'requested'
        WHERE (t.status = 'requested' OR r.id IS NOT NULL)
          AND t.order_id NOT IN (SELECT order_id FROM undecided)""",
    "what was to be sent or taken back has been": """
        SELECT order_id, sum(amount) FROM entry WHERE account = 'transfers'
          AND order_id NOT IN (SELECT order_id FROM undecided)
        GROUP BY order_id HAVING sum(amount) <> 0""",
    "each merchant has been sent what is theirs, and more is back as far as it was sent": """
        SELECT order_id, merchant_id, owed FROM (
            SELECT order_id, merchant_id, -sum(amount) AS owed FROM entry
            WHERE account = 'merchant' GROUP BY 1, 2) e
        WHERE owed <> 0 AND (owed > 0 OR EXISTS (
            SELECT FROM checkout_transfer t WHERE t.order_id = e.order_id
              AND t.merchant_id = e.merchant_id AND t.reversed < t.amount))
          AND order_id NOT IN (SELECT order_id FROM undecided)""",
    "Stripe has sent each merchant what our rows say": """
        SELECT t.id, t.amount, t.reversed, sent.amount, sent.amount_reversed
        FROM (SELECT * FROM checkout_transfer WHERE status <> 'requested') t
        JOIN catalogue_merchant m ON m.id = t.merchant_id
        FULL JOIN sent ON sent.transfer = t.public_id::text
        WHERE (t.stripe_id, t.amount, t.reversed, m.stripe_account_id)
              IS DISTINCT FROM (sent.id, sent.amount, sent.amount_reversed, sent.destination)""",
    "nothing is owed to a shopper": """
        SELECT order_id, sum(amount) FROM entry WHERE account = 'refunds'
        GROUP BY order_id HAVING sum(amount) <> 0""",
}


def broken(promises: Mapping[str, str], stripe: Mapping[str, list[dict[str, Any]]]) -> list[str]:
    """What of `promises` does not hold, with the rows that show it.

    `stripe` has the lists payment_intents, charges, refunds, disputes and transfers, as Stripe tells
    them.
    """
    each = [
        f"SELECT {number}, to_jsonb(found)::text FROM ({sql}) found"
        for number, sql in enumerate(promises.values())
    ]
    values = [json.dumps(stripe.get(name, [])) for name in LISTS]
    with connection.cursor() as cursor:
        name = _prepared(cursor, STRIPE + " UNION ALL ".join(each))
        cursor.execute(f"EXECUTE {name} (%s, %s, %s, %s, %s)", values)
        rows = cursor.fetchall()
    return [f"NOT TRUE: {list(promises)[number]}: {row}" for number, row in rows]


def _prepared(cursor: Any, sql: str) -> str:
    """The name of `sql` in this connection, which plans it once: that is most of its work."""
    name = f"audit_{hashlib.sha256(sql.encode()).hexdigest()[:16]}"
    cursor.execute("SELECT FROM pg_prepared_statements WHERE name = %s", [name])
    if not cursor.fetchall():
        cursor.execute("SET plan_cache_mode = force_generic_plan")
        cursor.execute(f"PREPARE {name} (jsonb, jsonb, jsonb, jsonb, jsonb) AS {sql}")
    return name


LISTS = ("payment_intents", "charges", "refunds", "disputes", "transfers")
