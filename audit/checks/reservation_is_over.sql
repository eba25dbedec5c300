-- proves: No reservation has outlived its time.
-- found: Order É-{number} holds its stock, though its time was over at {until}.
-- do: See that beat and a worker for the queue “stripe” run; checkout.sweep_reservations cancels it.
SELECT o.number, o.reserved_until AS until FROM checkout_order o CROSS JOIN audit_moment m
WHERE o.status = 'awaiting_payment' AND o.reserved_until <= m.due AND o.placed_at <= m.settled
