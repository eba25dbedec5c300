"""What is picked of a product and what is left of it: the part of the sheet that needs no price."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from accounts.models import User
from catalogue import goods
from catalogue.models import Merchant, Product, ProductImage, Variant
from checkout import choices
from checkout.choices import Choice
from checkout.details import Asked
from checkout.errors import SoldOut
from checkout.models import OrderLine
from checkout.quotes import MOST_PIECES


@dataclass(frozen=True)
class Selection:
    """One product with what the shopper picked of it, as far as they have said."""

    asked: Asked
    product: Product
    choice: Choice
    picture: ProductImage | None

    @property
    def merchant(self) -> Merchant:
        return self.product.merchant

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
    def can_pay(self) -> bool:
        return not self.sold_out and self.choice.missing is None

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
    def is_settled(self) -> bool:
        """Whether what is bought fits in one line: no chip was pressed, and none has to be."""
        untouched = self.asked.picks is None or self.asked.folded
        return untouched and self.choice.variant is not None

    @property
    def summary(self) -> str:
        """ "Coral, size 42, quantity 1"."""
        picked = [
            f"{option.name.lower()} {option.picked}" if option.is_size else str(option.picked)
            for option in self.choice.options
        ]
        return ", ".join([*picked, _("quantity %(count)d") % {"count": self.quantity}])


def of(
    product: Product, variants: Sequence[Variant], *, user: User | None, asked: Asked
) -> Selection:
    """What `asked` comes to among the `variants` of `product`, with their stock; one statement for
    the pictures, and one for what `user` bought before.

    Raises SoldOut where there are no variants.
    """
    if not variants:
        raise SoldOut({})
    images = goods.images_of(product)
    remembered = last_bought(product, user=user) if user else None
    choice = choices.choose(
        variants,
        names=product.option_names,
        images=images,
        picks=_picks(asked, variants=variants, remembered=remembered),
        remembered=remembered,
    )
    return Selection(asked, product, choice, _picture(images, choice.shown))


def lost(product: Product, *, user: User | None, asked: Asked) -> Selection | None:
    """The selection where not one piece is left of the variant that `asked` names to the letter;
    None where there is a piece, and where the variant is not on sale.

    One statement as long as there is one; nothing is locked, and what is left may go the next moment.
    """
    variants = goods.variants_of(product)
    pressed = choices.exact(variants, names=product.option_names, picks=asked.picks or ())
    if pressed is None or choices.available(pressed):
        return None
    if not product.is_on_sale or product.is_closed:
        return None
    return of(product, variants, user=user, asked=asked)


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


def _picks(
    asked: Asked, *, variants: Sequence[Variant], remembered: Variant | None
) -> Sequence[str]:
    if asked.picks is not None:
        return asked.picks
    wanted = next((each for each in variants if each.public_id == asked.variant), remembered)
    return wanted.option_values if wanted else ()


def _picture(images: Sequence[ProductImage], variant: Variant) -> ProductImage | None:
    own = next((image for image in images if image.variant_id == variant.pk), None)
    return own or next(iter(images), None)
