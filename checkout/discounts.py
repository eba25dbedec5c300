"""What offers take off an order, to the minor unit: arithmetic alone, without rows or clocks.

docs/adr/0014-which-offers-count.md says which offers come together, and in which order.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from shopping.money import BASIS_POINTS, divide


@dataclass(frozen=True, slots=True)
class Part:
    """A line of goods or a parcel, and what it costs before anything is taken off.

    `merchant` is a primary key, `amount` minor units of the order's currency.
    """

    merchant: int
    amount: int
    is_parcel: bool = False


@dataclass(frozen=True, slots=True)
class Rule:
    """What an offer takes off, and from whose goods; `merchant` None means from everybody's.

    One of the last three says what: a share of the goods, minor units of them, or all parcels.
    `minimum` is what the goods that it is about have to come to, before anything is taken off;
    `most` is what it takes off all of them together, unless it is None.
    """

    key: int
    merchant: int | None = None
    minimum: int = 0
    basis_points: int = 0
    amount: int = 0
    free_delivery: bool = False
    most: int | None = None

    def is_about(self, part: Part) -> bool:
        return self.merchant in (None, part.merchant)


@dataclass(frozen=True, slots=True)
class Taken:
    """What one rule takes off each part, in the order of the parts; above zero in all."""

    rule: Rule
    shares: tuple[int, ...]

    @property
    def total(self) -> int:
        return sum(self.shares)


def take(
    parts: Sequence[Part], *, automatic: Iterable[Rule], codes: Sequence[Rule] = (), step: int = 1
) -> list[Taken]:
    """What is taken off `parts`, in the order in which it is.

    First each merchant's own automatic rule that takes off the most, then the operator's, then
    `codes` one after the other: each of what the ones before have left. No share is negative, and
    no part is left with less than nothing. Every share is a multiple of `step` minor units, as long
    as the parts are.
    """
    left = [part.amount for part in parts]
    taken = []
    for rules in _rounds(list(automatic), codes):
        offered = [Taken(rule, tuple(shares_of(rule, parts, left, step=step))) for rule in rules]
        best = max(offered, key=lambda each: (each.total, -each.rule.key))
        if best.total:
            taken.append(best)
            left = [rest - share for rest, share in zip(left, best.shares, strict=True)]
    return taken


def _rounds(automatic: Sequence[Rule], codes: Sequence[Rule]) -> Iterator[list[Rule]]:
    """Of each of these, one counts."""
    own = sorted({rule.merchant for rule in automatic if rule.merchant is not None})
    for merchant in [*own, None]:
        rules = [rule for rule in automatic if rule.merchant == merchant]
        if rules:
            yield rules
    for code in codes:
        yield [code]


def is_enough(rule: Rule, parts: Iterable[Part]) -> bool:
    """Whether the goods come to the rule's minimum."""
    return goods_of(rule, parts) >= rule.minimum


def goods_of(rule: Rule, parts: Iterable[Part]) -> int:
    """Minor units of the goods that `rule` is about, before anything is taken off."""
    return sum(part.amount for part in parts if rule.is_about(part) and not part.is_parcel)


def shares_of(
    rule: Rule, parts: Sequence[Part], left: Sequence[int], *, step: int = 1
) -> list[int]:
    """What `rule` takes off each of `parts`, of which `left` is still to be paid; minor units."""
    if not is_enough(rule, parts):
        return [0] * len(parts)
    open_ = [
        rest if rule.is_about(part) and part.is_parcel == rule.free_delivery else 0
        for part, rest in zip(parts, left, strict=True)
    ]
    total = sum(open_)
    wanted = total if rule.free_delivery else rule.amount
    if rule.basis_points:
        wanted = divide(total * rule.basis_points, BASIS_POINTS, step=step)
    if rule.most is not None:
        wanted = min(wanted, rule.most)
    steps = spread(min(wanted, total) // step, [rest // step for rest in open_])
    return [step * each for each in steps]


def spread(amount: int, weights: Sequence[int]) -> list[int]:
    """`amount` in parts that stand as `weights` do and add up to it: by largest remainder.

    Each part is first rounded down; the units that are left over go to those which lost most by
    it, the earlier one first of two that lost the same. No part is more than its weight as long as
    `amount` is no more than all of them. Neither is negative.

    On purpose not `shopping.money.split`, whose left-over units go by the order of the parts: which
    line of a cart comes first is nobody's reason for a discount.
    """
    total = sum(weights)
    if not total:
        return [0] * len(weights)
    parts = [amount * weight // total for weight in weights]
    lost = sorted(range(len(weights)), key=lambda each: (-(amount * weights[each] % total), each))
    for each in lost[: amount - sum(parts)]:
        parts[each] += 1
    return parts
