-- proves: Each charge that Stripe took for us has exactly one paid order, or a recorded refund.
-- found: Stripe took {captured} {currency} (charge {charge}, payment {payment}), and no paid order
--  stands for it (order: {number}); of refunds of it {back} are recorded.
-- do: Run manage.py reconcile, which takes in what was missed; else refund the charge from Payments
--  at Stripe.
SELECT c.id AS charge, c.payment, c.captured, c.currency, coalesce(o.number::text, 'none') AS number,
       coalesce(back.amount, 0) AS back
FROM stripe_charge c CROSS JOIN audit_moment m
LEFT JOIN checkout_payment p ON p.public_id = c.payment
LEFT JOIN checkout_order o ON o.id = p.order_id
LEFT JOIN LATERAL (
    SELECT sum(r.amount) AS amount FROM checkout_refund r
    WHERE r.payment_id = p.id AND r.status <> 'failed'
      AND coalesce(nullif(r.second_intent_id, ''), p.intent_id) = c.intent
) back ON true
WHERE c.took AND c.payment IS NOT NULL AND NOT c.disputed
  AND c.created >= m.since AND c.created <= m.settled
  AND NOT coalesce(p.intent_id = c.intent AND p.status = 'succeeded' AND o.paid_at IS NOT NULL, false)
  AND coalesce(back.amount, 0) < c.captured
