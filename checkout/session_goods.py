# ruff: noqa: S608 - the text is made of our own words, never of input
"""What can be had of what a checkout session wants: read before it is priced, a line at a time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from catalogue.rates import Parcel
from catalogue.sale import ON_SALE, PER_PERSON
from checkout.errors import BadQuantity, EmptyOrder, MixedCurrencies, TooManyLines
from checkout.quotes import MOST_LINES, MOST_PIECES
from checkout.session_errors import TooManyPieces, Unavailable
from checkout.session_wants import WantedLine
from shopping import rows
from shopping.money import Money


@dataclass(frozen=True, slots=True)
class Goods:
    """A variant on sale: its price, how many are left and how many one may have."""

    title: str
    price: Money
    left: int
    per_person: int | None
    merchant_pk: int
    merchant: UUID
    is_sent: bool
    grams: int

    @property
    def most(self) -> int:
        """The most pieces that one order can have."""
        return max(min(self.left, self.per_person or MOST_PIECES, MOST_PIECES), 0)


FIND = f"""
SELECT v.public_id, p.title, v.price, p.currency, coalesce(stock.on_hand - stock.reserved, 0),
       {PER_PERSON}, m.id, m.public_id, v.requires_shipping, coalesce(v.weight_grams, 0)
FROM catalogue_variant v
JOIN catalogue_product p ON p.id = v.product_id
JOIN catalogue_merchant m ON m.id = v.merchant_id
LEFT JOIN catalogue_stockitem stock ON stock.variant_id = v.id
WHERE v.public_id = ANY (%s) AND {ON_SALE}
"""


def find(variants: Iterable[UUID]) -> dict[UUID, Goods]:
    """By public id, what is on sale of `variants`; one statement."""
    found = rows.run(FIND, [list(variants)])
    return {
        variant: Goods(title, Money(price, currency), left, *rest)
        for variant, title, price, currency, left, *rest in found
    }


def checked(lines: Sequence[WantedLine]) -> tuple[WantedLine, ...]:
    """`lines` with the titles and prices of now, as a session may come to want them; lines of one
    variant are one, under the first one's key.

    Raises EmptyOrder, TooManyLines, BadQuantity, Unavailable, TooManyPieces and MixedCurrencies. Of
    what is sold out, or has fewer pieces than that, the session itself tells.
    """
    merged = _merged(lines)
    if not merged:
        raise EmptyOrder
    if len(merged) > MOST_LINES:
        raise TooManyLines(MOST_LINES)
    goods = find(line.variant for line in merged)
    for line in merged:
        if line.variant not in goods:
            raise Unavailable(line.key)
        if line.quantity > MOST_PIECES:
            raise TooManyPieces(line.key, left=goods[line.variant].most)
    if len({goods[line.variant].price.currency for line in merged}) > 1:
        raise MixedCurrencies
    return tuple(
        replace(line, title=goods[line.variant].title, price=goods[line.variant].price.amount)
        for line in merged
    )


def _merged(lines: Sequence[WantedLine]) -> list[WantedLine]:
    merged: dict[UUID, WantedLine] = {}
    for line in lines:
        if line.quantity < 1:
            raise BadQuantity
        before = merged.get(line.variant)
        pieces = line.quantity + (before.quantity if before else 0)
        merged[line.variant] = replace(before or line, quantity=pieces)
    return list(merged.values())


def parcels(lines: Sequence[WantedLine], goods: Mapping[UUID, Goods]) -> list[Parcel]:
    """What each shop would send of `lines`, as a quote weighs and values it."""
    value: dict[int, int] = {}
    grams: dict[int, int] = {}
    for line in lines:
        of = goods[line.variant]
        value[of.merchant_pk] = value.get(of.merchant_pk, 0) + line.quantity * of.price.amount
        if of.is_sent:
            grams[of.merchant_pk] = grams.get(of.merchant_pk, 0) + line.quantity * of.grams
    return [Parcel(merchant, weight, value[merchant]) for merchant, weight in grams.items()]
