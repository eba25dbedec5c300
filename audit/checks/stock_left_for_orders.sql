-- proves: What was paid for has left the shelf once, nothing else was sold, and no more came back.
-- found: Order É-{number}, variant {variant}: {bought} were bought, {sold} left the shelf, {back} came
--  back.
-- do: Look the variant's movements up in the admin, and let a stocktake say what is there.
SELECT coalesce(moved.number, bought.number) AS number, v.public_id AS variant,
       coalesce(bought.pieces, 0) AS bought, coalesce(moved.sold, 0) AS sold,
       coalesce(moved.back, 0) AS back
FROM (
    SELECT reference AS number, variant_id,
           coalesce(sum(before - after) FILTER (WHERE reason = 'sale'), 0) AS sold,
           coalesce(sum(after - before) FILTER (WHERE reason = 'restock'), 0) AS back
    FROM catalogue_stockmovement WHERE reason IN ('sale', 'restock') GROUP BY 1, 2
) moved
FULL JOIN (
    SELECT o.number::text AS number, l.variant_id, l.quantity AS pieces
    FROM checkout_order o JOIN checkout_orderline l ON l.order_id = o.id
    WHERE o.paid_at IS NOT NULL
) bought USING (number, variant_id)
JOIN catalogue_variant v ON v.id = variant_id
WHERE moved.sold IS DISTINCT FROM bought.pieces OR moved.back > bought.pieces
