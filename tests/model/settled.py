"""What holds once nobody has anything left to do."""

from __future__ import annotations

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
        WHERE owed <> 0 AND (owed > 0 AND EXISTS (
            SELECT FROM checkout_order o WHERE o.id = e.order_id AND o.status = 'paid') OR EXISTS (
            SELECT FROM checkout_transfer t WHERE t.order_id = e.order_id
              AND t.merchant_id = e.merchant_id AND t.reversed < t.amount))
          AND order_id NOT IN (SELECT order_id FROM undecided)""",
    "Stripe has sent each merchant what our rows say": """
        SELECT t.id, t.amount, t.reversed, sent.amount, sent.amount_reversed
        FROM (SELECT * FROM checkout_transfer WHERE status = 'succeeded') t
        JOIN catalogue_merchant m ON m.id = t.merchant_id
        FULL JOIN sent ON sent.transfer = t.public_id::text
        WHERE (t.stripe_id, t.amount, t.reversed, m.stripe_account_id)
              IS DISTINCT FROM (sent.id, sent.amount, sent.amount_reversed, sent.destination)""",
    "nothing is owed to a shopper": """
        SELECT order_id, sum(amount) FROM entry WHERE account = 'refunds'
        GROUP BY order_id HAVING sum(amount) <> 0""",
}
