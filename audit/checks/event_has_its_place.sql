-- proves: Each event has a place in the log, no place is taken twice, and none is left free.
-- found: {what}.
-- do: See that a worker runs webhooks.sweep_events. A free place means a deleted row: restore it.
SELECT 'Event ' || e.public_id || ' (' || e.type || ') has no place in the log' AS what
FROM webhooks_event e CROSS JOIN audit_moment m
WHERE e.sequence IS NULL AND e.created_at <= m.settled
UNION ALL
SELECT 'Behind place ' || found.before || ' of the log follows ' || found.sequence
FROM (
    SELECT sequence, lag(sequence, 1, 0::bigint) OVER (ORDER BY sequence) AS before
    FROM webhooks_event WHERE sequence IS NOT NULL
) found
WHERE found.sequence <> found.before + 1
