"""A product as the protocol shows it: types/product.json, types/variant.json."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from catalogue import links
from catalogue.gtins import gtin
from catalogue.models import NO_OPTION, Product, ProductImage, Variant
from catalogue.plain_words import plain_words
from protocols.ucp.catalogue.shelf import Shelf, is_available
from shopping.absolute import absolute

Document = dict[str, Any]
LONGEST = 5_000


def product(
    shelf: Shelf,
    shown: Product,
    *,
    variants: Sequence[Variant] | None = None,
    inputs: Mapping[int, list[Document]] | None = None,
) -> Document:
    """`shown` with `variants`, all of its forms without them, the featured one first.

    `inputs` are the ids that were asked for, by primary key of the variant that they mean.
    """
    forms = list(shelf.variants[shown.pk] if variants is None else variants)
    featured = shelf.featured(shown)
    forms.sort(key=lambda each: each.pk != featured.pk)
    prices = [each.price for each in shelf.variants[shown.pk]]
    document: Document = {
        "id": shelf.product_ids[shown.pk],
        "handle": shown.slug,
        "title": shown.title,
        "description": _description(shown),
        "url": links.page(shown),
        "price_range": {
            "min": price(min(prices), shown.currency),
            "max": price(max(prices), shown.currency),
        },
        "variants": [_variant(shelf, shown, each, inputs or {}) for each in forms],
    }
    if shown.category:
        document["categories"] = [{"value": shown.category.name, "taxonomy": "merchant"}]
    if media := _media(shelf.pictures.get(shown.pk, [])):
        document["media"] = media
    if options := option_values(shelf, shown):
        document["options"] = [
            {"name": name, "values": [{"label": value} for value in values]}
            for name, values in options.items()
        ]
    return document | ({"tags": shown.tags} if shown.tags else {})


def option_values(shelf: Shelf, shown: Product) -> dict[str, list[str]]:
    """Each of its options with its values, in the shop's order."""
    found: dict[str, dict[str, None]] = {}
    for variant in shelf.variants[shown.pk]:
        for name, value in chosen(shown, variant).items():
            found.setdefault(name, {})[value] = None
    return {name: list(values) for name, values in found.items()}


def chosen(shown: Product, variant: Variant) -> dict[str, str]:
    """By option, the value that makes this form; nothing for the only form of a product."""
    pairs = zip(shown.option_names, variant.option_values, strict=False)
    return {name: value for name, value in pairs if value != NO_OPTION}


def selected(values: Mapping[str, str]) -> list[Document]:
    return [{"name": name, "label": value} for name, value in values.items()]


def price(amount: int, currency: str) -> Document:
    return {"amount": amount, "currency": currency}


def _variant(
    shelf: Shelf, shown: Product, variant: Variant, inputs: Mapping[int, list[Document]]
) -> Document:
    available = is_available(shown, variant)
    document: Document = {
        "id": shelf.variant_ids[variant.pk],
        "title": variant.options_text or shown.title,
        "description": _description(shown),
        "url": links.page(shown, variant=variant),
        "price": price(variant.price, shown.currency),
        "availability": {
            "available": available,
            "status": "in_stock" if available else "out_of_stock",
        },
        "options": selected(chosen(shown, variant)),
        "seller": {
            "name": shown.merchant.name,
            "links": [{"type": "shop", "url": links.shop(shown.merchant)}],
        },
    }
    if variant.sku:
        document["sku"] = variant.sku
    if variant.compare_at_price:
        document["list_price"] = price(variant.compare_at_price, shown.currency)
    if code := gtin(variant.barcode):
        document["barcodes"] = [{"type": "GTIN", "value": code}]
    pictures = [p for p in shelf.pictures.get(shown.pk, []) if p.variant_id == variant.pk]
    if media := _media(pictures):
        document["media"] = media
    return document | ({"inputs": inputs[variant.pk]} if variant.pk in inputs else {})


def _description(shown: Product) -> Document:
    plain = plain_words(shown.description)[:LONGEST] or shown.title
    return {"plain": plain} | ({"html": shown.description} if shown.description else {})


def _media(pictures: Sequence[ProductImage]) -> list[Document]:
    return [
        {
            "type": "image",
            "url": absolute(each.file.url),
            "width": each.width,
            "height": each.height,
        }
        | ({"alt_text": each.alt} if each.alt else {})
        for each in pictures
    ]
