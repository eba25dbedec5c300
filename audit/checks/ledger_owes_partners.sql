-- proves: No partner is owed more, nor less, than the commission of the sales that they brought.
-- found: Order É-{number}: the books owe its partners {owed} {currency}, and its lines say {agreed}.
-- do: Where nothing was refunded the two are equal; look at the order's history.
SELECT o.number, o.currency, coalesce(book.owed, 0) AS owed, agreed.amount AS agreed
FROM checkout_order o CROSS JOIN audit_moment m
JOIN LATERAL (
    SELECT sum(commission) AS amount FROM checkout_orderline WHERE order_id = o.id AND partner_id IS NOT NULL
) agreed ON agreed.amount IS NOT NULL
LEFT JOIN LATERAL (
    SELECT -sum(e.amount) AS owed FROM checkout_ledgerentry e
    JOIN checkout_ledgertransaction t ON t.id = e.transaction_id
    WHERE t.order_id = o.id AND e.account = 'partners'
) book ON true
WHERE o.paid_at >= m.since AND o.paid_at <= m.settled AND o.test_shop_id IS NULL
  AND (coalesce(book.owed, 0) NOT BETWEEN 0 AND agreed.amount
       OR coalesce(book.owed, 0) <> agreed.amount AND NOT EXISTS (
            SELECT FROM checkout_ledgertransaction t
            WHERE t.order_id = o.id AND t.kind IN ('refund_owed', 'dispute')))
