"""Chance that can be repeated: skewed choices, moments and ids."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import accumulate
from math import log
from random import Random

DAY = 86_400.0
# How far back posts go, and how long before them everybody joined.
SPAN = 730 * DAY
JOINING = 365 * DAY
# Newer posts are denser: this part of the age grows with their number, the rest with its square.
EVEN = 0.15


class Skewed:
    """Numbers below `len(weights)`, each as often as its weight says."""

    def __init__(self, weights: Sequence[float]) -> None:
        self.numbers = range(len(weights))
        self.sums = list(accumulate(weights))

    def some(self, chance: Random, count: int) -> list[int]:
        return chance.choices(self.numbers, cum_weights=self.sums, k=count)

    def distinct(self, chance: Random, count: int) -> list[int]:
        """`count` different numbers, quick where they are few of all. In the order of their draw."""
        found: dict[int, None] = {}
        while len(found) < count:
            found.update(dict.fromkeys(self.some(chance, count - len(found))))
        return list(found)


def zipf(count: int, *, exponent: float, head: float = 3.0) -> list[float]:
    """Weights that fall with a power of the rank; `head` keeps the first from having nearly all."""
    return [(rank + head) ** -exponent for rank in range(count)]


def without_replacement(weights: Sequence[float], chance: Random, count: int) -> list[int]:
    """`count` different numbers by weight, quick where they are nearly all.

    Efraimidis and Spirakis, Weighted random sampling with a reservoir (2006).
    """
    # The logarithms of its keys, which do not all become zero for small weights.
    keys = [log(1 - chance.random()) / weight for weight in weights]
    return sorted(range(len(weights)), key=keys.__getitem__, reverse=True)[:count]


def shares(weights: Sequence[float], *, total: int, most: int) -> array[int]:
    """`total` shared out by weight, `most` to each at the most; nothing to a weight of zero."""
    whole = sum(weights)
    counts = array("I", (min(most, int(weight * total / whole)) for weight in weights))
    left = total - sum(counts)
    while left:
        before = left
        for number, weight in enumerate(weights):
            if not left:
                break
            if weight and counts[number] < most:
                counts[number] += 1
                left -= 1
        if left == before:
            raise ValueError(f"{left} of {total} are left over")
    return counts


def age(number: int, count: int) -> float:
    """Seconds before the end of the `number`th of `count` posts; the oldest first."""
    part = (count - number) / (count + 1)
    return SPAN * part * (EVEN + (1 - EVEN) * part)


def stamp(moment: float) -> str:
    """Seconds since 1970 as PostgreSQL reads them."""
    return datetime.fromtimestamp(moment, UTC).isoformat()


class Ids:
    """UUIDv7s (RFC 9562, section 5.7) that grow from one to the next, by a counter in `rand_a`."""

    def __init__(self, chance: Random) -> None:
        self.chance = chance
        self.at = 0
        self.counter = 0

    def of(self, moment: float) -> str:
        """One for `moment`, seconds since 1970, or for that of the last where it was later."""
        at = int(moment * 1000)
        if at > self.at:
            self.at, self.counter = at, self.chance.getrandbits(11)
        else:
            self.counter += 1
            if self.counter > 0xFFF:
                self.at, self.counter = self.at + 1, 0
        tail = 0x8000_0000_0000_0000 | self.chance.getrandbits(62)
        return f"{self.at:012x}7{self.counter:03x}{tail:016x}"
