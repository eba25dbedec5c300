-- proves: No offer was used more often than it may be, in all and by a person, and its count is right.
-- found: Offer “{offer}”: {what}.
-- do: If its limits were lowered later, all is well; else find out which orders hold it (Offers, Uses).
SELECT f.name AS offer, 'it counts ' || f.used || ' uses, ' || count(u.id) || ' orders hold it, and '
       || coalesce(f.total_limit::text, 'any number of') || ' may' AS what
FROM checkout_offer f LEFT JOIN checkout_offeruse u ON u.offer_id = f.id
WHERE f.total_limit IS NOT NULL OR f.person_limit IS NOT NULL
GROUP BY f.id HAVING f.used <> count(u.id) OR count(u.id) > f.total_limit
UNION ALL
SELECT f.name, who.who || ' holds it ' || who.times || ' times, and ' || f.person_limit || ' may be'
FROM checkout_offer f
JOIN LATERAL (
    SELECT principal AS who, count(*) AS times FROM checkout_offeruse WHERE offer_id = f.id GROUP BY 1
) who ON who.times > f.person_limit
UNION ALL
SELECT f.name, 'order É-' || o.number || ' is over, and holds it still'
FROM checkout_offeruse u JOIN checkout_offer f ON f.id = u.offer_id
JOIN checkout_order o ON o.id = u.order_id
WHERE o.status = 'cancelled' AND o.paid_at IS NULL
