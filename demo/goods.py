"""The products of the demo: some written down here, some imported from shops' own files."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import product as combinations
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify

from catalogue import products
from catalogue.imports import import_products
from catalogue.models import Category, Drop, Merchant, Product, ProductImage, Variant
from catalogue.products import NewVariant
from demo import files


def load() -> int:
    """Make those products that are not there yet; returns how many. Outside any transaction."""
    shops = {shop.account.handle: shop for shop in Merchant.objects.select_related("account")}
    present = set(Product.objects.values_list("external_id", flat=True))
    made = 0
    for words in files.table("products")["product"]:
        if words["id"] not in present:
            with transaction.atomic():
                _product(shops[words["shop"]], words)
            made += 1
    for shop in files.table("shops")["shop"]:
        merchant = shops[shop["handle"]]
        if "catalogue" in shop and not merchant.products.exists():
            made += _import(merchant, shop["catalogue"])
    return made


def _import(merchant: Merchant, name: str) -> int:
    """A shop's own file through the importer, then our drawings in place of its photographs."""
    report = import_products(
        merchant, files.DATA / name, currency=merchant.currency, fetch_pictures=False
    )
    if report.errors:
        raise ValueError(f"{name}: {report.errors[0]}")
    for product in merchant.products.prefetch_related("images"):
        image = product.images.all()[0]
        image.file.name = files.picture(product.external_id)
        image.alt = files.label(product.external_id)
        image.width, image.height = 1200, 900
        image.save(update_fields=["file", "alt", "width", "height"])
    return report.created


def _product(merchant: Merchant, words: dict[str, Any]) -> Product:
    options = words.get("options", [])
    values = list(combinations(*(option["values"] for option in options)))
    prices = words.get("prices") or [words["price"]] * len(values)
    product = products.create(
        merchant,
        title=words["title"],
        description=words["description"],
        category=_category(words["category"]),
        tags=words["tags"],
        option_names=[option["name"] for option in options],
        external_id=words["id"],
        status=Product.Status.ACTIVE,
        variants=[
            NewVariant(
                price=price,
                option_values=chosen,
                sku=slugify("-".join((words["id"], *chosen))).upper(),
                on_hand=count,
            )
            for chosen, price, count in zip(values, prices, words["stock"], strict=True)
        ],
        actor=None,
    )
    _pictures(product, words["pictures"])
    if "drop" in words:
        limit = words["drop"]["per_person"]
        opens_at = _next(words["drop"])
        Drop.objects.create(product=product, opens_at=opens_at, per_person=limit)
    return product


def _pictures(product: Product, pictures: list[dict[str, Any]]) -> None:
    """A picture of some options hangs on the first variant that has them."""
    variants = list(product.variants.all())
    ProductImage.objects.bulk_create(
        ProductImage(
            product=product,
            variant=_first(variants, picture["of"]) if "of" in picture else None,
            file=files.picture(picture["art"]),
            alt=picture["alt"],
            width=1200,
            height=900,
            position=position,
        )
        for position, picture in enumerate(pictures)
    )


def _first(variants: list[Variant], values: list[str]) -> Variant:
    return next(each for each in variants if set(values) <= set(each.option_values))


def _category(name: str) -> Category:
    return Category.objects.get_or_create(slug=slugify(name), defaults={"name": name})[0]


def _next(when: dict[str, Any]) -> datetime:
    """The next such weekday and hour that is at least a day away."""
    earliest = timezone.now().astimezone(ZoneInfo(when["zone"])) + timedelta(days=1)
    day = earliest.replace(hour=when["hour"], minute=0, second=0, microsecond=0)
    while day < earliest or day.weekday() != when["weekday"]:
        day += timedelta(days=1)
    return day
