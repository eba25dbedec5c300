-- :orders of them, paid over two years: every fifth is the first shop's, the others' are the other
-- shops'. The newest 2 % are to send, 1 % more is packed, all others have left.
CREATE TEMPORARY TABLE shop AS
SELECT merchant.id AS merchant_id, row_number() OVER (ORDER BY merchant.id) - 1 AS place
FROM catalogue_merchant merchant
WHERE EXISTS (SELECT FROM catalogue_variant v WHERE v.merchant_id = merchant.id);
CREATE TEMPORARY TABLE ware AS
SELECT v.id AS variant_id, v.merchant_id, v.sku, v.option_values, p.title,
    row_number() OVER (PARTITION BY v.merchant_id ORDER BY v.id) - 1 AS place,
    count(*) OVER (PARTITION BY v.merchant_id) AS wares
FROM catalogue_variant v JOIN catalogue_product p ON p.id = v.product_id;
CREATE TEMPORARY TABLE planned AS
SELECT n, 1000000 + n AS order_id,
    (SELECT merchant_id FROM shop WHERE place = CASE WHEN n % 5 = 0 THEN 0
        ELSE 1 + (hashint4(n) & 65535) % (SELECT count(*) - 1 FROM shop) END) AS merchant_id,
    (hashint4(n + 7) & 65535) AS chance,
    now() - (:orders - n) * interval '730 days' / :orders AS at
FROM generate_series(1, :orders) n;
CREATE INDEX ON ware (merchant_id, place);
ANALYZE planned, ware;

INSERT INTO checkout_order (id, public_id, name, line1, line2, postal_code, city, region, country,
    phone, number, email, locale, principal, idempotency_key, request_hash, status, currency,
    items_total, delivery_total, discount_total, tax_added, tax_included, total, placed_at, paid_at,
    fulfilment_opened_at, cancel_reason)
SELECT order_id, gen_random_uuid(),
    (ARRAY['Marie','Jean','Inès','Hugo','Zoé','Ben','Nora','Léa','Théo','Mai'])[1 + chance % 10]
        || ' ' || (ARRAY['Martin','Bernard','Petit','Durand','Moreau','Laurent','Simon','Lefort'])
        [1 + (chance / 10) % 8] || CASE WHEN n % 9 = 0 THEN 'stein' || chance ELSE '' END,
    n % 300 || ' rue du Port', '', '35000', 'Rennes', '', 'FR', '', 1000000 + n,
    'shopper' || n / 3 || '@people.example', 'fr', 'bench:' || n, 'bench-' || n, '', 'paid', 'EUR',
    3490, 0, 0, 0, 0, 3490, at, at, at, ''
FROM planned;

INSERT INTO checkout_orderline (order_id, merchant_id, variant_id, title, option_values, sku, image,
    quantity, unit_price, total, tax_bps, tax, tax_is_included)
SELECT order_id, merchant_id, variant_id, title, option_values, sku, '', 1, 3490, 3490, 0, 0, true
FROM planned JOIN ware USING (merchant_id) WHERE ware.place = chance % ware.wares;

INSERT INTO checkout_payment (public_id, intent_id, status, currency, amount, captured, refunded,
    attempt, attempt_hash, save_card, decline_code, card_brand, card_last4, created_at, order_id)
SELECT gen_random_uuid(), 'pi_bench_' || n, 'succeeded', 'EUR', 3490, 3490, 0, 1, '', false, '',
    'visa', '4242', at, order_id
FROM planned;

-- The words of each part are looked up as it is written.
ANALYZE checkout_order, checkout_orderline;
INSERT INTO fulfilment_fulfilmentorder (id, public_id, status, created_at, updated_at, merchant_id,
    order_id)
SELECT order_id, gen_random_uuid(), CASE WHEN n > :orders * 0.98 THEN 'open'
    WHEN n > :orders * 0.97 THEN 'packed' ELSE 'delivered' END, at, at, merchant_id, order_id
FROM planned ORDER BY n;

INSERT INTO fulfilment_fulfilmentevent (status, note, created_at, fulfilment_order_id)
SELECT status, '', created_at, id FROM fulfilment_fulfilmentorder WHERE id > 1000000;

INSERT INTO fulfilment_shipment (public_id, carrier, tracking_number, tracking_url, created_at,
    fulfilment_order_id)
SELECT gen_random_uuid(), 'Colissimo', '6A' || lpad(id::text, 11, '0'), '', created_at, id
FROM fulfilment_fulfilmentorder WHERE id > 1000000 AND status = 'delivered';

INSERT INTO checkout_dispute (public_id, stripe_id, status, amount, reason, created_at, payment_id)
SELECT gen_random_uuid(), 'du_bench_' || id, CASE WHEN id % 2000 = 0 THEN 'needs_response' ELSE 'won'
    END, 3490, 'fraudulent', created_at, id
FROM checkout_payment WHERE intent_id LIKE 'pi\_bench\_%' AND id % 100 = 0
