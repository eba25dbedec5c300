-- The least that an order can be: hold one piece, write the order, its line and its payment.
\set item random(1, 1000)
BEGIN;
UPDATE bare_stock SET reserved = reserved + 1 WHERE id = :item AND on_hand - reserved >= 1;
INSERT INTO bare_order (email, total) VALUES ('bench@example.org', 3790) RETURNING id AS order_id \gset
INSERT INTO bare_line (order_id, item_id, quantity, price) VALUES (:order_id, :item, 1, 3400);
INSERT INTO bare_payment (order_id, amount) VALUES (:order_id, 3790);
COMMIT;
