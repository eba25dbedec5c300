-- whole
-- proves: Stripe's balance is that of the books, to the cent, in each currency.
-- found: Stripe has {stripe} {currency}; the books say {ledger}, which with what is explained comes
--  to {books}.
-- do: Run manage.py reconcile: it names the movement that is missing or too many.
-- Explained are Stripe's fees and payouts that no reconciliation has posted yet, what was moved by
-- others at the same account, and what is too young.
SELECT currency, coalesce(s.amount, 0) AS stripe, coalesce(ours.amount, 0) AS ledger,
       coalesce(ours.amount, 0) - coalesce(ours.young, 0) + coalesce(theirs.amount, 0) AS books
FROM (
    SELECT currency, sum(amount) AS amount, min(read_at) AS read_at FROM stripe_balance GROUP BY currency
) s
FULL JOIN (
    SELECT e.currency, sum(e.amount) AS amount,
           sum(e.amount) FILTER (WHERE t.created_at > m.settled AND NOT EXISTS (
               SELECT FROM stripe_movement k WHERE k.id = t.reference OR k.id = (
                   SELECT b.stripe_id FROM checkout_balancetransaction b WHERE b.movement_id = t.id
                   LIMIT 1))) AS young
    FROM checkout_ledgerentry e JOIN checkout_ledgertransaction t ON t.id = e.transaction_id
    CROSS JOIN audit_moment m WHERE e.account = 'stripe' GROUP BY e.currency
) ours USING (currency)
FULL JOIN (
    SELECT k.currency, sum(
        CASE WHEN named.known THEN 0 ELSE k.amount END
        - CASE WHEN EXISTS (SELECT FROM checkout_ledgertransaction t WHERE t.reference = k.id
                            AND t.kind IN ('processing_fee', 'dispute_fee')) THEN 0 ELSE k.fee END
    ) AS amount
    FROM stripe_movement k CROSS JOIN LATERAL (
        SELECT EXISTS (SELECT FROM checkout_ledgertransaction t WHERE t.reference = k.id
                       AND t.kind IN ('payout', 'dispute'))
            OR EXISTS (SELECT FROM stripe_charge c WHERE c.id = k.source AND c.payment IS NOT NULL
                       AND k.category NOT IN ('dispute', 'dispute_reversal'))
            OR EXISTS (SELECT FROM stripe_refund g JOIN stripe_charge c ON c.id = g.charge
                       WHERE g.id = k.source AND c.payment IS NOT NULL)
            OR EXISTS (SELECT FROM stripe_transfer t WHERE t.id = k.source AND t.transfer IS NOT NULL)
            OR EXISTS (SELECT FROM stripe_reversal b JOIN stripe_transfer t ON t.id = b.transfer
                       WHERE b.id = k.source AND t.transfer IS NOT NULL) AS known
    ) named
    GROUP BY k.currency
) theirs USING (currency)
CROSS JOIN audit_moment m
WHERE coalesce(s.amount, 0)
      <> coalesce(ours.amount, 0) - coalesce(ours.young, 0) + coalesce(theirs.amount, 0)
  -- Stripe gives the second alone: what moved just then may be on one side of the reading only.
  AND NOT EXISTS (SELECT FROM stripe_movement k WHERE k.currency = currency
                  AND k.created >= date_trunc('second', coalesce(s.read_at, m.settled))
                  AND m.settled < date_trunc('second', s.read_at))
