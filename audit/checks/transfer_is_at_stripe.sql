-- proves: What we call transferred, or taken back, is at Stripe.
-- found: {what} of order É-{number}, {amount} {currency}, is done here, and not at Stripe.
-- do: Look it up in Stripe's dashboard, by the order's transfer group.
SELECT 'Transfer ' || t.public_id AS what, o.number, t.amount, t.currency
FROM checkout_transfer t CROSS JOIN audit_moment m JOIN checkout_order o ON o.id = t.order_id
WHERE t.status = 'succeeded' AND t.created_at >= m.since AND t.created_at <= m.settled
  AND NOT EXISTS (SELECT FROM stripe_transfer s WHERE s.id = t.stripe_id)
UNION ALL
SELECT 'Reversal ' || r.public_id, o.number, r.amount, t.currency
FROM checkout_transferreversal r CROSS JOIN audit_moment m
JOIN checkout_transfer t ON t.id = r.transfer_id JOIN checkout_order o ON o.id = t.order_id
WHERE r.status = 'succeeded' AND t.created_at >= m.since AND r.created_at <= m.settled
  AND NOT EXISTS (SELECT FROM stripe_reversal s WHERE s.id = r.stripe_id AND s.amount = r.amount)
