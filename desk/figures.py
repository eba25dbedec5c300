# ruff: noqa: S608 - the texts are made of words of our own, never of input
"""A merchant's figures over a range of days in one currency: kept days, and open ones live."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from catalogue.models import Merchant
from desk import best, days
from desk.best import PostSales, ProductSales
from desk.ranges import Range
from desk.sums import MONEY
from feeds import post_views
from shopping import rows

_NAMES = "currency, orders, sales, refunds, refunded, disputed, fees, sent"
_KEPT = f"""
SELECT day, {_NAMES} FROM desk_daymoney
WHERE merchant_id = %(merchant)s::bigint AND day BETWEEN %(first)s::date AND %(last)s::date
"""
_OPEN = f"SELECT (%(days)s::date[])[place], {_NAMES} FROM ({MONEY}) added_up"


@dataclass(frozen=True, slots=True)
class Moved:
    """What moved: amounts in minor units, as desk.models.DayMoney says what each is."""

    orders: int = 0
    sales: int = 0
    refunds: int = 0
    refunded: int = 0
    disputed: int = 0
    fees: int = 0
    sent: int = 0

    def __add__(self, other: Moved) -> Moved:
        return Moved(
            *(getattr(self, each.name) + getattr(other, each.name) for each in fields(Moved))
        )

    @property
    def average(self) -> int:
        """What an order comes to, rounded down to a minor unit; 0 without any."""
        return self.sales // self.orders if self.orders else 0


@dataclass(frozen=True, slots=True)
class Figures:
    """`moved`, `views` and `through_posts` of a range; `by_day` has a value for each of its days."""

    span: Range
    by_day: Sequence[Moved]
    moved: Moved
    views: int
    through_posts: int

    @property
    def days(self) -> list[tuple[date, Moved]]:
        return list(zip(self.span.days, self.by_day, strict=True))

    @property
    def conversion(self) -> float | None:
        """Orders through posts, a hundred views of posts; None where nobody was counted."""
        return 100 * self.through_posts / self.views if self.views else None


@dataclass(frozen=True, slots=True)
class Overview:
    """`currency` is the one that is shown of `currencies`, the shop's own and all that moved."""

    currency: str
    currencies: Sequence[str]
    now: Figures
    before: Figures
    products: Sequence[ProductSales]
    posts: Sequence[PostSales]


@dataclass(frozen=True, slots=True)
class Sales:
    """The overview in one currency, and the pieces that were sold on each of its days."""

    overview: Overview
    units: Mapping[date, int]


def overview(merchant: Merchant, span: Range, *, currency: str = "") -> Overview:
    """The figures of `span` and of as many days before it, in `currency` if anything moved in it,
    else in the shop's own. A dozen statements, however many orders there are."""
    live = _live(merchant, span)
    moved = _moved(merchant, Range(span.before.first, span.last), live)
    shown = currency if currency in _offered(merchant, moved) else merchant.currency
    return _overview(merchant, span, live, moved, shown)


def sales(merchant: Merchant, span: Range, *, currency: str) -> Sales:
    """The same in `currency`, whether or not anything moved in it. One statement more."""
    live = _live(merchant, span)
    moved = _moved(merchant, Range(span.before.first, span.last), live)
    values = live | {"merchant": merchant.pk, "currency": currency}
    units = best.units(values | {"first": span.first, "last": span.last})
    return Sales(_overview(merchant, span, live, moved, currency), units)


def _overview(
    merchant: Merchant,
    span: Range,
    live: Mapping[str, Any],
    moved: Mapping[tuple[str, date], Moved],
    shown: str,
) -> Overview:
    asked = {"merchant": merchant.pk, "currency": shown}
    found = {}
    for each in (span, span.before):
        values = {**live, **asked, "first": each.first, "last": each.last}
        by_day = [moved.get((shown, day), Moved()) for day in each.days]
        views = post_views.total(merchant, each.first, each.last)
        through = best.through_posts(values)
        moved_in_all = sum(by_day, Moved())
        found[each] = Figures(each, by_day, moved_in_all, views, through)
    values = {**live, **asked, "first": span.first, "last": span.last}
    return Overview(
        shown,
        _offered(merchant, moved),
        now=found[span],
        before=found[span.before],
        products=best.products(values),
        posts=best.posts(merchant, span, values),
    )


def _live(merchant: Merchant, span: Range) -> dict[str, Any]:
    """What the statements of open days take; nothing where none of them is in the range."""
    open_days = days.open_days(merchant)
    return {} if open_days is None or open_days.days[0] > span.last else open_days.values()


def _offered(merchant: Merchant, moved: Mapping[tuple[str, date], Moved]) -> list[str]:
    """The shop's own currency, and all in which something moved."""
    return [merchant.currency, *sorted({key for key, _day in moved} - {merchant.currency})]


def _moved(
    merchant: Merchant, span: Range, live: Mapping[str, Any]
) -> dict[tuple[str, date], Moved]:
    """By currency and day."""
    wanted = {"merchant": merchant.pk, "first": span.first, "last": span.last}
    found = rows.run_named(_KEPT, wanted)
    if live:
        found = [*found, *rows.run_named(_OPEN, live)]
    return {(currency, day): Moved(*sums) for day, currency, *sums in found}
