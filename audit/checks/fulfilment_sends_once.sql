-- proves: No piece is sent twice, and none that was given back before it left.
-- found: Order É-{number}, line {line}: of {bought} pieces {sent} are in parcels, and {counted} are
--  counted as sent.
-- do: Look at the parcels of the order in the admin, and tell the shop.
SELECT o.number, l.id AS line, l.quantity AS bought, coalesce(sum(c.quantity), 0) AS sent,
       l.dispatched_quantity AS counted
FROM checkout_orderline l JOIN checkout_order o ON o.id = l.order_id
JOIN fulfilment_shipmentline c ON c.line_id = l.id
GROUP BY l.id, o.number
HAVING sum(c.quantity) > l.quantity OR sum(c.quantity) < l.dispatched_quantity
