-- proves: Nobody has more pieces of a drop than a person may.
-- found: Drop of “{product}”: {person} holds {pieces} pieces, and {most} may be.
-- do: If its limit was lowered later, all is well; else cancel what is too many, and tell the shop.
SELECT p.title AS product, had.principal AS person, d.per_person AS most,
       sum(l.quantity - l.refunded_quantity) AS pieces
FROM checkout_droppurchase had JOIN catalogue_drop d ON d.id = had.drop_id
JOIN catalogue_product p ON p.id = d.product_id
JOIN checkout_order o ON o.id = had.order_id AND o.status <> 'cancelled'
JOIN checkout_orderline l ON l.order_id = o.id
JOIN catalogue_variant v ON v.id = l.variant_id AND v.product_id = d.product_id
GROUP BY d.id, p.title, had.principal, d.per_person
HAVING sum(l.quantity - l.refunded_quantity) > d.per_person
