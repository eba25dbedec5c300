# ruff: noqa: S608 - the text is made of our own words, never of input
"""The lines of a cart, and what became of each since it was put there. Reads only."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Literal
from uuid import UUID

from django.utils.translation import gettext as _

from catalogue.models import NO_OPTION
from catalogue.sale import OFFERED, PER_PERSON, PICTURE, TITLE, WAITS
from checkout.cart_owners import MINE, Owner
from checkout.quotes import MOST_PIECES
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
    public_id: UUID


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
    per_person: int | None = None  # how many one may have; None: as many as one likes
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
        return min(self.quantity, self.most)

    @property
    def most(self) -> int:
        return min(self.available, self.per_person or MOST_PIECES)

    @property
    def fewer(self) -> int:
        return max(self.pieces - 1, 1)

    @property
    def more(self) -> int:
        return min(self.pieces + 1, self.most)

    @property
    def price_changed(self) -> bool:
        return self.is_sold and self.price != self.seen_price


LINES = f"""
SELECT cart.id, v.public_id, p.public_id, p.slug, {TITLE}, v.option_values, p.currency, v.price,
       {PICTURE},
       line.quantity, line.saved, line.seen_price,
       (SELECT post.public_id FROM feeds_post post WHERE post.id = line.post_id),
       {OFFERED}, m.sells, {WAITS},
       v.requires_shipping, coalesce(stock.on_hand - stock.reserved, 0),
       m.id, m.name, u.id, u.handle, u.avatar, {PER_PERSON}, m.public_id,
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


@dataclass(frozen=True, slots=True)
class Read:
    """The cart's primary key, None while there is none; `served` are the countries that some shop
    in it delivers to."""

    key: int | None
    lines: list[Line]
    served: tuple[str, ...]


def read(owner: Owner, *, country: str) -> Read:
    """The lines of `owner`'s cart, for delivery to `country` (ISO 3166); one statement."""
    found = rows.run(LINES, owner.values) if owner else []
    return Read(
        key=found[0][0] if found else None,
        lines=[_seen(_line(row, country=country)) for row in found],
        served=tuple(sorted({place for row in found for place in row[-1]})),
    )


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
        shop=Shop(row[18], row[19], row[20], row[21], row[22] or "", row[24]),
        quantity=quantity,
        saved=saved,
        price=Money(price, currency),
        seen_price=Money(seen_price, currency),
        available=available,
        state=_state(quantity, available, sold=sold, paused=not sells, waits=waits, served=served),
        post_id=post_id,
        per_person=row[23],
    )


def _seen(line: Line) -> Line:
    """`line` as its owner may see it: what is not sold has no new price, and a draft no new words."""
    if line.is_sold:
        return line
    line = replace(line, price=line.seen_price)
    if line.title:
        return line
    title = _("Something from %(shop)s") % {"shop": line.shop.name}
    return replace(line, title=title, options="", image="")


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
