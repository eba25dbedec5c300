-- proves: What is reserved is what orders wait for.
-- found: Of variant {variant} ({sku}) {reserved} are reserved, and open orders wait for {wanted}.
-- do: Find out who changed the database by hand, and put `reserved` right.
SELECT v.public_id AS variant, v.sku, s.reserved, coalesce(w.wanted, 0) AS wanted
FROM catalogue_stockitem s JOIN catalogue_variant v ON v.id = s.variant_id
LEFT JOIN (
    SELECT l.variant_id, sum(l.quantity) AS wanted
    FROM checkout_order o JOIN checkout_orderline l ON l.order_id = o.id
    WHERE o.status = 'awaiting_payment' GROUP BY l.variant_id
) w ON w.variant_id = s.variant_id
WHERE s.reserved <> coalesce(w.wanted, 0)
