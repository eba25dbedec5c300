-- proves: Nothing happened twice: no key is two orders, no event of Stripe two rows, no movement is
--  posted twice, no order was paid or placed twice, and no message written twice.
-- found: {what} is there {count} times.
-- do: The database's own constraint forbids it: see whether it is still there (psql: \d), and which of
--  the rows is right.
SELECT 'Key ' || idempotency_key || ' of ' || principal AS what, count(*) AS count
FROM checkout_order GROUP BY principal, idempotency_key HAVING count(*) > 1
UNION ALL
SELECT 'Event ' || event_id || ' of Stripe', count(*)
FROM checkout_stripeevent GROUP BY event_id HAVING count(*) > 1
UNION ALL
SELECT 'Movement ' || kind || ' ' || reference, count(*)
FROM checkout_ledgertransaction GROUP BY kind, reference HAVING count(*) > 1
UNION ALL
SELECT type || ' of order É-' || number, count(*)
FROM checkout_orderevent e JOIN checkout_order o ON o.id = e.order_id
WHERE type IN ('order.paid', 'order.placed') GROUP BY type, number HAVING count(*) > 1
UNION ALL
SELECT 'Event ' || type || ' about ' || subject, count(*)
FROM webhooks_event WHERE type = 'order.paid' GROUP BY type, subject, merchant_id HAVING count(*) > 1
UNION ALL
SELECT 'Message of event ' || event_id || ' to webhook ' || endpoint_id, count(*)
FROM webhooks_delivery GROUP BY event_id, endpoint_id HAVING count(*) > 1
UNION ALL
SELECT 'Intent ' || intent_id, count(*)
FROM checkout_payment WHERE intent_id IS NOT NULL GROUP BY intent_id HAVING count(*) > 1
UNION ALL
SELECT 'Fulfilment order ' || order_id || ' of shop ' || merchant_id, count(*)
FROM fulfilment_fulfilmentorder GROUP BY order_id, merchant_id HAVING count(*) > 1
UNION ALL
SELECT 'Mail ' || kind || ' ' || reference || ' to ' || "to", count(*)
FROM accounts_outgoingmail GROUP BY kind, reference, "to" HAVING count(*) > 1
