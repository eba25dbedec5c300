"""Many products at once: what a rule would make of each, and doing it, a product at a time.

A plan holds every figure as it was seen. Whatever has changed since is refused by name, so that doing
a plan twice changes nothing more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from copy import copy
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from catalogue import prices, products, stock
from catalogue.cells import HIGHEST_COUNT
from catalogue.models import Product, StockItem, StockMovement, Variant
from catalogue.prices import NewPrice
from catalogue.products import ProductError, check_price
from shopping.money import divide

# Products, and variants of them all together, that one edit changes.
MOST_PRODUCTS = 500
MOST_VARIANTS = 2_000


class How(StrEnum):
    """How a figure is changed."""

    SET = "set"
    BY = "by"
    PERCENT = "percent"


class Struck(StrEnum):
    """What becomes of the struck price beside a new one."""

    KEEP = "keep"
    BEFORE = "before"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class PriceRule:
    """`figure` is in minor units; for a percentage in basis points, either with its sign.

    A percentage is rounded to the nearest minor unit, halves away from zero: shopping.money.divide.
    """

    how: How
    figure: int
    struck: Struck = Struck.KEEP

    def of(self, variant: Variant) -> NewPrice:
        price = variant.price
        after = {
            How.SET: self.figure,
            How.BY: price + self.figure,
            How.PERCENT: divide(price * (10_000 + self.figure), 10_000),
        }[self.how]
        struck = {
            Struck.KEEP: variant.compare_at_price,
            Struck.BEFORE: price,
            Struck.NONE: None,
        }[self.struck]
        return NewPrice(after, struck, price)


@dataclass(frozen=True, slots=True)
class StockRule:
    """`figure` is in pieces; set or by so many. Goods go the way of `reason`."""

    how: How
    figure: int
    reason: StockMovement.Reason = StockMovement.Reason.ADJUSTMENT


class Step(NamedTuple):
    """One variant's figure, minor units or pieces, before and after, with the struck price before
    and after; `refusal` says why it would not do."""

    variant: int
    name: str
    before: int
    after: int
    struck_before: int | None = None
    struck_after: int | None = None
    refusal: str = ""

    @property
    def changes(self) -> bool:
        return (self.before, self.struck_before) != (self.after, self.struck_after)


class Part(NamedTuple):
    """What is to be done to one product; a status where it is that, else the steps of its variants."""

    product: Product
    steps: list[Step]
    status: str = ""
    refusal: str = ""

    @property
    def is_refused(self) -> bool:
        """One variant that will not do keeps its product as it is."""
        return bool(self.refusal or any(step.refusal for step in self.steps))

    @property
    def changes(self) -> bool:
        return not self.is_refused and bool(self.status or self.steps)


class TooMany(ProductError):
    """More variants than one edit changes."""


def plan_prices(found: Sequence[Product], rule: PriceRule) -> list[Part]:
    """What `rule` makes of the variants of `found`; one statement. Raises TooMany."""
    return _parts(found, lambda variant: _price_step(variant, rule))


def plan_stock(found: Sequence[Product], rule: StockRule) -> list[Part]:
    """What `rule` makes of the pieces of `found`; one statement. Raises TooMany."""
    return _parts(found, lambda variant: _stock_step(variant, rule))


def plan_status(found: Sequence[Product], status: Product.Status) -> list[Part]:
    """What becomes of `found`; those that have the status already stay out of it."""
    parts = []
    for product in found:
        refusal = ""
        try:
            if not products.step(copy(product), status):
                continue
        except ProductError as error:
            refusal = error.message
        parts.append(Part(product, [], status.value, refusal))
    return parts


def _parts(found: Sequence[Product], step: Callable[[Variant], Step]) -> list[Part]:
    """Those of which something would be another."""
    parts = []
    for product, variants in _variants_of(found):
        steps = [each for each in map(step, variants) if each.changes or each.refusal]
        if steps:
            parts.append(Part(product, steps))
    return parts


def _variants_of(found: Sequence[Product]) -> list[tuple[Product, list[Variant]]]:
    there = Variant.objects.filter(product__in=found).select_related("stock")
    variants = list(there.order_by("product_id", "position", "pk")[: MOST_VARIANTS + 1])
    if len(variants) > MOST_VARIANTS:
        raise TooMany(
            _("These are more than %(most)d variants: choose fewer products.")
            % {"most": MOST_VARIANTS}
        )
    of: dict[int, list[Variant]] = {product.pk: [] for product in found}
    for variant in variants:
        of[variant.product_id].append(variant)
    return [(product, of[product.pk]) for product in found]


def _name(variant: Variant) -> str:
    return variant.options_text or variant.sku


def _price_step(variant: Variant, rule: PriceRule) -> Step:
    new, refusal = rule.of(variant), ""
    try:
        check_price(new.price, new.compare_at_price)
    except ProductError as error:
        refusal = error.message
    return Step(
        variant.pk,
        _name(variant),
        variant.price,
        new.price,
        variant.compare_at_price,
        new.compare_at_price,
        refusal,
    )


def _stock_step(variant: Variant, rule: StockRule) -> Step:
    item = getattr(variant, "stock", None)
    before, reserved = (item.on_hand, item.reserved) if item else (0, 0)
    after = rule.figure if rule.how == How.SET else before + rule.figure
    refusal = ""
    try:
        stock.check_way(rule.reason, after - before)
    except stock.WrongWay as error:
        refusal = str(error)
    if after < reserved:
        refusal = _("%(count)d are promised to shoppers.") % {"count": reserved}
    if after < 0:
        refusal = _("There are not so many.")
    if after > HIGHEST_COUNT:
        refusal = _("At most %(most)d pieces are counted.") % {"most": HIGHEST_COUNT}
    return Step(variant.pk, _name(variant), before, after, refusal=refusal)


# Doing it -----------------------------------------------------------------------------------------


def reprice(product: Product, steps: Iterable[Step], *, actor: User | None) -> None:
    """Give the variants of `product` their planned prices: all or none of them.

    Locks as `prices.change_prices`. Raises ProductError, also where a price is not the seen one.
    """
    wanted = {step.variant: NewPrice(step.after, step.struck_after, step.before) for step in steps}
    prices.change_prices(product, wanted, actor=actor)


def recount(
    product: Product,
    steps: Iterable[Step],
    *,
    reason: StockMovement.Reason,
    reference: str,
    actor: User | None,
) -> None:
    """Set the pieces of the variants of `product` to what was planned: all or none of them.

    Locks their stock rows in key order. Raises ProductError, also where a count is not the seen one.
    """
    wanted = {step.variant: step for step in steps}
    own = set(product.variants.filter(pk__in=wanted).values_list("pk", flat=True))
    with transaction.atomic():
        locked = StockItem.objects.select_for_update(no_key=True).filter(pk__in=own).order_by("pk")
        there = {item.pk: item.on_hand for item in locked}
        if any(there.get(key, 0) != wanted[key].before for key in own):
            raise ProductError(_("Its stock has changed meanwhile. Look again."))
        counts = {key: wanted[key].after for key in own}
        try:
            stock.stocktake(counts, reason=reason, actor=actor, reference=reference)
        except stock.OutOfStock:
            raise ProductError(
                _("More of it was promised to shoppers meanwhile. Look again.")
            ) from None


def restatus(product: Product, status: Product.Status, *, actor: User | None) -> None:
    """Publish, withdraw or archive `product`. Raises ProductError."""
    verb = {
        Product.Status.ACTIVE: products.publish,
        Product.Status.DRAFT: products.withdraw,
        Product.Status.ARCHIVED: products.archive,
    }[status]
    verb(product, actor=actor)
