# ruff: noqa: S608 - the texts are made of names of our own models, never of input
"""What an order would cost, before anybody promises anything."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.utils import timezone

from catalogue.models import Merchant, Product, Variant
from catalogue.rates import FIRST_SHIPPING, FIRST_TAX, delivery_price
from checkout import cuts, offers
from checkout.cuts import Cut
from checkout.cuts import tax_on as _tax
from checkout.errors import (
    BadQuantity,
    EmptyOrder,
    MixedCurrencies,
    NotDelivered,
    UnknownProduct,
)
from checkout.offers import NOBODY, Claim, Offered
from shopping import rows
from shopping.money import Money

MOST_PIECES = 99
MOST_LINES = 50


@dataclass(frozen=True, slots=True)
class Item:
    """What somebody wants: a variant by its public id, and the post that showed it."""

    variant_id: UUID
    quantity: int
    post_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class QuoteLine:
    variant: Variant
    product: Product
    merchant: Merchant
    quantity: int
    unit_price: Money
    total: Money
    tax: Money
    tax_bps: int
    tax_is_included: bool
    available: int
    image: str
    post_pk: int | None
    discount: int = 0  # minor units of `total` that are not paid; no tax is on them

    @property
    def is_short(self) -> bool:
        """Fewer are left than are wanted."""
        return self.available < self.quantity


@dataclass(frozen=True, slots=True)
class QuoteDelivery:
    merchant: Merchant
    rate_pk: int
    name: str
    amount: Money
    tax: Money
    tax_bps: int
    tax_is_included: bool
    arrives_from: date
    arrives_to: date
    discount: int = 0  # minor units of `amount` that are not paid; no tax is on them


@dataclass(frozen=True, slots=True)
class Quote:
    """Prices of one moment; nothing is promised by it. `total` is what would be charged."""

    country: str
    currency: str
    lines: tuple[QuoteLine, ...]
    deliveries: tuple[QuoteDelivery, ...]
    items_total: Money
    delivery_total: Money
    tax_added: Money
    tax_included: Money
    cut: Cut
    total: Money

    @property
    def shortages(self) -> dict[int, int]:
        """Primary key of each variant that falls short → how many are left."""
        return {line.variant.pk: line.available for line in self.lines if line.is_short}


@dataclass(frozen=True, slots=True)
class _Rate:
    pk: int
    name: str
    price: int
    free_from: int | None
    min_days: int
    max_days: int


@dataclass(frozen=True, slots=True)
class _Found:
    """One row of SELECT: a variant and all that its price depends on."""

    variant: Variant
    product: Product
    merchant: Merchant
    available: int
    image: str
    post_pk: int | None
    goods_tax: tuple[int, bool]
    delivery_tax: tuple[int, bool]
    rate: _Rate | None


LONG = ("description",)
TERMS = ("terms",)
# One statement for everything that a price depends on; catalogue.rates says which rates count. A
# post is credited only if it (or what it reposts) shows the product.
SELECT = f"""
SELECT CASE wanted.position WHEN 1 THEN ({offers.FOUND}) END,
       {rows.columns(Variant, "v")},
       {rows.columns(Product, "p", LONG)},
       {rows.columns(Merchant, "m", TERMS)},
       coalesce(stock.on_hand - stock.reserved, 0),
       (SELECT image.file FROM catalogue_productimage image WHERE image.product_id = p.id
        ORDER BY image.variant_id IS NOT DISTINCT FROM v.id DESC, image.position, image.id LIMIT 1),
       (SELECT post.id FROM feeds_post post JOIN feeds_productcard card
            ON card.post_id IN (post.id, post.repost_of_id) AND card.product_id = p.id
        WHERE post.public_id = wanted.post AND post.deleted_at IS NULL LIMIT 1),
       (SELECT ARRAY[tax.basis_points, tax.inclusive::int] FROM catalogue_taxrate tax
        {FIRST_TAX.format(tax="tax", country="asked.country", category="p.category_id")}),
       (SELECT ARRAY[tax.basis_points, tax.inclusive::int] FROM catalogue_taxrate tax
        {FIRST_TAX.format(tax="tax", country="asked.country", category="NULL")}),
       rate.id, rate.name, rate.price, rate.free_from, rate.min_days, rate.max_days
FROM unnest(%s::uuid[], %s::uuid[]) WITH ORDINALITY AS wanted (variant, post, position)
CROSS JOIN (SELECT %s::varchar AS country) asked
JOIN catalogue_variant v ON v.public_id = wanted.variant AND v.active
JOIN catalogue_product p ON p.id = v.product_id AND p.status = 'active'
    AND NOT EXISTS (SELECT FROM catalogue_drop d WHERE d.product_id = p.id AND d.opens_at > now())
JOIN catalogue_merchant m ON m.id = v.merchant_id AND m.status = 'active'
LEFT JOIN catalogue_stockitem stock ON stock.variant_id = v.id
LEFT JOIN LATERAL (
    SELECT * FROM catalogue_shippingrate rate
    {FIRST_SHIPPING.format(rate="rate", merchant="m.id", country="asked.country")}
) rate ON true
ORDER BY wanted.position
"""


def quote(items: Sequence[Item], *, country: str, claim: Claim = NOBODY) -> Quote:
    """The price of `items` delivered to `country` (ISO 3166, two letters), in one statement.

    `claim` says for whom, and with which code; one that does not count is no error either: it
    shows in `cut.refusal`.

    Too little stock is no error here: it shows in `lines[…].available` and `shortages`.
    Raises EmptyOrder, BadQuantity, UnknownProduct (also for a drop that is not open yet),
    MixedCurrencies, NotDelivered.
    """
    wanted = _merged(items)
    found, offered = _find(wanted, country=country, claim=claim)
    if len(found) != len(wanted):
        raise UnknownProduct
    currencies = {row.product.currency for row in found}
    if len(currencies) != 1:
        raise MixedCurrencies
    currency = currencies.pop()
    lines = tuple(
        _line(row, quantity=item.quantity) for row, item in zip(found, wanted, strict=True)
    )
    deliveries = _deliveries(found, lines, country=country)
    lines, deliveries, cut = cuts.cut(lines, deliveries, offered, claim=claim, currency=currency)
    nothing = Money(0, currency)
    items_total = sum((line.total for line in lines), nothing)
    delivery_total = sum((delivery.amount for delivery in deliveries), nothing)
    parts: list[QuoteLine | QuoteDelivery] = [*lines, *deliveries]
    tax_added = sum((part.tax for part in parts if not part.tax_is_included), nothing)
    return Quote(
        country=country,
        currency=currency,
        lines=lines,
        deliveries=deliveries,
        items_total=items_total,
        delivery_total=delivery_total,
        tax_added=tax_added,
        tax_included=sum((part.tax for part in parts if part.tax_is_included), nothing),
        cut=cut,
        total=items_total + delivery_total + tax_added - cut.total,
    )


def _merged(items: Sequence[Item]) -> list[Item]:
    """One item a variant, in the order of first mention. Raises EmptyOrder, BadQuantity."""
    merged: dict[UUID, Item] = {}
    for item in items:
        before = merged.get(item.variant_id)
        quantity = item.quantity + (before.quantity if before else 0)
        if item.quantity < 1 or quantity > MOST_PIECES:
            raise BadQuantity
        post_id = before.post_id if before and before.post_id else item.post_id
        merged[item.variant_id] = Item(item.variant_id, quantity, post_id)
    if not merged:
        raise EmptyOrder
    if len(merged) > MOST_LINES:
        raise BadQuantity
    return list(merged.values())


def _find(
    items: Sequence[Item], *, country: str, claim: Claim
) -> tuple[list[_Found], list[Offered]]:
    variants = [item.variant_id for item in items]
    posts = [item.post_id for item in items]
    found = rows.run(SELECT, [*claim.values(variants), variants, posts, country])
    return [_found(row[1:]) for row in found], offers.read(found[0][0] if found else None)


def _found(row: tuple[Any, ...]) -> _Found:
    variant_end = rows.width(Variant)
    product_end = variant_end + rows.width(Product, LONG)
    merchant_end = product_end + rows.width(Merchant, TERMS)
    available, image, post_pk, goods, general, *rate = row[merchant_end:]
    variant = rows.build(Variant, row[:variant_end])
    variant.product = rows.build(Product, row[variant_end:product_end], LONG)
    variant.merchant = variant.product.merchant = rows.build(
        Merchant, row[product_end:merchant_end], TERMS
    )
    return _Found(
        variant=variant,
        product=variant.product,
        merchant=variant.merchant,
        available=available,
        image=image or "",
        post_pk=post_pk,
        goods_tax=_tax_rate(goods),
        delivery_tax=_tax_rate(general),
        rate=None if rate[0] is None else _Rate(*rate),
    )


def _tax_rate(values: list[int] | None) -> tuple[int, bool]:
    """Basis points, and whether prices include them; a country without a rate has no tax."""
    return (values[0], bool(values[1])) if values else (0, True)


def _line(row: _Found, *, quantity: int) -> QuoteLine:
    unit_price = row.variant.price_money
    total = unit_price * quantity
    basis_points, included = row.goods_tax
    return QuoteLine(
        variant=row.variant,
        product=row.product,
        merchant=row.merchant,
        quantity=quantity,
        unit_price=unit_price,
        total=total,
        tax=_tax(total, basis_points=basis_points, included=included),
        tax_bps=basis_points,
        tax_is_included=included,
        available=row.available,
        image=row.image,
        post_pk=row.post_pk,
    )


def _deliveries(
    found: Sequence[_Found], lines: Sequence[QuoteLine], *, country: str
) -> tuple[QuoteDelivery, ...]:
    """One parcel a merchant who has something to send. Raises NotDelivered."""
    goods: dict[int, Money] = {}
    sending: dict[int, _Found] = {}
    for row, line in zip(found, lines, strict=True):
        key = row.merchant.pk
        goods[key] = goods[key] + line.total if key in goods else line.total
        if row.variant.requires_shipping:
            sending.setdefault(key, row)
    return tuple(_delivery(row, goods=goods[key], country=country) for key, row in sending.items())


def _delivery(row: _Found, *, goods: Money, country: str) -> QuoteDelivery:
    rate = row.rate
    if rate is None:
        raise NotDelivered(row.merchant.name, country)
    price = delivery_price(rate.price, rate.free_from, items_total=goods.amount)
    amount = Money(price, goods.currency)
    basis_points, included = row.delivery_tax
    today = timezone.localdate()
    return QuoteDelivery(
        merchant=row.merchant,
        rate_pk=rate.pk,
        name=rate.name,
        amount=amount,
        tax=_tax(amount, basis_points=basis_points, included=included),
        tax_bps=basis_points,
        tax_is_included=included,
        arrives_from=today + timedelta(days=rate.min_days),
        arrives_to=today + timedelta(days=rate.max_days),
    )
