-- proves: Each paid order is in the books once, with what each shop, each partner and we get of it.
-- found: Order É-{number}, shop {shop}: its part is {part} {currency} and our gifts {gift}; the books
--  gave the shop {theirs} and us {ours}, our fee being {fee}.
-- do: The ledger is never rewritten: find out whether the order's lines were changed after it was paid.
SELECT o.number, shop.name AS shop, o.currency, part.amount AS part, gift.amount AS gift,
       coalesce(book.theirs, 0) AS theirs, coalesce(book.ours, 0) AS ours, fee.amount AS fee
FROM checkout_order o CROSS JOIN audit_moment m
JOIN LATERAL (
    SELECT merchant_id, sum(paid)::bigint AS amount, sum(goods)::bigint AS goods FROM (
        SELECT merchant_id, total - discount AS goods,
               total - discount + CASE WHEN tax_is_included THEN 0 ELSE tax END AS paid
        FROM checkout_orderline WHERE order_id = o.id
        UNION ALL
        SELECT merchant_id, 0, amount - discount + CASE WHEN tax_is_included THEN 0 ELSE tax END
        FROM checkout_orderdelivery WHERE order_id = o.id) each GROUP BY merchant_id
) part ON true
JOIN catalogue_merchant shop ON shop.id = part.merchant_id
CROSS JOIN LATERAL (
    SELECT coalesce(sum(d.amount), 0)::bigint AS amount FROM checkout_orderdiscount d
    WHERE d.order_id = o.id AND d.merchant_id = part.merchant_id AND d.by_platform
) gift
CROSS JOIN LATERAL (
    SELECT count(DISTINCT t.id) AS times,
           -sum(e.amount) FILTER (WHERE e.account = 'merchant') AS theirs,
           -sum(e.amount) FILTER (WHERE e.account = 'fees') AS ours
    FROM checkout_ledgertransaction t JOIN checkout_ledgerentry e ON e.transaction_id = t.id
    WHERE t.order_id = o.id AND t.kind = 'capture' AND e.merchant_id = part.merchant_id
) book
-- A shop's rate may have been changed since: what it was is told by the fee itself, within a cent.
CROSS JOIN LATERAL (SELECT coalesce(book.ours, 0) + gift.amount AS amount) fee
WHERE o.paid_at >= m.since AND o.paid_at <= m.settled AND o.total > 0
  AND (book.times <> 1 OR coalesce(book.theirs, 0) + coalesce(book.ours, 0) <> part.amount
       OR fee.amount < 0 OR fee.amount > part.goods)
