-- whole
-- proves: Stripe's balance is that of the books, to the cent, in each currency.
-- found: Stripe has {stripe} {currency}; the books say {ledger}, which with what is explained comes
--  to {books}.
-- do: Run manage.py reconcile: it names the movement that is missing or too many.
-- Explained are Stripe's fees and payouts that no reconciliation has posted yet, what was moved by
-- others at the same account, and what is too young to be on both sides.
WITH named AS (
    SELECT k.id, k.created, k.amount, k.fee, k.currency, ours.kind, ours.reference,
           t.id AS posted
    FROM stripe_movement k
    LEFT JOIN LATERAL (
        SELECT 'capture' AS kind, coalesce((SELECT p.public_id::text FROM checkout_payment p
                                            WHERE p.intent_id = c.intent), c.intent) AS reference
        FROM stripe_charge c WHERE c.id = k.source AND c.payment IS NOT NULL AND k.type = 'charge'
        UNION ALL
        SELECT CASE k.type WHEN 'refund' THEN 'refund' ELSE 'refund_returned' END,
               coalesce(r.public_id::text, g.id)
        FROM stripe_refund g JOIN stripe_charge c ON c.id = g.charge AND c.payment IS NOT NULL
        LEFT JOIN checkout_refund r ON r.stripe_id = g.id
        WHERE g.id = k.source AND k.type IN ('refund', 'refund_failure')
        UNION ALL
        SELECT 'transfer', s.transfer::text FROM stripe_transfer s
        WHERE s.id = k.source AND s.transfer IS NOT NULL AND k.type = 'transfer'
        UNION ALL
        SELECT 'reversal', coalesce(r.public_id::text, b.id) FROM stripe_reversal b
        JOIN stripe_transfer s ON s.id = b.transfer AND s.transfer IS NOT NULL
        LEFT JOIN checkout_transferreversal r ON r.stripe_id = b.id
        WHERE b.id = k.source AND k.type = 'transfer_refund'
        UNION ALL
        SELECT 'dispute', k.id WHERE k.category IN ('dispute', 'dispute_reversal') AND k.amount <> 0
    ) ours ON true
    LEFT JOIN checkout_ledgertransaction t
        ON (t.kind, t.reference) = (coalesce(ours.kind, 'payout'), coalesce(ours.reference, k.id))
)
SELECT currency, coalesce(s.amount, 0) AS stripe, coalesce(books.amount, 0) AS ledger,
       coalesce(books.amount, 0) - coalesce(books.young, 0) + coalesce(apart.amount, 0) AS books
FROM (
    SELECT currency, sum(amount) AS amount, min(read_at) AS read_at FROM stripe_balance GROUP BY currency
) s
FULL JOIN (
    SELECT e.currency, sum(e.amount) AS amount, sum(e.amount) FILTER (
        WHERE t.created_at > m.settled AND NOT EXISTS (
            SELECT FROM named WHERE named.posted = t.id OR named.id = t.reference)) AS young
    FROM checkout_ledgerentry e JOIN checkout_ledgertransaction t ON t.id = e.transaction_id
    CROSS JOIN audit_moment m WHERE e.account = 'stripe' GROUP BY e.currency
) books USING (currency)
FULL JOIN (
    SELECT n.currency, sum(
        CASE WHEN n.posted IS NULL AND (n.kind IS NULL OR n.created > m.settled) THEN n.amount ELSE 0 END
        - CASE WHEN EXISTS (SELECT FROM checkout_ledgertransaction t WHERE t.reference = n.id
                            AND t.kind IN ('processing_fee', 'dispute_fee')) THEN 0 ELSE n.fee END
    ) AS amount
    FROM named n CROSS JOIN audit_moment m GROUP BY n.currency
) apart USING (currency)
CROSS JOIN audit_moment m
WHERE coalesce(s.amount, 0)
      <> coalesce(books.amount, 0) - coalesce(books.young, 0) + coalesce(apart.amount, 0)
  -- Stripe gives the second alone: what moved just then may be on one side of the reading only.
  AND (m.settled >= s.read_at OR NOT EXISTS (
      SELECT FROM named n WHERE n.currency = s.currency AND n.created >= date_trunc('second', s.read_at)))
