"""A shop's products and its stock as rows of a file: see shopping.csv_files.

Both come back by the importer. What an import has no word for (pictures that were uploaded here) is
not in them.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import zip_longest
from typing import Any

from django.db.models import Prefetch

from catalogue.columns import OWN_COLUMNS
from catalogue.models import Merchant, Product, ProductImage, StockItem, Variant
from shopping.money import Money
from shopping.paging import every

PAGE = 200
STOCK_COLUMNS = [
    *("id", "external_id", "title"),
    *(f"option{place}_{part}" for place in (1, 2, 3) for part in ("name", "value")),
    *("sku", "on_hand", "reserved", "available"),
]
Cells = dict[str, Any]


def products(merchant: Merchant) -> Iterator[list[object]]:
    """All products of a shop, whatever their status: a row a variant, or a picture more."""
    yield list(OWN_COLUMNS)
    rows = Product.objects.filter(merchant=merchant).select_related("category")
    with_all = rows.prefetch_related(
        Prefetch("variants", Variant.objects.select_related("stock")),
        Prefetch("images", ProductImage.objects.exclude(source_url="")),
    )
    for product in every(with_all, page=PAGE):
        for cells in _rows(product):
            yield [cells.get(name, "") for name in OWN_COLUMNS]


def stock(merchant: Merchant) -> Iterator[list[object]]:
    """How many pieces there are of each variant, and how many of them are promised to shoppers."""
    yield list(STOCK_COLUMNS)
    rows = Product.objects.filter(merchant=merchant)
    with_all = rows.prefetch_related(Prefetch("variants", Variant.objects.select_related("stock")))
    for product in every(with_all, page=PAGE):
        for variant in product.variants.all():
            item = getattr(variant, "stock", None) or StockItem()
            cells = _keys(product) | _options(product, variant) | {"title": product.title}
            cells |= {"sku": variant.sku, "on_hand": item.on_hand, "reserved": item.reserved}
            cells["available"] = item.available
            yield [cells.get(name, "") for name in STOCK_COLUMNS]


def _rows(product: Product) -> Iterator[Cells]:
    """The first has the product's words; all name the product."""
    images = list(product.images.all())
    owned = {image.variant_id: image.source_url for image in images}
    words = _words(product)
    for variant, image in zip_longest(product.variants.all(), images):
        cells = _keys(product) | words
        if variant is not None:
            cells |= _variant(product, variant) | {"variant_image": owned.get(variant.pk, "")}
        if image is not None:
            cells |= {"image_url": image.source_url, "image_alt": image.alt}
            cells["image_position"] = image.position
        yield cells
        words = {}


def _keys(product: Product) -> Cells:
    return {"id": str(product.public_id), "external_id": product.external_id}


def _words(product: Product) -> Cells:
    names = {f"option{place}_name": name for place, name in enumerate(product.option_names, 1)}
    return names | {
        "title": product.title,
        "description": product.description,
        "category": product.category.name if product.category else "",
        "tax_kind": product.tax_kind,
        "tags": ", ".join(product.tags),
        "status": product.status,
        "currency": product.currency,
    }


def _options(product: Product, variant: Variant) -> Cells:
    cells = {f"option{place}_name": name for place, name in enumerate(product.option_names, 1)}
    for place, value in enumerate(variant.option_values, 1):
        cells[f"option{place}_value"] = value
    return cells


def _variant(product: Product, variant: Variant) -> Cells:
    item = getattr(variant, "stock", None)
    cells: Cells = {
        f"option{place}_value": value for place, value in enumerate(variant.option_values, 1)
    }
    return cells | {
        "sku": variant.sku,
        "price": Money(variant.price, product.currency).decimal,
        "compare_at_price": None
        if variant.compare_at_price is None
        else Money(variant.compare_at_price, product.currency).decimal,
        "weight_grams": variant.weight_grams,
        "barcode": variant.barcode,
        "requires_shipping": _flag(value=variant.requires_shipping),
        "on_hand": item.on_hand if item else 0,
        "active": _flag(value=variant.active),
    }


def _flag(*, value: bool) -> str:
    return "true" if value else "false"
