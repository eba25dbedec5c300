-- proves: What Stripe gave back is a refund of ours, of that very amount.
-- found: Stripe gave back {given} {currency} ({refund}), and our rows say {ours}.
-- do: Run manage.py reconcile; what was refunded in the dashboard is taken in by it.
SELECT s.id AS refund, s.amount AS given, s.currency, coalesce(r.amount, 0) AS ours
FROM stripe_refund s CROSS JOIN audit_moment m
JOIN stripe_charge c ON c.intent = s.intent AND c.took AND c.payment IS NOT NULL
LEFT JOIN checkout_refund r ON r.stripe_id = s.id
LEFT JOIN checkout_payment p ON p.id = r.payment_id
WHERE s.status = 'succeeded' AND s.created >= m.since AND s.created <= m.settled
  AND ((s.amount, s.currency) IS DISTINCT FROM (r.amount, p.currency) OR r.status <> 'succeeded')
