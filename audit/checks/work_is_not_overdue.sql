-- proves: Nothing that workers have to do was left lying.
-- found: {what} has been due since {due}: {why}.
-- do: See that beat and workers for all queues run; the row of the thing says what failed last.
SELECT work.what, work.due, work.why FROM (
    SELECT 'Event ' || event_id || ' of Stripe (' || type || ')' AS what, next_attempt_at AS due,
           coalesce(nullif(last_error, ''), 'not looked at') AS why, received_at AS born
    FROM checkout_stripeevent WHERE processed_at IS NULL
    UNION ALL
    SELECT 'Payment ' || public_id, next_check_at, status, created_at
    FROM checkout_payment WHERE next_check_at IS NOT NULL
    UNION ALL
    SELECT 'Refund ' || public_id, next_attempt_at, coalesce(nullif(failure, ''), status), created_at
    FROM checkout_refund WHERE next_attempt_at IS NOT NULL
    UNION ALL
    SELECT 'Transfer ' || public_id, next_attempt_at, coalesce(nullif(failure, ''), status), created_at
    FROM checkout_transfer WHERE next_attempt_at IS NOT NULL
    UNION ALL
    SELECT 'Reversal ' || public_id, next_attempt_at, coalesce(nullif(failure, ''), status), created_at
    FROM checkout_transferreversal WHERE next_attempt_at IS NOT NULL
    UNION ALL
    SELECT 'Fulfilment of order É-' || number, paid_at, 'not opened', paid_at
    FROM checkout_order WHERE status = 'paid' AND fulfilment_opened_at IS NULL
    UNION ALL
    SELECT 'Credit notes of refund ' || public_id, created_at, 'not written', created_at
    FROM checkout_refund WHERE status = 'succeeded' AND credited_at IS NULL
) work CROSS JOIN audit_moment m
WHERE work.due <= m.due AND work.born <= m.settled
