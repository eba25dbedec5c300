-- proves: There were never fewer pieces than none, nor more promised than there are.
-- found: Variant {variant} ({sku}): {what}.
-- do: Find out who changed the database by hand; count the variant.
SELECT v.public_id AS variant, v.sku,
       s.on_hand || ' on hand and ' || s.reserved || ' of them reserved' AS what
FROM catalogue_stockitem s JOIN catalogue_variant v ON v.id = s.variant_id
WHERE s.on_hand < 0 OR s.reserved < 0 OR s.reserved > s.on_hand
UNION ALL
SELECT v.public_id, v.sku, 'movement ' || k.id || ' went from ' || k.before || ' to ' || k.after
FROM catalogue_stockmovement k JOIN catalogue_variant v ON v.id = k.variant_id
WHERE k.before < 0 OR k.after < 0
