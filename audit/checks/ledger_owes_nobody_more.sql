-- proves: Shops were sent what is theirs, shoppers got what was to go back, and nothing hangs between.
-- found: Order É-{number}: {amount} {currency} stand on the account “{account}” (shop {shop}).
-- do: The order's transfers and refunds in the admin say why they wait.
-- What a bank has yet to decide, and what a shop that cannot be paid is owed, may wait.
SELECT o.number, e.account, e.currency, coalesce(shop.name, 'none') AS shop, sum(e.amount) AS amount
FROM checkout_ledgerentry e JOIN checkout_ledgertransaction t ON t.id = e.transaction_id
JOIN checkout_order o ON o.id = t.order_id CROSS JOIN audit_moment m
LEFT JOIN catalogue_merchant shop ON shop.id = e.merchant_id
WHERE e.account IN ('refunds', 'transfers') AND o.test_shop_id IS NULL
  AND o.placed_at >= m.since
  AND NOT EXISTS (SELECT FROM checkout_dispute d JOIN checkout_payment p ON p.id = d.payment_id
                  WHERE p.order_id = o.id AND d.status IN ('needs_response', 'under_review'))
  AND (shop.id IS NULL OR shop.payable AND shop.status = 'active')
GROUP BY o.number, e.account, e.currency, shop.name
HAVING sum(e.amount) <> 0 AND max(t.created_at) <= max(m.settled)
