# ruff: noqa: S608 - the texts are made of our own words, never of input
"""What partners brought and are owed, as the orders and the ledger have it. Reads only."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID, uuid5

from checkout import commissions
from checkout.models.orders import reference
from shopping import rows
from shopping.money import Money, step

OWED = """
SELECT partner_id, currency, -sum(amount)::bigint FROM checkout_ledgerentry
WHERE account = 'partners' AND partner_id = ANY (%s::bigint[])
GROUP BY partner_id, currency ORDER BY partner_id, currency
"""
# Lines count once their order is paid, whatever became of them since; what is owed is the ledger's.
BROUGHT = """
SELECT shop.public_id, shop.name, sold.currency, sold.orders, sold.goods, coalesce(due.owed, 0)
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
# Of the same lines a page, newest first; the order is told of to the partner who placed it alone.
LINES = f"""
WITH asked AS (
    SELECT line.*, bought.public_id AS order_public_id, bought.number, bought.currency, bought.paid_at,
           bought.partner_id = line.partner_id AS is_theirs
    FROM checkout_orderline line
    JOIN checkout_order bought ON bought.id = line.order_id
    JOIN catalogue_merchant shop ON shop.id = line.merchant_id
    WHERE line.partner_id = %s AND line.id < coalesce(%s::bigint, {2**63 - 1})
      AND bought.paid_at >= coalesce(%s::timestamptz, '-infinity')
      AND shop.public_id = coalesce(%s::uuid, shop.public_id)
    ORDER BY line.id DESC LIMIT %s
), {commissions.STANDS}
SELECT line.id, line.order_public_id, variant.public_id, line.is_theirs, line.number, shop.public_id,
       shop.name, product.public_id, line.title, line.option_values, line.quantity,
       line.refunded_quantity, line.currency, line.total - line.discount, line.commission_bps,
       line.commission, CASE WHEN stands.paid > 0 THEN stands.amount ELSE 0 END,
       coalesce(stands.paid, 0) - coalesce(back.amount, 0), line.paid_at
FROM asked line
JOIN catalogue_merchant shop ON shop.id = line.merchant_id
JOIN catalogue_variant variant ON variant.id = line.variant_id
JOIN catalogue_product product ON product.id = variant.product_id
LEFT JOIN stands ON (stands.order_id, stands.merchant_id) = (line.order_id, line.merchant_id)
LEFT JOIN back ON (back.order_id, back.merchant_id) = (line.order_id, line.merchant_id)
ORDER BY line.id DESC
"""


@dataclass(frozen=True, slots=True)
class Brought:
    """A partner's sales for one shop in one currency: the goods at what was paid for them, and what
    the partner gets of them as things stand."""

    shop_id: UUID
    shop: str
    orders: int
    goods: Money
    owed: Money


@dataclass(frozen=True, slots=True)
class BroughtLine:
    """A paid line that a partner is credited with.

    `public_id` names it to them, and leads to nothing. `goods` is what was paid for all its pieces, of
    which `agreed` was fixed at `basis_points`, and `due` is what they get as things stand. `purchase`
    is the order's public id and its number where they placed it themselves, None where it is somebody
    else's.
    """

    pk: int
    public_id: UUID
    shop_id: UUID
    shop: str
    product_id: UUID
    title: str
    option_values: list[str]
    quantity: int
    refunded_quantity: int
    goods: Money
    basis_points: int
    agreed: Money
    due: Money
    paid_at: datetime
    purchase: tuple[UUID, str] | None


class _Row(NamedTuple):
    """What LINES selects; see commissions.due for `stays` and `of`."""

    pk: int
    order_id: UUID
    variant_id: UUID
    is_theirs: bool | None
    number: int
    shop_id: UUID
    shop: str
    product_id: UUID
    title: str
    option_values: list[str]
    quantity: int
    refunded_quantity: int
    currency: str
    goods: int
    basis_points: int
    agreed: int
    stays: int
    of: int
    paid_at: datetime


def owed(partners: Collection[int]) -> dict[int, list[Money]]:
    """Primary key of each of `partners` → what they are owed, a sum a currency; one statement."""
    found: dict[int, list[Money]] = {}
    for partner, currency, amount in rows.run(OWED, [sorted(partners)]) if partners else []:
        found.setdefault(partner, []).append(Money(amount, currency))
    return found


def brought(partner_pk: int) -> list[Brought]:
    """What a partner brought, by shop and currency; one statement."""
    return [
        Brought(shop_id, shop, orders, Money(goods, currency), Money(due, currency))
        for shop_id, shop, currency, orders, goods, due in rows.run(
            BROUGHT, [partner_pk, partner_pk]
        )
    ]


def lines(
    partner_pk: int,
    *,
    before: int | None,
    paid_since: datetime | None,
    shop_id: UUID | None,
    most: int,
) -> list[BroughtLine]:
    """At most `most` of the lines that a partner is credited with, the newest order first, behind the
    one with the primary key `before`; of all shops, or of the one that `shop_id` is the public id of.
    One statement.
    """
    values = [partner_pk, before, paid_since, shop_id, most]
    return [_line(_Row(*row)) for row in rows.run(LINES, values)]


def _line(row: _Row) -> BroughtLine:
    due = commissions.due(
        row.agreed,
        left=row.quantity - row.refunded_quantity,
        pieces=row.quantity,
        stays=row.stays,
        of=row.of,
        payable=step(row.currency),
    )
    return BroughtLine(
        pk=row.pk,
        # An order has one line of a variant, and nobody finds an order's id by this.
        public_id=uuid5(row.order_id, str(row.variant_id)),
        shop_id=row.shop_id,
        shop=row.shop,
        product_id=row.product_id,
        title=row.title,
        option_values=row.option_values,
        quantity=row.quantity,
        refunded_quantity=row.refunded_quantity,
        goods=Money(row.goods, row.currency),
        basis_points=row.basis_points,
        agreed=Money(row.agreed, row.currency),
        due=Money(due, row.currency),
        paid_at=row.paid_at,
        purchase=(row.order_id, reference(row.number)) if row.is_theirs else None,
    )
