-- proves: Each paid order has one fulfilment order for each of its shops, and no other order has any.
-- found: Order É-{number}, shop {shop}: {why}.
-- do: Look at fulfilment_openingfailure, which says what keeps it from opening.
SELECT o.number, shop.name AS shop, 'paid, and its shop has nothing to send' AS why
FROM checkout_order o CROSS JOIN audit_moment m
JOIN LATERAL (SELECT DISTINCT merchant_id FROM checkout_orderline WHERE order_id = o.id) l ON true
JOIN catalogue_merchant shop ON shop.id = l.merchant_id
WHERE o.status = 'paid' AND o.paid_at >= m.since AND o.paid_at <= m.settled AND NOT EXISTS (
    SELECT FROM fulfilment_fulfilmentorder f WHERE f.order_id = o.id AND f.merchant_id = l.merchant_id)
UNION ALL
SELECT o.number, shop.name, 'its shop has something to send of what was not paid or bought there'
FROM fulfilment_fulfilmentorder f JOIN checkout_order o ON o.id = f.order_id
JOIN catalogue_merchant shop ON shop.id = f.merchant_id
WHERE o.paid_at IS NULL OR NOT EXISTS (
    SELECT FROM checkout_orderline l WHERE l.order_id = o.id AND l.merchant_id = f.merchant_id)
