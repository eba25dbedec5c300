"""What the checkout page shows: one currency's lines of a cart, one shopper, one total. Reads only."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from accounts.models import User
from catalogue.models import Merchant
from checkout import baskets, details, tax_calculations
from checkout.baskets import Basket, Summary
from checkout.cart_lines import Line, Shop
from checkout.cart_owners import Owner
from checkout.details import Asked, Details
from checkout.errors import CheckoutError, EmptyOrder
from checkout.quotes import Item, Quote, quote
from checkout.tax_errors import TaxError


@dataclass(frozen=True, slots=True)
class Checkout(Details):
    """Everything that the templates of the checkout page read."""

    currency: str
    lines: tuple[Line, ...]
    left_out: tuple[Line, ...]
    items: tuple[Item, ...]
    quote: Quote | None
    problem: CheckoutError | None

    @property
    def pieces(self) -> int:
        return sum(line.pieces for line in self.lines)

    @property
    def shops(self) -> list[Shop]:
        return list(dict.fromkeys(line.shop for line in self.lines))

    @property
    def sellers(self) -> list[Merchant]:
        """With whom the contracts are made, in the order of the lines."""
        lines = self.quote.lines if self.quote else ()
        return list({line.merchant.pk: line.merchant for line in lines}.values())


def build(owner: Owner, *, user: User | None, currency: str, asked: Asked) -> Checkout:
    """What `owner`'s cart holds in `currency`, for `user` or a guest.

    A constant number of statements; where Stripe taxes (TAXES), one call for what it has not been
    asked yet. Raises EmptyOrder where there is nothing that could be sent anywhere, BadAddress and
    UnknownCard for a saved thing that is not `user`'s.
    """
    known = details.read(user, asked)
    country = known.country(asked)
    place, claim = known.place(asked), asked.claim(user)
    basket = baskets.build(owner, country=country, claim=claim, **place)
    lines = [line for line in basket.lines if line.price.currency == currency]
    if not any(line.counts or line.state == "not_delivered" for line in lines):
        raise EmptyOrder
    summary = summary_of(basket, currency)
    quoted, problem = (summary.quote, summary.problem) if summary else (None, None)
    if summary and isinstance(problem, TaxError):
        ask = partial(quote, summary.items, country=country, claim=claim, **place)
        quoted, problem = tax_calculations.priced(ask, visitor=asked.visitor)
    return Checkout(
        **known.shown(asked, country=country, served=basket.served),
        currency=currency,
        lines=tuple(line for line in lines if line.counts),
        left_out=tuple(line for line in lines if not line.counts),
        items=summary.items if summary else (),
        quote=quoted,
        problem=problem,
    )


def summary_of(basket: Basket, currency: str) -> Summary | None:
    """What can be ordered of `basket` in `currency`."""
    return next((each for each in basket.summaries if each.currency == currency), None)
