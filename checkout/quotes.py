"""What an order would cost, before anybody promises anything."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from catalogue import arrivals
from catalogue.models import Merchant, Product, Variant
from catalogue.rates import delivery_price
from catalogue.zones import Place
from checkout import cuts, tax_calculations, taxes, unsold
from checkout.cuts import Cut
from checkout.errors import (
    BadQuantity,
    EmptyOrder,
    MixedCurrencies,
    NotDelivered,
    ParcelNotDelivered,
    TooManyLines,
)
from checkout.offers import NOBODY, Claim
from checkout.priced import Found, find
from checkout.tax_calculations import Answer
from shopping.money import Money

MOST_PIECES = 99
MOST_LINES = 50


@dataclass(frozen=True, slots=True)
class Item:
    """What somebody wants: a variant by its public id, the post that showed it, and the code of the
    partner who brought them to it."""

    variant_id: UUID
    quantity: int
    post_id: UUID | None = None
    via: str = ""


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
    drop_pk: int | None = None  # the drop that it is of
    via: str = ""  # a partner's code, as it was said

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
    answer: Answer | None = None  # of Stripe Tax; None where our own rates count

    @property
    def shortages(self) -> dict[int, int]:
        """Primary key of each variant that falls short → how many are left."""
        return {line.variant.pk: line.available for line in self.lines if line.is_short}


def quote(
    items: Sequence[Item],
    *,
    country: str | None,
    region: str = "",
    postcode: str = "",
    claim: Claim = NOBODY,
) -> Quote:
    """The price of `items` delivered to `country` (ISO 3166, two letters), in one statement.

    Taxed by Stripe (TAXES) it is two, and still no call: what Stripe has not said yet is a NeedsTax,
    which checkout.tax_calculations.once_more sees to.

    `region` and `postcode` as in the address; without them the country's general zone counts. Without
    any country, None, it is the price of the goods alone: no parcel, and no tax.
    `claim` says for whom, with which codes and ways of delivery; a code that does not count is no
    error either: it shows in `cut.refusals`. Of a way that may not be chosen for its parcel the
    shop's first is taken instead. Where they claim it in a test space, its goods alone can be had, and our
    own rates count, whoever taxes real orders.

    Too little stock is no error here: it shows in `lines[…].available` and `shortages`.
    Raises EmptyOrder, BadQuantity, UnknownProduct (also for a drop that is not open),
    ShopPaused, MixedCurrencies, NotDelivered, ParcelNotDelivered, and TaxError where Stripe taxes.
    """
    wanted = _merged(items)
    found, offered = find(
        [item.variant_id for item in wanted],
        [item.post_id for item in wanted],
        [item.quantity for item in wanted],
        place=Place.of(country or "", region=region, postcode=postcode),
        claim=claim,
    )
    if len(found) != len(wanted):
        raise unsold.reason([item.variant_id for item in wanted])
    currencies = {row.product.currency for row in found}
    if len(currencies) != 1:
        raise MixedCurrencies
    currency = currencies.pop()
    lines = tuple(
        _line(row, quantity=item.quantity, via=item.via)
        for row, item in zip(found, wanted, strict=True)
    )
    deliveries = _deliveries(found, lines, country=country) if country is not None else ()
    lines, deliveries, cut = cuts.cut(lines, deliveries, offered, claim=claim, currency=currency)
    nothing = Money(0, currency)
    items_total = sum((line.total for line in lines), nothing)
    delivery_total = sum((delivery.amount for delivery in deliveries), nothing)
    parts: list[QuoteLine | QuoteDelivery] = [*lines, *deliveries]
    tax_added = sum((part.tax for part in parts if not part.tax_is_included), nothing)
    quoted = Quote(
        country=country or "",
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
    if settings.TAXES == "stripe" and claim.test_shop_id is None and country is not None:
        return tax_calculations.taxed(quoted, region=region, postcode=postcode)
    return quoted


def _merged(items: Sequence[Item]) -> list[Item]:
    """One item a variant, in the order of first mention. Raises EmptyOrder, BadQuantity, TooManyLines."""
    merged: dict[UUID, Item] = {}
    for item in items:
        before = merged.get(item.variant_id)
        quantity = item.quantity + (before.quantity if before else 0)
        if item.quantity < 1 or quantity > MOST_PIECES:
            raise BadQuantity
        post_id = before.post_id if before and before.post_id else item.post_id
        via = before.via if before and before.via else item.via
        merged[item.variant_id] = Item(item.variant_id, quantity, post_id, via)
    if not merged:
        raise EmptyOrder
    if len(merged) > MOST_LINES:
        raise TooManyLines(MOST_LINES)
    return list(merged.values())


def _line(row: Found, *, quantity: int, via: str) -> QuoteLine:
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
        drop_pk=row.drop_pk,
        via=via,
    )


def _deliveries(
    found: Sequence[Found], lines: Sequence[QuoteLine], *, country: str
) -> tuple[QuoteDelivery, ...]:
    """One parcel a merchant who has something to send. Raises NotDelivered."""
    goods: dict[int, Money] = {}
    sending: dict[int, list[Found]] = {}
    for row, line in zip(found, lines, strict=True):
        key = row.merchant.pk
        goods[key] = goods[key] + line.total if key in goods else line.total
        if row.variant.requires_shipping:
            sending.setdefault(key, []).append(row)
    return tuple(
        _delivery(parcel, goods=goods[key], country=country) for key, parcel in sending.items()
    )


def _delivery(parcel: Sequence[Found], *, goods: Money, country: str) -> QuoteDelivery:
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
