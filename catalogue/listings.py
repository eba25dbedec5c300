"""What a shop's lists of products and variants show, and how a search finds in them: by index, however
many there are."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from functools import reduce
from operator import and_
from typing import Any, NamedTuple, TypeVar

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import BooleanField, Func, Model, Q, QuerySet

from catalogue.models import Merchant, Product, Variant
from shopping import rows

R = TypeVar("R", bound=Model)
# A word that more rows of another table have says too little; what goes beyond is left out.
MOST_BESIDE = 1000
# Each word of a search is a condition of its own.
MOST_WORDS = 6
FIGURES = """
SELECT p.id, v.lowest, v.highest, v.count, v.available, i.file, i.alt
FROM unnest(%s::bigint[]) AS p (id)
CROSS JOIN LATERAL (
    SELECT min(w.price) FILTER (WHERE w.active) AS lowest,
           max(w.price) FILTER (WHERE w.active) AS highest,
           count(*) AS count, coalesce(sum(s.on_hand - s.reserved), 0) AS available
    FROM catalogue_variant w LEFT JOIN catalogue_stockitem s ON s.variant_id = w.id
    WHERE w.product_id = p.id
) v
LEFT JOIN LATERAL (
    SELECT file, alt FROM catalogue_productimage
    WHERE product_id = p.id AND file <> '' ORDER BY position, id LIMIT 1
) i ON true
"""


class Figures(NamedTuple):
    """What a list says of a product. Prices are those of its active variants, minor units; None
    without any. `image` is a name in the media storage, "" without one."""

    lowest: int | None
    highest: int | None
    variants: int
    available: int
    image: str
    alt: str


def figures(products: Iterable[Product]) -> dict[int, Figures]:
    """Of each of `products`, by primary key; one statement for all of them."""
    ids = [product.pk for product in products]
    if not ids:
        return {}
    return {
        key: Figures(lowest, highest, int(count), int(available), file or "", alt or "")
        for key, lowest, highest, count, available, file, alt in rows.run(FIGURES, [ids])
    }


def products_found(
    products: QuerySet[Product], text: str, *, merchants: Collection[int] | None
) -> QuerySet[Product]:
    """Those of `products` with each word of `text` in their title, their external id or a SKU.

    `merchants` are those whose rows are looked through; None is all of them, whose names count too.
    """
    return _found(products, text, lambda word: _product_has(word, merchants))


def variants_found(
    variants: QuerySet[Variant], text: str, *, merchants: Collection[int] | None
) -> QuerySet[Variant]:
    """Those of `variants` with each word of `text` in their SKU or their product's title; see
    `products_found`."""
    return _found(variants, text, lambda word: _variant_has(word, merchants))


def _found(found: QuerySet[R], text: str, has: Callable[[str], Q]) -> QuerySet[R]:
    words = text.split()[:MOST_WORDS]
    return found.filter(reduce(and_, map(has, words))) if words else found


def _product_has(word: str, merchants: Collection[int] | None) -> Q:
    with_sku = _of(Variant.objects.filter(sku__icontains=word), merchants)
    return (
        Q(title__icontains=word)
        | Q(external_id__icontains=word)
        | _is_any("pk", with_sku, "product_id")
        | _shop_has(word, merchants)
    )


def _variant_has(word: str, merchants: Collection[int] | None) -> Q:
    titled = _of(Product.objects.filter(title__icontains=word), merchants)
    return Q(sku__icontains=word) | _is_any("product_id", titled, "pk") | _shop_has(word, merchants)


def _shop_has(word: str, merchants: Collection[int] | None) -> Q:
    """Of one's own shops the name says nothing."""
    if merchants is not None:
        return Q()
    return _is_any("merchant_id", Merchant.objects.filter(name__icontains=word), "pk")


def _of(found: QuerySet[R], merchants: Collection[int] | None) -> QuerySet[R]:
    return found if merchants is None else found.filter(merchant__in=merchants)


def _is_any(name: str, found: QuerySet[Any], field: str) -> Q:
    """Whether `name` is the `field` of any of `found`. `= ANY (ARRAY (...))` is read once, and then
    looked up by index, which IN (SELECT ...) is not beside an OR."""
    newest = found.order_by("-pk").values(field)[:MOST_BESIDE]
    among = Func(ArraySubquery(newest), function="ANY")
    return Q(
        Func(
            name,
            among,
            template="(%(expressions)s)",
            arg_joiner=" = ",
            output_field=BooleanField(),
        )
    )
