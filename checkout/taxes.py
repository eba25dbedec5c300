"""Tax of an amount, and which rate delivery is taxed at. Pure: no database, no clock.

Each line's tax is computed on the line's total and rounded once, by the house's one rule (to the
nearest minor unit of the currency, halves away from zero); so is each parcel's. An order's tax is the
sum of these rounded parts and is never computed anew from a sum: what the receipt lists adds up.
docs/adr/0032 says why.
"""

from __future__ import annotations

from collections.abc import Sequence

from shopping.money import Money

Rate = tuple[int, bool]  # basis points, and whether prices include them
NONE: Rate = (0, True)  # a country without a rate has no tax


def of(amount: Money, *, basis_points: int, included: bool) -> Money:
    """The tax inside `amount` where prices include it, else what comes on top of it."""
    return amount.tax_included(basis_points) if included else amount.share(basis_points)


def of_delivery(goods: Sequence[Rate]) -> Rate:
    """The rate of a parcel: the highest of the `goods` in it, for delivery follows what it brings."""
    return max(goods, key=lambda rate: rate[0], default=NONE)
