"""What partners brought and are owed, as the orders and the ledger have it. Reads only."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from shopping import rows
from shopping.money import Money

OWED = """
SELECT partner_id, currency, -sum(amount)::bigint FROM checkout_ledgerentry
WHERE account = 'partners' AND partner_id = ANY (%s::bigint[])
GROUP BY partner_id, currency ORDER BY partner_id, currency
"""
# Lines count once their order is paid, whatever became of them since; what is owed is the ledger's.
BROUGHT = """
SELECT shop.name, sold.currency, sold.orders, sold.goods, coalesce(due.owed, 0)
FROM (
    SELECT line.merchant_id, bought.currency, count(DISTINCT bought.id) AS orders,
           sum(line.total - line.discount)::bigint AS goods
    FROM checkout_orderline line JOIN checkout_order bought ON bought.id = line.order_id
    WHERE line.partner_id = %s AND bought.paid_at IS NOT NULL
    GROUP BY line.merchant_id, bought.currency
) sold
JOIN catalogue_merchant shop ON shop.id = sold.merchant_id
LEFT JOIN (
    SELECT merchant_id, currency, -sum(amount)::bigint AS owed FROM checkout_ledgerentry
    WHERE account = 'partners' AND partner_id = %s GROUP BY merchant_id, currency
) due ON due.merchant_id = sold.merchant_id AND due.currency = sold.currency
ORDER BY shop.name, shop.id, sold.currency
"""


@dataclass(frozen=True, slots=True)
class Brought:
    """A partner's sales for one shop in one currency: the goods at what was paid for them, and what
    the partner gets of them as things stand."""

    shop: str
    orders: int
    goods: Money
    owed: Money


def owed(partners: Collection[int]) -> dict[int, list[Money]]:
    """Primary key of each of `partners` → what they are owed, a sum a currency; one statement."""
    found: dict[int, list[Money]] = {}
    for partner, currency, amount in rows.run(OWED, [sorted(partners)]) if partners else []:
        found.setdefault(partner, []).append(Money(amount, currency))
    return found


def brought(partner_pk: int) -> list[Brought]:
    """What a partner brought, by shop and currency; one statement."""
    return [
        Brought(shop, orders, Money(goods, currency), Money(due, currency))
        for shop, currency, orders, goods, due in rows.run(BROUGHT, [partner_pk, partner_pk])
    ]
