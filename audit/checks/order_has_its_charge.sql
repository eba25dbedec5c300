-- proves: No order is paid without its charge.
-- found: Order É-{number} is paid ({total} {currency}), and Stripe has taken nothing for it.
-- do: Do not send it. Look at its payment {payment} in Stripe's dashboard, and find out who changed
--  the order.
SELECT o.number, o.total, o.currency, coalesce(p.public_id::text, 'none') AS payment
FROM checkout_order o CROSS JOIN audit_moment m
LEFT JOIN checkout_payment p ON p.order_id = o.id AND p.status = 'succeeded'
WHERE o.paid_at >= m.since AND o.paid_at <= m.settled AND o.total > 0 AND o.test_shop_id IS NULL
  AND NOT EXISTS (SELECT FROM stripe_charge c WHERE c.intent = p.intent_id AND c.took)
