"""Money: integers in a currency's minor unit, as Stripe has them, and one rounding rule."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from itertools import accumulate

from babel.numbers import format_currency

# Stripe's zero- and three-decimal currencies; every other one has two.
# https://docs.stripe.com/currencies
ZERO_DECIMAL = frozenset(
    {"BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA", "PYG", "RWF", "UGX", "VND", "VUV"}
    | {"XAF", "XOF", "XPF"}
)
THREE_DECIMAL = frozenset({"BHD", "JOD", "KWD", "OMR", "TND"})
BASIS_POINTS = 10_000
# Stripe takes an amount in these only if it is a multiple of so many minor units. (same source)
STEPS = {"ISK": 100, **dict.fromkeys(THREE_DECIMAL, 10)}


class CurrencyMismatch(ValueError):
    """Two amounts of different currencies met in one sum or comparison."""


class BadAmount(ValueError):
    """A text that is no amount of its currency."""


def exponent(currency: str) -> int:
    """How many decimals `currency` (ISO 4217, upper case) has: 0, 2 or 3."""
    if currency in ZERO_DECIMAL:
        return 0
    return 3 if currency in THREE_DECIMAL else 2


def step(currency: str) -> int:
    """Minor units of which every amount that is charged, given back or sent is a multiple."""
    return STEPS.get(currency, 1)


def divide(numerator: int, denominator: int, *, step: int = 1) -> int:
    """`numerator / denominator` to the nearest multiple of `step`, halves away from zero.

    The one rounding rule of the house: taxes, fees and shares all come through here.
    """
    sign = -1 if (numerator < 0) != (denominator < 0) else 1
    whole = abs(denominator) * step
    quotient, rest = divmod(abs(numerator), whole)
    return sign * step * (quotient + (2 * rest >= whole))


def split(amount: int, weights: Sequence[int], *, step: int = 1) -> list[int]:
    """`amount` in parts that stand as `weights` do and add up to it exactly; nothing each where
    the weights come to nothing.

    Each part ends where `divide` puts the sum of the weights so far: all but the last are multiples
    of `step`.
    """
    total = sum(weights)
    if not total:
        return [0] * len(weights)
    ends = [divide(amount * reached, total, step=step) for reached in accumulate(weights[:-1])]
    return [end - start for start, end in zip([0, *ends], [*ends, amount], strict=True)]


@dataclass(frozen=True, slots=True, order=False)
class Money:
    """An amount in minor units (cents for EUR, yen for JPY) of one ISO 4217 currency."""

    amount: int
    currency: str

    @classmethod
    def parse(cls, text: str, currency: str) -> Money:
        """The amount that a plain decimal such as "34.90" names; no float on the way.

        Raises BadAmount for anything else, and for more decimals than can be paid in the currency.
        """
        try:
            minor = Decimal(text.strip()).scaleb(exponent(currency))
        except InvalidOperation:
            raise BadAmount(f"{text!r} is not an amount") from None
        if not minor.is_finite() or minor % step(currency):
            raise BadAmount(f"{text!r} is not an amount in {currency}")
        return cls(int(minor), currency)

    def _same(self, other: Money) -> None:
        if self.currency != other.currency:
            raise CurrencyMismatch(f"{self.currency} and {other.currency} do not mix")

    def __add__(self, other: Money) -> Money:
        self._same(other)
        return Money(self.amount + other.amount, self.currency)

    def __sub__(self, other: Money) -> Money:
        self._same(other)
        return Money(self.amount - other.amount, self.currency)

    def __mul__(self, quantity: int) -> Money:
        return Money(self.amount * quantity, self.currency)

    def __neg__(self) -> Money:
        return Money(-self.amount, self.currency)

    def __lt__(self, other: Money) -> bool:
        self._same(other)
        return self.amount < other.amount

    def __bool__(self) -> bool:
        return self.amount != 0

    def share(self, basis_points: int) -> Money:
        """`basis_points` / 10,000 of this amount, rounded by `divide` to what can be paid."""
        share = divide(self.amount * basis_points, BASIS_POINTS, step=step(self.currency))
        return Money(share, self.currency)

    def tax_included(self, basis_points: int) -> Money:
        """The tax that a gross amount holds at a rate of `basis_points`, to the minor unit: it is
        shown, and never paid for itself."""
        return Money(divide(self.amount * basis_points, BASIS_POINTS + basis_points), self.currency)

    @property
    def decimal(self) -> Decimal:
        """The amount in major units, exact."""
        return Decimal(self.amount).scaleb(-exponent(self.currency))

    def format(self, locale: str) -> str:
        """As people write it in `locale` ("en", "fr"), always with the currency's decimals."""
        return format_currency(self.decimal, self.currency, locale=locale.replace("-", "_"))

    def __str__(self) -> str:
        return f"{self.decimal} {self.currency}"
