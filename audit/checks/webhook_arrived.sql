-- proves: Each message that is called delivered was taken by its receiver.
-- found: Message {sequence} to {endpoint} is called delivered, and no attempt says that it was taken.
-- do: Send it again from the admin (Webhooks, Deliveries).
-- Attempts are kept for thirty days.
SELECT d.sequence, p.url AS endpoint
FROM webhooks_delivery d JOIN webhooks_endpoint p ON p.id = d.endpoint_id CROSS JOIN audit_moment m
WHERE d.status = 'delivered' AND d.created_at >= m.since
  AND d.delivered_at > now() - interval '29 days' AND NOT EXISTS (
    SELECT FROM webhooks_attempt a
    WHERE a.delivery_id = d.id AND a.status_code BETWEEN 200 AND 299)
