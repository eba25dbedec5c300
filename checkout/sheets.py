"""What the Buy-now sheet shows: one product, one shopper, one total. Reads only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from accounts.models import User
from catalogue import goods
from catalogue.models import Merchant, Product, Variant
from checkout import details, selections, tax_calculations
from checkout.details import Asked, Details
from checkout.errors import CheckoutError
from checkout.offers import Claim
from checkout.quotes import Item, Quote, quote
from checkout.selections import Selection


@dataclass(frozen=True)
class Sheet(Details, Selection):
    """Everything that the templates of the sheet read."""

    quote: Quote | None
    problem: CheckoutError | None

    @property
    def can_pay(self) -> bool:
        return bool(self.quote) and super().can_pay

    @property
    def is_settled(self) -> bool:
        """Whether what is bought fits in one line, with all the typing still to come."""
        return super().is_settled and not self.known


def build(product: Product, *, user: User | None, asked: Asked) -> Sheet:
    """The sheet of `product` (with its merchant) for `user` or a guest.

    A constant number of statements; where Stripe taxes (TAXES), one call for what it has not been
    asked yet. Raises SoldOut for a product without any variant,
    BadAddress and UnknownCard for a saved thing that is not `user`'s.
    """
    selected = selections.of(product, goods.variants_of(product), user=user, asked=asked)
    known = details.read(user, asked)
    served = _served(product.merchant)
    country = known.country(asked) or min(served, default="")
    place = {"country": country, **known.place(asked)}
    quoted, problem = _quote(
        selected.choice.shown, asked=asked, place=place, claim=asked.claim(user)
    )
    return Sheet(
        **known.shown(asked, country=country, served=served),
        product=product,
        choice=selected.choice,
        picture=selected.picture,
        quote=quoted,
        problem=problem,
    )


def _served(merchant: Merchant) -> set[str]:
    rates = merchant.shipping_rates.values_list("countries", flat=True)
    return {country for countries in rates for country in countries}


def _quote(
    variant: Variant, *, asked: Asked, place: Mapping[str, str], claim: Claim
) -> tuple[Quote | None, CheckoutError | None]:
    item = Item(variant.public_id, asked.quantity, asked.post)
    ask = partial(quote, [item], claim=claim, **place)
    return tax_calculations.priced(ask, visitor=asked.visitor)
