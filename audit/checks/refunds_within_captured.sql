-- proves: No more is given back than came in: of a payment, of a line, and at Stripe.
-- found: Of {what} {had} came in, and {gave} went back or is about to.
-- do: Stop what is still on its way, and find out which refund was one too many.
SELECT 'payment ' || p.public_id AS what, p.captured AS had, sum(r.amount) AS gave
FROM checkout_payment p JOIN checkout_refund r ON r.payment_id = p.id
WHERE r.status <> 'failed' AND r.second_intent_id = ''
GROUP BY p.id HAVING sum(r.amount) > p.captured OR p.captured > p.amount
    OR p.refunded <> coalesce(sum(r.amount) FILTER (WHERE r.status = 'succeeded'), 0)
UNION ALL
SELECT 'line ' || l.id || ' of order É-' || o.number,
       l.total - l.discount + CASE WHEN l.tax_is_included THEN 0 ELSE l.tax END, sum(part.amount)
FROM checkout_orderline l JOIN checkout_order o ON o.id = l.order_id
JOIN checkout_refundpart part ON part.line_id = l.id
JOIN checkout_refund r ON r.id = part.refund_id AND r.status <> 'failed'
GROUP BY l.id, o.id
HAVING sum(part.amount) > l.total - l.discount + CASE WHEN l.tax_is_included THEN 0 ELSE l.tax END
    OR sum(part.quantity) > l.quantity OR sum(part.quantity) <> l.refunded_quantity
UNION ALL
SELECT 'charge ' || id, captured, refunded FROM stripe_charge WHERE refunded > captured
