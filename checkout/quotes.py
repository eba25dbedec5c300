# ruff: noqa: S608 - the texts are made of names of our own models, never of input
"""What an order would cost, before anybody promises anything."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.utils import timezone

from catalogue import arrivals
from catalogue.models import Merchant, Product, Variant
from catalogue.rates import FIRST_SHIPPING, FIRST_TAX, FITS, delivery_price
from catalogue.zones import Place
from checkout import taxes
from checkout.errors import (
    BadQuantity,
    EmptyOrder,
    MixedCurrencies,
    NotDelivered,
    ParcelNotDelivered,
    UnknownProduct,
)
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
    fits: bool  # False: the zone is served, a parcel of these grams and this value is not
    grams: int


@dataclass(frozen=True, slots=True)
class _Found:
    """One row of SELECT: a variant and all that its price depends on."""

    variant: Variant
    product: Product
    merchant: Merchant
    available: int
    image: str
    post_pk: int | None
    tax: tuple[int, bool]
    rate: _Rate | None


LONG = ("description",)
TERMS = ("terms",)
TO = {"country": "wanted.country", "region": "wanted.region", "postcode": "wanted.postcode"}
PARCEL = {"grams": "coalesce(wanted.grams, 0)", "value": "wanted.value"}
# One statement for everything that a price depends on; catalogue.rates says which rates count. A
# post is credited only if it (or what it reposts) shows the product. The weight and the value of a
# parcel are its merchant's lines together; what is not sent weighs nothing, and neither does a
# variant whose weight nobody knows.
SELECT = f"""
SELECT {rows.columns(Variant, "v")},
       {rows.columns(Product, "p", LONG)},
       {rows.columns(Merchant, "m", TERMS)},
       coalesce(stock.on_hand - stock.reserved, 0),
       (SELECT image.file FROM catalogue_productimage image WHERE image.product_id = p.id
        ORDER BY image.variant_id IS NOT DISTINCT FROM v.id DESC, image.position, image.id LIMIT 1),
       (SELECT post.id FROM feeds_post post JOIN feeds_productcard card
            ON card.post_id IN (post.id, post.repost_of_id) AND card.product_id = p.id
        WHERE post.public_id = wanted.post AND post.deleted_at IS NULL LIMIT 1),
       (SELECT ARRAY[tax.basis_points, tax.inclusive::int] FROM catalogue_taxrate tax
        {FIRST_TAX.format(tax="tax", country="wanted.country", kind="p.tax_kind", category="p.category_id")}),
       rate.id, rate.name, rate.price, rate.free_from, rate.min_days, rate.max_days, rate.fits,
       wanted.grams
FROM (
    SELECT asked.*, item.post, item.position, item.variant,
           sum(item.quantity * w.weight_grams) FILTER (WHERE w.requires_shipping) OVER parcel AS grams,
           sum(item.quantity * w.price) OVER parcel AS value
    FROM unnest(%s::uuid[], %s::uuid[], %s::bigint[])
        WITH ORDINALITY AS item (variant, post, quantity, position)
    CROSS JOIN (
        SELECT %s::varchar AS country, %s::varchar AS region, %s::varchar AS postcode
    ) asked
    JOIN catalogue_variant w ON w.public_id = item.variant
    WINDOW parcel AS (PARTITION BY w.merchant_id)
) wanted
JOIN catalogue_variant v ON v.public_id = wanted.variant AND v.active
JOIN catalogue_product p ON p.id = v.product_id AND p.status = 'active'
    AND NOT EXISTS (SELECT FROM catalogue_drop d WHERE d.product_id = p.id AND d.opens_at > now())
JOIN catalogue_merchant m ON m.id = v.merchant_id AND m.status = 'active'
LEFT JOIN catalogue_stockitem stock ON stock.variant_id = v.id
LEFT JOIN LATERAL (
    SELECT rate.*, {FITS.format(rate="rate", **PARCEL)} AS fits FROM catalogue_shippingrate rate
    {FIRST_SHIPPING.format(rate="rate", merchant="m.id", **TO, **PARCEL)}
) rate ON true
ORDER BY wanted.position
"""


def quote(
    items: Sequence[Item], *, country: str, region: str = "", postcode: str = ""
) -> Quote:
    """The price of `items` delivered to `country` (ISO 3166, two letters), in one statement.

    `region` and `postcode` as in the address; without them the country's general zone counts.
    Too little stock is no error here: it shows in `lines[…].available` and `shortages`.
    Raises EmptyOrder, BadQuantity, UnknownProduct (also for a drop that is not open yet),
    MixedCurrencies, NotDelivered, ParcelNotDelivered.
    """
    wanted = _merged(items)
    found = _find(wanted, place=Place.of(country, region=region, postcode=postcode))
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
        total=items_total + delivery_total + tax_added,
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


def _find(items: Sequence[Item], *, place: Place) -> list[_Found]:
    variants = [item.variant_id for item in items]
    posts = [item.post_id for item in items]
    pieces = [item.quantity for item in items]
    return [_found(row) for row in rows.run(SELECT, [variants, posts, pieces, *place])]


def _found(row: tuple[Any, ...]) -> _Found:
    variant_end = rows.width(Variant)
    product_end = variant_end + rows.width(Product, LONG)
    merchant_end = product_end + rows.width(Merchant, TERMS)
    available, image, post_pk, tax, *rate, grams = row[merchant_end:]
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
        tax=(tax[0], bool(tax[1])) if tax else taxes.NONE,
        rate=None if rate[0] is None else _Rate(*rate, grams=int(grams or 0)),
    )


def _line(row: _Found, *, quantity: int) -> QuoteLine:
    unit_price = row.variant.price_money
    total = unit_price * quantity
    basis_points, included = row.tax
    return QuoteLine(
        variant=row.variant,
        product=row.product,
        merchant=row.merchant,
        quantity=quantity,
        unit_price=unit_price,
        total=total,
        tax=taxes.of(total, basis_points=basis_points, included=included),
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
    sending: dict[int, list[_Found]] = {}
    for row, line in zip(found, lines, strict=True):
        key = row.merchant.pk
        goods[key] = goods[key] + line.total if key in goods else line.total
        if row.variant.requires_shipping:
            sending.setdefault(key, []).append(row)
    return tuple(
        _delivery(parcel, goods=goods[key], country=country) for key, parcel in sending.items()
    )


def _delivery(parcel: Sequence[_Found], *, goods: Money, country: str) -> QuoteDelivery:
    merchant, rate = parcel[0].merchant, parcel[0].rate
    if rate is None:
        raise NotDelivered(merchant.name, country)
    if not rate.fits:
        raise ParcelNotDelivered(merchant.name, country, grams=rate.grams)
    price = delivery_price(rate.price, rate.free_from, items_total=goods.amount)
    amount = Money(price, goods.currency)
    basis_points, included = taxes.of_delivery([row.tax for row in parcel])
    arrives_from, arrives_to = arrivals.window(
        timezone.now(),
        time_zone=merchant.time_zone,
        cut_off=merchant.cut_off,
        min_days=rate.min_days,
        max_days=rate.max_days,
    )
    return QuoteDelivery(
        merchant=merchant,
        rate_pk=rate.pk,
        name=rate.name,
        amount=amount,
        tax=taxes.of(amount, basis_points=basis_points, included=included),
        tax_bps=basis_points,
        tax_is_included=included,
        arrives_from=arrives_from,
        arrives_to=arrives_to,
    )
