-- proves: Each message that is due was sent, or is going to be.
-- found: Message {sequence} to {endpoint} has been due since {due}, after {attempts} attempts.
-- do: See that a courier runs (manage.py courier) and reaches the database.
SELECT d.sequence, p.url AS endpoint, d.next_attempt_at AS due, d.attempts
FROM webhooks_delivery d JOIN webhooks_endpoint p ON p.id = d.endpoint_id CROSS JOIN audit_moment m
WHERE d.status = 'pending' AND p.active AND d.next_attempt_at <= m.due AND d.created_at <= m.settled
