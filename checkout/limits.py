"""How often a visitor may order, try codes, set up cards and ask for taxes: far more than shoppers do.

Each is counted by visitor, and more generously by address, for who throws their cookie away; a
school or a telephone company may share one address. Counted in Redis: without it, nobody is refused.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import ngettext

from checkout.errors import CheckoutError
from shopping import limits
from shopping.limits import Limit

MINUTE = 60
TEN_MINUTES = 10 * MINUTE
HOUR = 60 * MINUTE


class TooOften(CheckoutError):
    """`seconds` until it may be tried again; nothing was looked up, placed or made."""

    code = "too_often"

    def __init__(self, seconds: int) -> None:
        super().__init__(seconds)
        self.seconds = seconds

    @property
    def message(self) -> str:
        minutes = -(-self.seconds // MINUTE)
        text = ngettext(
            "This was tried too often. Nothing was charged; wait %(minutes)d minute, then try again.",
            "This was tried too often. Nothing was charged; wait %(minutes)d minutes, then try again.",
            minutes,
        )
        return text % {"minutes": minutes}


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who is counted: a principal ("" for somebody who has none yet), and where they come from."""

    principal: str
    address: str


@dataclass(frozen=True, slots=True)
class Rule:
    """Two limits of one thing."""

    visitor: Limit
    address: Limit

    def of(self, visitor: Visitor) -> Iterable[tuple[Limit, str]]:
        if visitor.principal:
            yield self.visitor, visitor.principal
        yield self.address, visitor.address


ORDERS = Rule(Limit("orders", 30, TEN_MINUTES), Limit("orders-address", 600, TEN_MINUTES))
# Those that there are not; a wrong one counts once, however often the page asks for its price.
CODES = Rule(Limit("codes", 10, TEN_MINUTES), Limit("codes-address", 100, TEN_MINUTES))
# New questions to Stripe Tax: what was asked before costs nothing.
TAXES = Rule(Limit("taxes", 60, TEN_MINUTES), Limit("taxes-address", 600, TEN_MINUTES))
# Presses on Buy now of a drop: each may make a place in its queue.
PLACES = Rule(Limit("places", 60, TEN_MINUTES), Limit("places-address", 600, TEN_MINUTES))
# Of those, the ones of browsers that nobody knows yet: one network makes as many as it likes.
NEW_GUESTS = Rule(
    Limit("new-guests", 60, TEN_MINUTES), Limit("new-guests-address", 60, TEN_MINUTES)
)
# Presses in the box of a reply of another network, which is read anew.
CHOICES = Rule(Limit("choices", 60, TEN_MINUTES), Limit("choices-address", 600, TEN_MINUTES))
CARDS = Rule(Limit("cards", 10, HOUR), Limit("cards-address", 100, HOUR))


def count(rule: Rule, visitor: Visitor) -> None:
    """Count one more. Raises TooOften where it is one too many."""
    if settings.LIMIT_VISITORS:
        _refuse(limits.count(limit, who) for limit, who in rule.of(visitor))


def check(rule: Rule, visitor: Visitor) -> None:
    """Raises TooOften where one more would be too many; counts nothing."""
    if settings.LIMIT_VISITORS:
        _refuse(limits.wait(limit, who) for limit, who in rule.of(visitor))


def count_code(code: str, visitor: Visitor) -> None:
    """Count a `code` that there is not, the first time that `visitor` tries it; refuses nobody."""
    who = visitor.principal or visitor.address
    if settings.LIMIT_VISITORS and limits.is_first("code", f"{who} {code}", seconds=TEN_MINUTES):
        for limit, name in CODES.of(visitor):
            limits.count(limit, name)


def _refuse(waits: Iterable[int]) -> None:
    longest = max(waits)
    if longest:
        raise TooOften(longest)
