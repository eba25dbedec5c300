-- proves: What Stripe sent to shops and took back of it is what our rows say, to that shop's account.
-- found: Transfer {transfer} at Stripe: {theirs} {currency} to {destination}, {back} of it taken back;
--  our row says {ours}, {ours_back} back, to {account}.
-- do: Look the transfer up in the admin; what was done in Stripe's dashboard is taken in by
--  manage.py reconcile.
SELECT coalesce(s.id, t.stripe_id) AS transfer, coalesce(s.amount, 0) AS theirs,
       coalesce(s.currency, t.currency) AS currency, coalesce(s.destination, 'nobody') AS destination,
       coalesce(s.reversed, 0) AS back, coalesce(t.amount, 0) AS ours,
       coalesce(done.amount, 0) AS ours_back, coalesce(shop.stripe_account_id, 'nobody') AS account
FROM stripe_transfer s CROSS JOIN audit_moment m
LEFT JOIN checkout_transfer t ON t.public_id = s.transfer
LEFT JOIN catalogue_merchant shop ON shop.id = t.merchant_id
LEFT JOIN LATERAL (
    SELECT sum(amount) AS amount FROM checkout_transferreversal
    WHERE transfer_id = t.id AND status = 'succeeded'
) done ON true
WHERE s.transfer IS NOT NULL AND s.created >= m.since AND s.created <= m.settled
  AND ((s.id, s.amount, s.currency, s.destination)
         IS DISTINCT FROM (t.stripe_id, t.amount, t.currency, shop.stripe_account_id)
       OR s.reversed <> coalesce(done.amount, 0) + (
           SELECT coalesce(sum(b.amount), 0) FROM stripe_reversal b
           WHERE b.transfer = s.id AND b.created > m.settled))
