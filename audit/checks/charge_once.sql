-- proves: No order is charged twice and keeps the money.
-- found: Order É-{number} has {count} charges at Stripe that were not given back: {charges}.
-- do: Refund all but the one of its payment from Payments at Stripe.
SELECT o.number, count(*) AS count, string_agg(c.id, ', ' ORDER BY c.created) AS charges
FROM stripe_charge c CROSS JOIN audit_moment m
JOIN checkout_payment p ON p.public_id = c.payment JOIN checkout_order o ON o.id = p.order_id
WHERE c.took AND c.refunded < c.captured AND NOT c.disputed AND c.created <= m.settled
GROUP BY o.number HAVING count(*) > 1
