"""What the Buy-now sheet shows: one product, one shopper, one total. Reads only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from django.utils.translation import gettext as _

from accounts.models import User
from catalogue.models import Merchant, Product, ProductImage, Variant
from checkout import choices, details, tax_calculations
from checkout.choices import Choice
from checkout.details import Asked, Details
from checkout.errors import CheckoutError, SoldOut
from checkout.models import OrderLine
from checkout.offers import Claim
from checkout.quotes import MOST_PIECES, Item, Quote, quote


@dataclass(frozen=True, slots=True)
class Sheet(Details):
    """Everything that the templates of the sheet read."""

    product: Product
    merchant: Merchant
    choice: Choice
    picture: ProductImage | None
    quote: Quote | None
    problem: CheckoutError | None

    @property
    def quantity(self) -> int:
        return self.asked.quantity

    @property
    def available(self) -> int:
        return choices.available(self.choice.shown)

    @property
    def sold_out(self) -> bool:
        return self.available == 0

    @property
    def can_add(self) -> bool:
        return self.quantity < min(self.available, self.per_person or MOST_PIECES)

    @property
    def per_person(self) -> int | None:
        """How many pieces one person may have; None where there is no such limit."""
        drop = self.product.open_drop
        return drop.per_person if drop else None

    @property
    def fewer(self) -> int:
        return max(self.quantity - 1, 1)

    @property
    def more(self) -> int:
        return self.quantity + 1 if self.can_add else self.quantity

    @property
    def stepper_beside(self) -> bool:
        """Whether the stepper sits beside the first row of chips, or in a row of its own."""
        return bool(self.choice.options) and self.choice.options[0].few

    @property
    def can_pay(self) -> bool:
        return bool(self.quote) and not self.sold_out and self.choice.missing is None

    @property
    def is_settled(self) -> bool:
        """Whether what is bought fits in one line, with all the typing still to come."""
        untouched = self.asked.picks is None or self.asked.folded
        return untouched and self.choice.variant is not None and not self.known

    @property
    def summary(self) -> str:
        """ "Coral, size 42, quantity 1"."""
        picked = [
            f"{option.name.lower()} {option.picked}" if option.is_size else str(option.picked)
            for option in self.choice.options
        ]
        return ", ".join([*picked, _("quantity %(count)d") % {"count": self.quantity}])


def build(product: Product, *, user: User | None, asked: Asked) -> Sheet:
    """The sheet of `product` (with its merchant) for `user` or a guest.

    A constant number of statements; where Stripe taxes (TAXES), one call for what it has not been
    asked yet. Raises SoldOut for a product without any variant,
    BadAddress and UnknownCard for a saved thing that is not `user`'s.
    """
    variants = list(product.variants.filter(active=True).select_related("stock"))
    if not variants:
        raise SoldOut({})
    images = [image for image in product.images.all() if image.file]
    remembered = last_bought(product, user=user) if user else None
    choice = choices.choose(
        variants,
        names=product.option_names,
        images=images,
        picks=_picks(asked, variants=variants, remembered=remembered),
        remembered=remembered,
    )
    known = details.read(user, asked)
    served = _served(product.merchant)
    country = known.country(asked) or min(served, default="")
    place = {"country": country, **known.place(asked)}
    quoted, problem = _quote(choice.shown, asked=asked, place=place, claim=asked.claim(user))
    return Sheet(
        **known.shown(asked, country=country, served=served),
        product=product,
        merchant=product.merchant,
        choice=choice,
        picture=_picture(images, choice.shown),
        quote=quoted,
        problem=problem,
    )


def _picks(
    asked: Asked, *, variants: Sequence[Variant], remembered: Variant | None
) -> Sequence[str]:
    if asked.picks is not None:
        return asked.picks
    wanted = next((each for each in variants if each.public_id == asked.variant), remembered)
    return wanted.option_values if wanted else ()


def last_bought(product: Product, *, user: User) -> Variant | None:
    """The variant of `product` that `user` paid for last; one statement."""
    line = (
        OrderLine.objects.filter(order__user=user, variant__product=product)
        .exclude(order__paid_at=None)
        .select_related("variant")
        .order_by("-id")
        .first()
    )
    return line.variant if line else None


def _served(merchant: Merchant) -> set[str]:
    rates = merchant.shipping_rates.values_list("countries", flat=True)
    return {country for countries in rates for country in countries}


def _quote(
    variant: Variant, *, asked: Asked, place: Mapping[str, str], claim: Claim
) -> tuple[Quote | None, CheckoutError | None]:
    item = Item(variant.public_id, asked.quantity, asked.post)
    ask = partial(quote, [item], claim=claim, **place)
    return tax_calculations.priced(ask, visitor=asked.visitor)


def _picture(images: Sequence[ProductImage], variant: Variant) -> ProductImage | None:
    own = next((image for image in images if image.variant_id == variant.pk), None)
    return own or next(iter(images), None)
