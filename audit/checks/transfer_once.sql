-- proves: A transfer and a refund of ours is one at Stripe.
-- found: {what} was made {count} times at Stripe: {ids}.
-- do: Take back all but the one that our row names, in Stripe's dashboard.
SELECT 'Transfer ' || transfer AS what, count(*) AS count, string_agg(id, ', ') AS ids
FROM stripe_transfer WHERE transfer IS NOT NULL GROUP BY transfer HAVING count(*) > 1
UNION ALL
SELECT 'Reversal ' || reversal, count(*), string_agg(id, ', ')
FROM stripe_reversal WHERE reversal IS NOT NULL GROUP BY reversal HAVING count(*) > 1
UNION ALL
SELECT 'Refund ' || refund, count(*), string_agg(id, ', ')
FROM stripe_refund WHERE refund IS NOT NULL AND status IN ('succeeded', 'pending')
GROUP BY refund HAVING count(*) > 1
