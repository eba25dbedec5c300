"""What holds after every step: of the stock, an order's totals, the books, and the money."""

from __future__ import annotations

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
    "a merchant whose pieces and delivery are all given back is owed 0 of the order": """
        SELECT order_id, merchant_id, theirs FROM (
            SELECT order_id, merchant_id,
                   -coalesce(sum(amount) FILTER (WHERE account = 'merchant'), 0) AS theirs
            FROM entry WHERE merchant_id IS NOT NULL
              AND kind IN ('capture', 'refund_owed', 'refund_dropped')
            -- Goodwill that failed may be given again.
            GROUP BY 1, 2 HAVING sum(amount) = 0) e
        WHERE theirs <> 0 AND NOT EXISTS (
            SELECT FROM checkout_orderline l WHERE l.order_id = e.order_id
              AND l.merchant_id = e.merchant_id AND l.refunded_quantity < l.quantity)
          AND NOT EXISTS (
            SELECT FROM checkout_orderdelivery d WHERE d.order_id = e.order_id
              AND d.merchant_id = e.merchant_id AND d.amount > d.discount
              AND NOT EXISTS (
                SELECT FROM live JOIN checkout_payment p ON p.id = live.payment_id
                JOIN checkout_refundpart part ON part.refund_id = live.id
                WHERE p.order_id = d.order_id AND part.merchant_id = d.merchant_id
                  AND part.kind = 'delivery'))""",
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
