-- proves: Each movement of our balance at Stripe for an order is in the books.
-- found: Stripe moved {amount} {currency} ({type} {movement}, for {source}), and the books do not know it.
-- do: Run manage.py reconcile; what stays is explained in docs/reconciliation.md.
SELECT s.id AS movement, s.type, s.source, s.amount, s.currency
FROM stripe_movement s CROSS JOIN audit_moment m
JOIN LATERAL (
    SELECT 'capture' AS kind, coalesce((SELECT p.public_id::text FROM checkout_payment p
                                        WHERE p.intent_id = c.intent), c.intent) AS reference
    FROM stripe_charge c WHERE c.id = s.source AND c.payment IS NOT NULL AND s.type = 'charge'
    UNION ALL
    SELECT 'refund', coalesce(r.public_id::text, g.id) FROM stripe_refund g
    JOIN stripe_charge c ON c.id = g.charge AND c.payment IS NOT NULL
    LEFT JOIN checkout_refund r ON r.stripe_id = g.id
    WHERE g.id = s.source AND s.type = 'refund'
    UNION ALL
    SELECT 'transfer', t.transfer::text FROM stripe_transfer t
    WHERE t.id = s.source AND t.transfer IS NOT NULL AND s.type = 'transfer'
    UNION ALL
    SELECT 'reversal', coalesce(r.public_id::text, b.id) FROM stripe_reversal b
    JOIN stripe_transfer t ON t.id = b.transfer AND t.transfer IS NOT NULL
    LEFT JOIN checkout_transferreversal r ON r.stripe_id = b.id
    WHERE b.id = s.source AND s.type = 'transfer_refund'
    UNION ALL
    SELECT 'dispute', s.id WHERE s.category IN ('dispute', 'dispute_reversal') AND s.amount <> 0
) named ON true
WHERE s.created >= m.since AND s.created <= m.settled AND NOT EXISTS (
    SELECT FROM checkout_ledgertransaction t WHERE t.kind = named.kind AND t.reference = named.reference)
