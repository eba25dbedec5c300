-- proves: Each endpoint's messages are counted from 1 without a gap, and in the order of the log.
-- found: Webhook {endpoint}: {what}.
-- do: A message was deleted by hand, or counted twice; a replay from the admin sends the time anew.
SELECT p.url AS endpoint, 'behind message ' || found.before || ' follows ' || found.sequence AS what
FROM (
    SELECT d.endpoint_id, d.sequence,
           lag(d.sequence) OVER (PARTITION BY d.endpoint_id ORDER BY d.sequence) AS before
    FROM webhooks_delivery d WHERE d.sequence IS NOT NULL
) found JOIN webhooks_endpoint p ON p.id = found.endpoint_id
WHERE found.sequence <> found.before + 1
UNION ALL
SELECT p.url, 'its last message is ' || max(d.sequence) || ', and it counts ' || p.last_sequence
FROM webhooks_endpoint p JOIN webhooks_delivery d ON d.endpoint_id = p.id
GROUP BY p.id HAVING max(d.sequence) <> p.last_sequence
UNION ALL
SELECT p.url, 'message ' || found.sequence || ' is of an older event than the message before it'
FROM (
    SELECT d.endpoint_id, d.sequence, e.sequence AS place,
           lag(e.sequence) OVER (PARTITION BY d.endpoint_id ORDER BY d.sequence) AS before
    FROM webhooks_delivery d JOIN webhooks_event e ON e.id = d.event_id WHERE d.sequence IS NOT NULL
      AND e.type <> 'endpoint.test'
) found JOIN webhooks_endpoint p ON p.id = found.endpoint_id
WHERE found.place < found.before
