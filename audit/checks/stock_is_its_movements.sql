-- proves: What is on hand is the sum of its movements.
-- found: Variant {variant} ({sku}) has {on_hand} on hand, and its movements come to {moved}.
-- do: Count it, and let a stocktake say what is there.
SELECT v.public_id AS variant, v.sku, s.on_hand, coalesce(moved.pieces, 0) AS moved
FROM catalogue_stockitem s JOIN catalogue_variant v ON v.id = s.variant_id
LEFT JOIN (
    SELECT variant_id, sum(after - before) AS pieces FROM catalogue_stockmovement GROUP BY variant_id
) moved ON moved.variant_id = s.variant_id
WHERE s.on_hand <> coalesce(moved.pieces, 0)
