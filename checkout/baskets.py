# ruff: noqa: S608 - the text is made of our own words, never of input
"""What the cart page shows: lines by shop, what became of each, and a sum a currency. Reads only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal
from uuid import UUID

from catalogue.models import NO_OPTION, Variant
from catalogue.sale import OFFERED, PICTURE, WAITS
from checkout.cart_owners import MINE, Owner
from checkout.errors import CheckoutError
from checkout.offers import NOBODY, Claim
from checkout.quotes import MOST_PIECES, Item, Quote, QuoteDelivery, QuoteLine, quote
from shopping import rows
from shopping.money import Money

State = Literal["ready", "short", "sold_out", "withdrawn", "paused", "waiting", "not_delivered"]
COUNTED = frozenset({"ready", "short"})


@dataclass(frozen=True, slots=True)
class Shop:
    pk: int
    name: str
    account_pk: int
    handle: str
    avatar: str  # name in the media storage, "" without one


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a cart as it stands now. `quantity` is what was asked for."""

    variant_id: UUID
    product_id: UUID
    slug: str
    title: str
    options: str
    image: str  # name in the media storage, "" without one
    shop: Shop
    quantity: int
    saved: bool
    price: Money
    seen_price: Money
    available: int
    state: State
    post_id: UUID | None
    total: Money | None = None  # None: left out of the sums

    @property
    def counts(self) -> bool:
        """Whether it can be ordered: what cannot is left out of the sums, and says so."""
        return self.state in COUNTED

    @property
    def is_sold(self) -> bool:
        """Whether it still has a page of its own."""
        return self.state != "withdrawn"

    @property
    def pieces(self) -> int:
        """How many of them can be ordered; those are summed up."""
        return min(self.quantity, self.available)

    @property
    def most(self) -> int:
        return min(self.available, MOST_PIECES)

    @property
    def fewer(self) -> int:
        return max(self.pieces - 1, 1)

    @property
    def more(self) -> int:
        return min(self.pieces + 1, self.most)

    @property
    def price_changed(self) -> bool:
        return self.is_sold and self.price != self.seen_price


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
    says why there is none just now."""

    currency: str
    items: tuple[Item, ...]
    shops: tuple[ShopSum, ...]
    quote: Quote | None
    problem: CheckoutError | None


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
LINES = f"""
SELECT cart.id, v.public_id, p.public_id, p.slug, p.title, v.option_values, p.currency, v.price,
       {PICTURE},
       line.quantity, line.saved, line.seen_price,
       (SELECT post.public_id FROM feeds_post post WHERE post.id = line.post_id),
       {OFFERED}, m.sells, {WAITS},
       v.requires_shipping, coalesce(stock.on_hand - stock.reserved, 0),
       m.id, m.name, u.id, u.handle, u.avatar,
       ARRAY(SELECT DISTINCT place FROM catalogue_shippingrate rate, unnest(rate.countries) place
             WHERE rate.merchant_id = m.id)
FROM checkout_cart cart
JOIN checkout_cartline line ON line.cart_id = cart.id
JOIN catalogue_variant v ON v.id = line.variant_id
JOIN catalogue_product p ON p.id = v.product_id
JOIN catalogue_merchant m ON m.id = v.merchant_id
JOIN accounts_user u ON u.id = m.account_id
LEFT JOIN catalogue_stockitem stock ON stock.variant_id = v.id
WHERE {MINE} ORDER BY line.id
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
    found = rows.run(LINES, owner.values) if owner else []
    lines = [_line(row, country=country) for row in found]
    wanted: dict[str, list[Line]] = {}
    for line in lines:
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
        key=found[0][0] if found else None,
        country=country,
        groups=tuple(groups),
        saved=tuple(line for line in lines if line.saved),
        summaries=tuple(summaries),
        served=tuple(sorted({place for row in found for place in row[-1]})),
    )


def _quote(
    items: tuple[Item, ...], *, claim: Claim, place: Mapping[str, str]
) -> tuple[Quote | None, CheckoutError | None]:
    if not items:
        return None, None
    try:
        return quote(items, claim=claim, **place), None
    except CheckoutError as problem:  # Something changed since the lines were read.
        return None, problem


def _line(row: tuple[Any, ...], *, country: str) -> Line:
    variant_id, product_id, slug, title, values, currency, price, image = row[1:9]
    quantity, saved, seen_price, post_id, sold, sells, waits, shipped, available = row[9:18]
    served = not shipped or country in row[-1]
    return Line(
        variant_id=variant_id,
        product_id=product_id,
        slug=slug,
        title=title,
        options=", ".join(value for value in values if value != NO_OPTION),
        image=image or "",
        shop=Shop(row[18], row[19], row[20], row[21], row[22] or ""),
        quantity=quantity,
        saved=saved,
        price=Money(price, currency),
        seen_price=Money(seen_price, currency),
        available=available,
        state=_state(quantity, available, sold=sold, paused=not sells, waits=waits, served=served),
        post_id=post_id,
    )


def _state(
    quantity: int, available: int, *, sold: bool, paused: bool, waits: bool, served: bool
) -> State:
    if not sold:
        return "withdrawn"
    if paused:
        return "paused"
    if waits:
        return "waiting"
    if available < 1:
        return "sold_out"
    if not served:
        return "not_delivered"
    return "short" if available < quantity else "ready"


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
