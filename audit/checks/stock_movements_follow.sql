-- proves: Each movement of stock begins where the one before it ended.
-- found: Variant {variant} ({sku}): movement {movement} begins at {before}, and the one before it ended
--  at {ended}.
-- do: A movement was changed or deleted by hand; compare with a backup.
-- Movements are in order by their time, which is taken under the lock of the stock; processes whose
-- clocks are apart can only be told by the chain itself: each ended must be as often a beginning.
SELECT v.public_id AS variant, v.sku, broken.id AS movement, broken.before, broken.ended
FROM (
    SELECT id, variant_id, before, lag(after) OVER (PARTITION BY variant_id ORDER BY id) AS ended
    FROM catalogue_stockmovement
) broken JOIN catalogue_variant v ON v.id = broken.variant_id
WHERE broken.ended <> broken.before
