-- proves: What belongs to an order that is over can not be paid any more.
-- found: Order É-{number} is {order_status}, and payment intent {intent} at Stripe is {status} still.
-- do: Cancel the intent in Stripe's dashboard.
SELECT o.number, o.status AS order_status, i.id AS intent, i.status
FROM stripe_intent i CROSS JOIN audit_moment m
JOIN checkout_payment p ON p.public_id = i.payment JOIN checkout_order o ON o.id = p.order_id
WHERE i.created >= m.since AND i.created <= m.settled AND i.status NOT IN ('succeeded', 'canceled')
  AND coalesce(o.paid_at, o.cancelled_at) <= m.settled
