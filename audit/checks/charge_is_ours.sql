-- proves: No charge at Stripe is of nobody: each names the payment that it was for.
-- found: Charge {charge} over {captured} {currency} names no payment.
-- do: Where another program uses the same account, leave this check out with --except charge_is_ours;
--  else find out in Stripe's dashboard who took the money.
SELECT c.id AS charge, c.captured, c.currency
FROM stripe_charge c CROSS JOIN audit_moment m
WHERE c.took AND c.payment IS NULL AND c.created >= m.since AND c.created <= m.settled
