"""Products as they are shown: with their forms, how many are left, pictures and ids, whatever their number
by the same statements."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from django.db.models import F, QuerySet
from django.db.models.functions import Coalesce

from catalogue import agent_sales
from catalogue.models import Product, ProductImage, Variant
from protocols import catalogue_ids


@dataclass(frozen=True, slots=True)
class Filters:
    """Which products and forms are wanted. Prices are in minor units of `currency` (ISO 4217); without
    one they mean nothing, and are not asked. Names of `categories` are in small letters. `agent_id` is
    who would sell them (catalogue.agent_sales); without one, what anybody may."""

    categories: frozenset[str] = frozenset()
    low: int | None = None
    high: int | None = None
    currency: str = ""
    agent_id: int | None = None

    @property
    def on_sale(self) -> QuerySet[Product]:
        """What is on sale, and may be sold by who asks."""
        return Product.objects.on_sale().filter(agent_sales.sold_by(self.agent_id))

    @property
    def priced(self) -> bool:
        return bool(self.currency) and (self.low is not None or self.high is not None)

    def takes(self, product: Product) -> bool:
        category = product.category
        named = {category.name.casefold(), category.slug} if category else set()
        if self.categories and not self.categories & named:
            return False
        return not self.priced or product.currency == self.currency

    def takes_price(self, price: int) -> bool:
        if not self.priced:
            return True
        return (self.low or 0) <= price and (self.high is None or price <= self.high)


EVERYTHING = Filters()


@dataclass(frozen=True, slots=True)
class Shelf:
    """Products that are on sale, by primary key, with their active forms in the shop's order."""

    products: dict[int, Product]
    variants: dict[int, list[Variant]]
    pictures: dict[int, list[ProductImage]] = field(default_factory=dict)
    product_ids: dict[int, str] = field(default_factory=dict)
    variant_ids: dict[int, str] = field(default_factory=dict)

    def with_(self, other: Shelf) -> Shelf:
        """What stands on either."""
        return Shelf(
            products=self.products | other.products,
            variants=self.variants | other.variants,
            pictures=self.pictures | other.pictures,
            product_ids=self.product_ids | other.product_ids,
            variant_ids=self.variant_ids | other.variant_ids,
        )

    def featured(self, product: Product) -> Variant:
        """The form that stands for it: the first that can be had."""
        forms = self.variants[product.pk]
        return next((each for each in forms if is_available(product, each)), forms[0])


def is_available(product: Product, variant: Variant) -> bool:
    """Whether it can be bought now."""
    return not product.is_closed and variant.left > 0  # type: ignore[attr-defined]


def read(product_pks: Collection[int], filters: Filters = EVERYTHING) -> Shelf:
    """What of these products is on sale and passes the filters; five statements."""
    known = filters.on_sale.filter(pk__in=product_pks)
    known = known.select_related("merchant__account", "category", "drop")
    products = {each.pk: each for each in known if filters.takes(each)}
    variants = _variants(products, filters)
    shown = {pk: product for pk, product in products.items() if variants.get(pk)}
    return Shelf(
        products=shown,
        variants={pk: variants[pk] for pk in shown},
        pictures=_pictures(shown),
        product_ids=catalogue_ids.of_products(shown.values()),
        variant_ids=catalogue_ids.of_variants(each for pk in shown for each in variants[pk]),
    )


def _variants(products: dict[int, Product], filters: Filters) -> dict[int, list[Variant]]:
    left = Coalesce(F("stock__on_hand") - F("stock__reserved"), 0)
    active = Variant.objects.filter(product__in=products, active=True).annotate(left=left)
    found: dict[int, list[Variant]] = defaultdict(list)
    for variant in active.order_by("position", "pk"):
        if filters.takes_price(variant.price):
            found[variant.product_id].append(variant)
    return found


def _pictures(product_pks: Iterable[int]) -> dict[int, list[ProductImage]]:
    found: dict[int, list[ProductImage]] = defaultdict(list)
    there = ProductImage.objects.filter(product__in=list(product_pks)).exclude(file="")
    for picture in there.order_by("position", "pk"):
        found[picture.product_id].append(picture)
    return found
