# ruff: noqa: S608 - the text is made of our own words, never of input
"""What the cart page shows: lines by shop, what became of each, and a sum a currency. Reads only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from catalogue.models import Variant
from checkout import cart_lines
from checkout.cart_lines import Line, Shop
from checkout.cart_owners import MINE, Owner
from checkout.errors import CheckoutError, NotDelivered
from checkout.offers import NOBODY, Claim
from checkout.quotes import Item, Quote, QuoteDelivery, QuoteLine, quote
from checkout.tax_errors import TaxError
from shopping import rows
from shopping.money import Money


@dataclass(frozen=True, slots=True)
class Group:
    """What one shop sends: its lines in one currency, and the parcel if anything can go."""

    shop: Shop
    lines: tuple[Line, ...]
    delivery: QuoteDelivery | None

    @property
    def counted(self) -> int:
        """How many pieces are in the sum."""
        return sum(line.pieces for line in self.lines if line.total is not None)

    @property
    def not_delivered(self) -> bool:
        return any(line.state == "not_delivered" for line in self.lines)


@dataclass(frozen=True, slots=True)
class ShopSum:
    shop: Shop
    pieces: int
    total: Money


@dataclass(frozen=True, slots=True)
class Summary:
    """One currency's sum: what one order of these `items` comes to. Without a quote, `problem`
    says why there is none just now; a TaxError beside a quote, that its tax is not in it."""

    currency: str
    items: tuple[Item, ...]
    shops: tuple[ShopSum, ...]
    quote: Quote | None
    problem: CheckoutError | None

    @property
    def waits_for_address(self) -> bool:
        """Whether its shops serve parts of the country alone: checking out asks which it is."""
        return type(self.problem) is NotDelivered


@dataclass(frozen=True, slots=True)
class Basket:
    """Everything that the templates of the cart read."""

    key: int | None  # primary key of the cart; None while there is none
    country: str
    groups: tuple[Group, ...]
    saved: tuple[Line, ...]
    summaries: tuple[Summary, ...]
    served: tuple[str, ...]  # countries that some shop in the cart delivers to

    @property
    def lines(self) -> list[Line]:
        return [line for group in self.groups for line in group.lines]

    @property
    def pieces(self) -> int:
        """The number on the basket: what was asked for, whether it can be had or not."""
        return sum(line.quantity for line in self.lines)

    @property
    def shops(self) -> int:
        return len({group.shop.pk for group in self.groups})

    @property
    def is_empty(self) -> bool:
        return not self.groups and not self.saved


PIECES = f"""
SELECT coalesce(sum(line.quantity), 0) FROM checkout_cartline line
JOIN checkout_cart cart ON cart.id = line.cart_id WHERE {MINE} AND NOT line.saved
"""


def pieces(owner: Owner) -> int:
    """How many pieces are in the cart, in one statement."""
    return int(rows.run(PIECES, owner.values)[0][0]) if owner else 0


def only_variant(product: UUID) -> UUID | None:
    """The one form that the product comes in; None where somebody has to choose."""
    found = Variant.objects.filter(product__public_id=product, active=True)
    public_ids = list(found.values_list("public_id", flat=True)[:2])
    return public_ids[0] if len(public_ids) == 1 else None


def build(
    owner: Owner, *, country: str, region: str = "", postcode: str = "", claim: Claim = NOBODY
) -> Basket:
    """The cart of `owner` with delivery to `country` (ISO 3166), and there to the address's
    `region` and `postcode` where they are known: one statement, and one for each currency in it,
    however many lines. `claim` says which offers count. Nothing in it is promised."""
    cart = cart_lines.read(owner, country=country)
    wanted: dict[str, list[Line]] = {}
    for line in cart.lines:
        if not line.saved:
            wanted.setdefault(line.price.currency, []).append(line)
    groups: list[Group] = []
    summaries: list[Summary] = []
    for currency, some in wanted.items():
        counted = [line for line in some if line.counts]
        items = tuple(Item(line.variant_id, line.pieces, line.post_id) for line in counted)
        place = {"country": country, "region": region, "postcode": postcode}
        priced, problem = _quote(items, claim=claim, place=place)
        grouped = _groups(some, priced)
        groups += grouped
        if items:
            summaries.append(Summary(currency, items, _sums(grouped), priced, problem))
    return Basket(
        key=cart.key,
        country=country,
        groups=tuple(groups),
        saved=tuple(line for line in cart.lines if line.saved),
        summaries=tuple(summaries),
        served=cart.served,
    )


def _quote(
    items: tuple[Item, ...], *, claim: Claim, place: Mapping[str, str]
) -> tuple[Quote | None, CheckoutError | None]:
    if not items:
        return None, None
    try:
        return quote(items, claim=claim, **place), None
    except TaxError as problem:  # A cart is no promise: it shows what there is before the tax.
        return problem.before, problem
    except CheckoutError as problem:  # Something changed since the lines were read.
        return None, problem


def _groups(lines: Sequence[Line], priced: Quote | None) -> list[Group]:
    """A group a shop, in the order of their first lines, with the figures of the quote."""
    of_variant = {each.variant.public_id: each for each in priced.lines} if priced else {}
    parcels = {each.merchant.pk: each for each in priced.deliveries} if priced else {}
    by_shop: dict[int, list[Line]] = {}
    for line in lines:
        by_shop.setdefault(line.shop.pk, []).append(_priced(line, of_variant))
    return [Group(some[0].shop, tuple(some), parcels.get(shop)) for shop, some in by_shop.items()]


def _priced(line: Line, of_variant: Mapping[UUID, QuoteLine]) -> Line:
    found = of_variant.get(line.variant_id)
    return replace(line, price=found.unit_price, total=found.total) if found else line


def _sums(groups: Sequence[Group]) -> tuple[ShopSum, ...]:
    """What each shop's goods come to, for those with any that count."""
    sums = []
    for group in groups:
        totals = [line.total for line in group.lines if line.total is not None]
        if totals:
            nothing = Money(0, totals[0].currency)
            sums.append(ShopSum(group.shop, group.counted, sum(totals, nothing)))
    return tuple(sums)
