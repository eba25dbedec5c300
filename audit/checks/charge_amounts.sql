-- proves: Amount and currency of order, payment and charge are equal.
-- found: Order É-{number} is {total} {order_currency}, its payment {captured} {payment_currency}, and
--  Stripe took {taken} {taken_currency}.
-- do: Stripe's figure is what the shopper paid. Find out who changed the others, and refund the
--  difference.
SELECT o.number, o.total, o.currency AS order_currency, p.captured, p.currency AS payment_currency,
       c.captured AS taken, c.currency AS taken_currency
FROM stripe_charge c CROSS JOIN audit_moment m
JOIN checkout_payment p ON p.intent_id = c.intent AND p.status = 'succeeded'
JOIN checkout_order o ON o.id = p.order_id
WHERE c.took AND c.created >= m.since AND c.created <= m.settled
  AND ((c.captured, c.currency) IS DISTINCT FROM (p.captured, p.currency)
       OR (c.captured, c.currency) IS DISTINCT FROM (o.total, o.currency) OR p.amount <> o.total)
