-- proves: Each movement of our balance at Stripe that is in the books is one at Stripe, of that amount.
-- found: The books have {kind} {reference} over {amount} {currency}; at Stripe it is {theirs}.
-- do: Run manage.py reconcile; what stays is explained in docs/reconciliation.md.
SELECT ours.kind, ours.reference, ours.amount, ours.currency, coalesce(theirs.amount, 0) AS theirs
FROM (
    SELECT t.id, t.kind, t.reference, e.currency, sum(e.amount) AS amount
    FROM checkout_ledgertransaction t CROSS JOIN audit_moment m
    JOIN checkout_ledgerentry e ON e.transaction_id = t.id AND e.account = 'stripe'
    WHERE t.created_at >= m.since AND t.created_at <= m.settled
      AND t.kind IN ('capture', 'refund', 'transfer', 'reversal', 'dispute')
    GROUP BY t.id, e.currency HAVING sum(e.amount) <> 0
) ours
LEFT JOIN LATERAL (
    SELECT c.captured AS amount, c.currency FROM stripe_charge c
    WHERE ours.kind = 'capture' AND c.took AND c.intent = coalesce(
        (SELECT p.intent_id FROM checkout_payment p WHERE p.public_id::text = ours.reference),
        ours.reference)
    UNION ALL
    SELECT -s.amount, s.currency FROM checkout_refund r JOIN stripe_refund s ON s.id = r.stripe_id
    WHERE ours.kind = 'refund' AND r.public_id::text = ours.reference
    UNION ALL
    SELECT -s.amount, s.currency FROM checkout_transfer r JOIN stripe_transfer s ON s.id = r.stripe_id
    WHERE ours.kind = 'transfer' AND r.public_id::text = ours.reference
    UNION ALL
    SELECT s.amount, ours.currency FROM checkout_transferreversal r
    JOIN stripe_reversal s ON s.id = r.stripe_id
    WHERE ours.kind = 'reversal' AND r.public_id::text = ours.reference
    UNION ALL
    SELECT s.amount, ours.currency FROM stripe_movement s
    WHERE ours.kind = 'dispute' AND s.id = ours.reference
) theirs ON true
WHERE (ours.amount, ours.currency) IS DISTINCT FROM (theirs.amount, theirs.currency)
