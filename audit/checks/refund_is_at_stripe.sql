-- proves: What we call refunded, Stripe has given back.
-- found: Refund {refund} of order É-{number}, {amount} {currency}, is done here, and not at Stripe.
-- do: Look it up in Stripe's dashboard; the shopper has not got this money.
SELECT r.public_id AS refund, o.number, r.amount, p.currency
FROM checkout_refund r CROSS JOIN audit_moment m
JOIN checkout_payment p ON p.id = r.payment_id AND p.test_shop_id IS NULL
JOIN checkout_order o ON o.id = p.order_id
WHERE r.status = 'succeeded' AND r.created_at >= m.since AND r.created_at <= m.settled
  AND NOT EXISTS (SELECT FROM stripe_refund s WHERE s.id = r.stripe_id AND s.status = 'succeeded'
                  AND s.intent = coalesce(nullif(r.second_intent_id, ''), p.intent_id))
