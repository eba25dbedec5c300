-- strict
-- proves: Each event is on its way to every endpoint that hears of its type.
-- found: Event {event} ({type}) has no message to {endpoint}.
-- do: If the webhook was off, or heard of other types then, all is well; else replay the time from the
--  admin.
SELECT e.public_id AS event, e.type, p.url AS endpoint
FROM webhooks_endpoint p CROSS JOIN audit_moment m
JOIN webhooks_event e ON e.created_at > p.created_at AND e.created_at <= m.settled
    AND e.created_at >= m.since AND e.type <> 'endpoint.test'
    AND (p.types = '{}' OR e.type = ANY (p.types))
LEFT JOIN catalogue_merchant shop ON shop.id = e.merchant_id
WHERE p.active AND p.off_at IS NULL
  AND (p.merchant_id = e.merchant_id OR p.merchant_id IS NULL AND shop.test_of_id IS NULL)
  AND NOT EXISTS (SELECT FROM webhooks_delivery d WHERE d.event_id = e.id AND d.endpoint_id = p.id)
