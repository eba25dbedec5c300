"""A checkout session as it is shown: one shape for what would be bought now and for what was bought.

Amounts are minor units of `Sums.currency`. Protocols translate it, and compute nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID


@dataclass(frozen=True, slots=True)
class LineView:
    """`total` is before discounts, and 0 for what cannot be had any more; `tax_added` comes on top."""

    key: str
    item: str
    variant: UUID
    title: str
    quantity: int
    unit_price: int
    total: int = 0
    discount: int = 0
    tax_added: int = 0
    image: str = ""  # name in the media storage
    is_sent: bool = True  # it travels in a parcel
    left: int | None = None  # pieces that one order can have now; None for what was bought


@dataclass(frozen=True, slots=True)
class OptionView:
    """A way of delivery: what it costs before and after discounts, and when it arrives."""

    id: str
    name: str
    amount: int
    discount: int
    arrives_from: date
    arrives_to: date

    @property
    def cost(self) -> int:
        return self.amount - self.discount


@dataclass(frozen=True, slots=True)
class ParcelView:
    """What one shop sends: the keys of its lines, the ways it may go, and the id of the chosen one."""

    key: str
    shop: str
    lines: tuple[str, ...]
    options: tuple[OptionView, ...]
    chosen: str


@dataclass(frozen=True, slots=True)
class Share:
    """What a discount takes off a line (its place among the lines), or, without one, off delivery."""

    line: int | None
    amount: int


@dataclass(frozen=True, slots=True)
class DiscountView:
    """What one offer takes off; `code` is "" for one that holds by itself. Of what was bought, the
    shares are not known any more."""

    title: str
    code: str
    amount: int
    shares: tuple[Share, ...] = ()


@dataclass(frozen=True, slots=True)
class Sums:
    """`total` = items + delivery + tax_added - discount; `tax_included` is inside prices."""

    currency: str
    items: int = 0
    delivery: int = 0
    discount: int = 0
    tax_added: int = 0
    tax_included: int = 0
    total: int = 0


@dataclass(frozen=True, slots=True)
class View:
    lines: tuple[LineView, ...]
    parcels: tuple[ParcelView, ...]
    discounts: tuple[DiscountView, ...]
    sums: Sums
