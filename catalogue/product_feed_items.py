"""A shop's variants as items of a product feed, by the names of Google's specification, which others
read too: https://support.google.com/merchants/answer/7052112."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice

from django.db.models import F, Q
from django.db.models.functions import Coalesce, Now

from catalogue import links, rates
from catalogue.gtins import gtin
from catalogue.linked_data import property_of
from catalogue.models import NO_OPTION, Merchant, Product, ProductImage, ShippingRate, Variant
from catalogue.plain_words import plain_words
from catalogue.rates import delivery_price
from shopping.absolute import absolute
from shopping.money import Money
from shopping.paging import every

PAGE = 200
# Longer texts and more values are refused.
TITLE, DESCRIPTION, TYPE, NUMBER, OPTION = 150, 5000, 750, 70, 100
MORE_PICTURES = 10
COUNTRIES = 100
# Attributes with a value each, in the order of a table's columns; some have others in them.
SHIPPING = ("country", "service", "price")
COLUMNS = (
    *("id", "item_group_id", "title", "description", "link", "image_link"),
    *("additional_image_link", "availability", "price", "sale_price", "condition", "brand"),
    *("gtin", "mpn", "identifier_exists", "google_product_category", "product_type"),
    *("color", "size", "material", "pattern", "shipping"),
)
Value = str | list[str] | list[tuple[str, ...]]
Item = dict[str, Value]


@dataclass(frozen=True)
class Shelf:
    """A page of products with their active forms, each with how many are `there`, and pictures.

    Nothing in it leads back to what holds it: it is gone when the next page is read, and does not
    wait in memory until rings of objects are looked for.
    """

    products: list[Product]
    forms: dict[int, list[Variant]] = field(default_factory=lambda: defaultdict(list))
    pictures: dict[int, list[ProductImage]] = field(default_factory=lambda: defaultdict(list))


def items(merchant: Merchant) -> Iterator[Item]:
    """Every form of what the shop shows and lets buy, a page of products in memory at a time.

    Not what is a draft, off its schedule or a drop that is closed. `merchant` sells to shoppers: its
    status is the caller's to ask.
    """
    of_shop = list(ShippingRate.objects.filter(merchant=merchant).order_by("position", "id"))
    shipping = _shipping(of_shop)
    for shelf in _shelves(merchant):
        for product in shelf.products:
            product.merchant = merchant
            forms, pictures = shelf.forms[product.pk], shelf.pictures[product.pk]
            for variant in forms:
                item = _item(product, variant, pictures, grouped=len(forms) > 1)
                weight = variant.weight_grams if variant.requires_shipping else 0
                asked = shipping(weight, variant.price, product.currency)
                yield item | ({"shipping": asked} if asked else {})


def _shelves(merchant: Merchant) -> Iterator[Shelf]:
    """Three statements each."""
    waits_or_ended = Q(drop__opens_at__gt=Now()) | Q(drop__ends_at__lte=Now())
    shown = Product.objects.shown().filter(merchant=merchant).exclude(waits_or_ended)
    products = every(shown.select_related("category"), page=PAGE)
    for page in iter(lambda: list(islice(products, PAGE)), []):
        shelf, of_page = Shelf(page), [product.pk for product in page]
        there = Coalesce(F("stock__on_hand") - F("stock__reserved"), 0)
        forms = Variant.objects.filter(product__in=of_page, active=True).annotate(there=there)
        for form in forms.order_by("position", "pk"):
            shelf.forms[form.product_id].append(form)
        pictures = ProductImage.objects.filter(product__in=of_page).exclude(file="")
        for picture in pictures.order_by("position", "pk"):
            shelf.pictures[picture.product_id].append(picture)
        yield shelf


def _item(
    product: Product, variant: Variant, pictures: Sequence[ProductImage], *, grouped: bool
) -> Item:
    can_buy = product.merchant.sells and variant.there > 0  # type: ignore[attr-defined]
    item: Item = {
        "id": str(variant.public_id),
        "title": " – ".join(filter(None, (product.title, variant.options_text)))[:TITLE],
        "description": plain_words(product.description)[:DESCRIPTION] or product.title,
        "link": links.page(product, variant=variant),
        "availability": "in_stock" if can_buy else "out_of_stock",
        "condition": "new",
        "brand": product.merchant.name[:NUMBER],
        **_prices(product, variant),
        **_pictures(pictures, variant),
        **_options(product, variant),
        **_numbers(variant),
    }
    if grouped:
        item["item_group_id"] = str(product.public_id)
    if product.category:
        item["product_type"] = product.category.name[:TYPE]
        if product.category.google_id:
            item["google_product_category"] = str(product.category.google_id)
    return item


def _price(amount: int, currency: str) -> str:
    return f"{Money(amount, currency).decimal} {currency}"


def _prices(product: Product, variant: Variant) -> Item:
    now = _price(variant.price, product.currency)
    if variant.compare_at_price is None:
        return {"price": now}
    return {"price": _price(variant.compare_at_price, product.currency), "sale_price": now}


def _pictures(pictures: Sequence[ProductImage], variant: Variant) -> Item:
    """Its own before those of the whole product; none of another form."""
    own = [each for each in pictures if each.variant_id in (variant.pk, None)]
    own.sort(key=lambda each: each.variant_id is None)
    addresses = [absolute(each.file.url) for each in own]
    if not addresses:
        return {}
    more = addresses[1 : MORE_PICTURES + 1]
    first: Item = {"image_link": addresses[0]}
    return first | ({"additional_image_link": more} if more else {})


def _options(product: Product, variant: Variant) -> Item:
    found: Item = {}
    for name, value in zip(product.option_names, variant.option_values, strict=False):
        known = property_of(name)
        if known and value != NO_OPTION:
            found[known] = value[:OPTION]
    return found


def _numbers(variant: Variant) -> Item:
    known = {"gtin": gtin(variant.barcode), "mpn": variant.sku[:NUMBER]}
    numbers: Item = {name: number for name, number in known.items() if number}
    return numbers or {"identifier_exists": "no"}


def _shipping(of_shop: Sequence[ShippingRate]) -> Callable[[int, int, str], list[tuple[str, ...]]]:
    """What delivery costs by weight, worth and currency, country by country; most parcels of a shop
    are alike."""
    countries = sorted({country for rate in of_shop for country in rate.countries})[:COUNTRIES]

    @lru_cache(maxsize=1024)
    def asked(grams: int, value: int, currency: str) -> list[tuple[str, ...]]:
        found: list[tuple[str, ...]] = []
        for country in countries:
            rate = rates.anywhere_in(country, among=of_shop, grams=grams, value=value)
            if rate is not None:
                price = delivery_price(rate.price, rate.free_from, items_total=value)
                found.append((country, rate.name, _price(price, currency)))
        return found

    return asked
