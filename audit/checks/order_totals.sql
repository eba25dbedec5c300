-- proves: An order's totals are the sums of its parts.
-- found: Order É-{number}: {what} is {says}, and its parts come to {sums}.
-- do: Find out who changed the order or its lines by hand.
SELECT o.number, each.what, each.says, each.sums
FROM checkout_order o CROSS JOIN audit_moment m
CROSS JOIN LATERAL (
    SELECT coalesce(sum(goods), 0) AS goods, coalesce(sum(parcel), 0) AS parcels,
           coalesce(sum(discount), 0) AS discount,
           coalesce(sum(tax) FILTER (WHERE NOT included), 0) AS added,
           coalesce(sum(tax) FILTER (WHERE included), 0) AS inside
    FROM (
        SELECT quantity * unit_price AS goods, 0 AS parcel, discount, tax, tax_is_included AS included
        FROM checkout_orderline WHERE order_id = o.id
        UNION ALL
        SELECT 0, amount, discount, tax, tax_is_included
        FROM checkout_orderdelivery WHERE order_id = o.id) part
) sums
CROSS JOIN LATERAL (
    VALUES ('goods', o.items_total, sums.goods), ('delivery', o.delivery_total, sums.parcels),
           ('discount', o.discount_total, sums.discount), ('tax on top', o.tax_added, sums.added),
           ('tax inside', o.tax_included, sums.inside),
           ('total', o.total, sums.goods + sums.parcels + sums.added - sums.discount)
) each (what, says, sums)
WHERE o.placed_at >= m.since AND each.says <> each.sums
