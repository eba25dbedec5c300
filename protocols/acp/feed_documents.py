"""Products as ACP's feeds have them: what an agent may sell in one country, and what it may no longer.

https://github.com/agentic-commerce-protocol/agentic-commerce-protocol: openapi.feed, version 2026-04-17.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce, Now
from django.urls import reverse

from catalogue import agent_sales, links
from catalogue.gtins import gtin
from catalogue.models import NO_OPTION, Product, ProductImage, ShippingRate, Variant
from catalogue.plain_words import plain_words
from protocols import catalogue_ids
from shopping.absolute import absolute

LIMITED = 5
DESCRIPTION = 5000


def sold(agent_id: int, country: str) -> QuerySet[Product]:
    """What the agent may sell there: shown, delivered, and no drop that is closed."""
    closed = Q(drop__opens_at__gt=Now()) | Q(drop__ends_at__lte=Now())
    sent = ShippingRate.objects.filter(
        merchant_id=OuterRef("merchant_id"), countries__contains=[country]
    )
    shown: QuerySet[Product] = Product.objects.shown().exclude(closed)
    return shown.filter(agent_sales.sold_by(agent_id), Exists(sent))


@dataclass
class Shelf:
    """Active forms of some products, with how many are `there`, and pictures, by product."""

    forms: dict[int, list[Variant]] = field(default_factory=lambda: defaultdict(list))
    pictures: dict[int, list[ProductImage]] = field(default_factory=lambda: defaultdict(list))
    names: dict[int, str] = field(default_factory=dict)
    form_names: dict[int, str] = field(default_factory=dict)


def documents(products: Iterable[Product]) -> dict[int, dict[str, Any]]:
    """By primary key, each of `products` with its merchant, account and category; four statements."""
    listed = list(products)
    shelf = _shelf(listed)
    return {each.pk: _product(each, shelf) for each in listed if shelf.forms[each.pk]}


def gone(products: Iterable[Product]) -> dict[int, dict[str, Any]]:
    """By primary key, each of `products` as one that cannot be bought through the agent any more."""
    listed = list(products)
    shelf = _shelf(listed)
    availability = {"available": False, "status": "discontinued"}
    return {
        each.pk: {
            "id": shelf.names[each.pk],
            "title": each.title,
            "variants": [
                {"id": shelf.form_names[form.pk], "title": each.title, "availability": availability}
                for form in shelf.forms[each.pk]
            ],
        }
        for each in listed
    }


def _shelf(products: Sequence[Product]) -> Shelf:
    shelf, of_page = Shelf(), [product.pk for product in products]
    there = Coalesce(F("stock__on_hand") - F("stock__reserved"), 0)
    forms = Variant.objects.filter(product__in=of_page, active=True).annotate(there=there)
    found = list(forms.order_by("position", "pk"))
    for form in found:
        shelf.forms[form.product_id].append(form)
    pictures = ProductImage.objects.filter(product__in=of_page).exclude(file="")
    for picture in pictures.order_by("position", "pk"):
        shelf.pictures[picture.product_id].append(picture)
    shelf.names = catalogue_ids.of_products(products)
    shelf.form_names = catalogue_ids.of_variants(found)
    return shelf


def _product(product: Product, shelf: Shelf) -> dict[str, Any]:
    pictures = shelf.pictures[product.pk]
    said: dict[str, Any] = {
        "id": shelf.names[product.pk],
        "title": product.title,
        "url": links.page(product),
        "media": [_media(each) for each in pictures if each.variant_id is None],
        "variants": [
            _variant(product, form, pictures, name=shelf.form_names[form.pk])
            for form in shelf.forms[product.pk]
        ],
    }
    words = plain_words(product.description)[:DESCRIPTION]
    return said | ({"description": {"plain": words}} if words else {})


def _variant(
    product: Product, form: Any, pictures: Sequence[ProductImage], *, name: str
) -> dict[str, Any]:
    said: dict[str, Any] = {
        "id": name,
        "title": " – ".join(filter(None, (product.title, form.options_text))),
        "url": links.page(product, variant=form),
        "price": {"amount": form.price, "currency": product.currency},
        "availability": _availability(product, form.there),
        "condition": ["new"],
        "variant_options": [
            {"name": option, "value": value}
            for option, value in zip(product.option_names, form.option_values, strict=False)
            if value != NO_OPTION
        ],
        "media": [_media(each) for each in pictures if each.variant_id == form.pk],
        "seller": _seller(product),
    }
    if form.compare_at_price is not None:
        said["list_price"] = {"amount": form.compare_at_price, "currency": product.currency}
    if number := gtin(form.barcode):
        said["barcodes"] = [{"type": "GTIN", "value": number}]
    if product.category:
        said["categories"] = [{"value": product.category.name, "taxonomy": "merchant"}]
    return said


def _availability(product: Product, there: int) -> dict[str, Any]:
    if not product.merchant.sells or there <= 0:
        return {"available": False, "status": "out_of_stock"}
    return {"available": True, "status": "limited_stock" if there <= LIMITED else "in_stock"}


def _media(picture: ProductImage) -> dict[str, Any]:
    said = {"type": "image", "url": absolute(picture.file.url)}
    return said | ({"alt_text": picture.alt} if picture.alt else {})


def _seller(product: Product) -> dict[str, Any]:
    terms = absolute(reverse("checkout:terms", args=[product.merchant.public_id]))
    return {
        "name": product.merchant.name,
        "links": [{"type": "terms_of_service", "url": terms}],
    }
