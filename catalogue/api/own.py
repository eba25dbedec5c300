"""What the endpoints of a shop's own rows share."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.http import Http404
from django.utils.translation import gettext as _

from catalogue.models import Category, Merchant, Product, Variant
from catalogue.products import NewVariant, ProductError, check_variant
from catalogue.stock import OutOfStock, WrongWay
from partners.problems import Problem

REFUSALS: dict[type[Exception], int] = {ProductError: 422, WrongWay: 422}
# What the endpoints here say themselves: status and meaning.
CODES: dict[str, tuple[int, str]] = {
    "reserved": (409, "More pieces are promised to shoppers than would be left."),
    "external_id_taken": (422, "Another product of the shop has this external id."),
    "sku_taken": (422, "Another variant of the shop has this SKU."),
    "options_taken": (422, "Another variant of the product has these option values."),
    "unknown_category": (422, "There is no such category; see categories/."),
    "unknown_currency": (422, "There is no such currency."),
    "unknown_product": (422, "The shop has no such product."),
    "unknown_variant": (422, "The product has no such variant."),
    "wrong_currency": (422, "A product has one currency, in which its prices are."),
    "sent_twice": (422, "One call names the same thing twice; of an item of many."),
    "refused": (422, "The rules of the catalogue refuse it; of an item of many."),
}
# The database's constraint → its code, and the field that breaks it.
TAKEN = {
    "product_external_id_unique": ("external_id_taken", "#/external_id"),
    "variant_sku_unique": ("sku_taken", "#/sku"),
    "variant_options_unique": ("options_taken", "#/option_values"),
}
# Those that a product which is sent with its variants breaks by one of them.
OF_VARIANTS = frozenset({"sku_taken", "options_taken"})


def product_of(merchant: Merchant, public_id: UUID) -> Product:
    """Raises Http404."""
    product: Product = _first(Product.objects.filter(merchant=merchant, public_id=public_id))
    return product


def variant_of(merchant: Merchant, public_id: UUID) -> Variant:
    """With its product. Raises Http404."""
    found = Variant.objects.filter(merchant=merchant, public_id=public_id)
    variant: Variant = _first(found.select_related("product"))
    return variant


def _first(found: Any) -> Any:
    row = found.first()
    if row is None:
        raise Http404
    return row


def category_of(slug: str | None) -> Category | None:
    """Raises Problem 422 for a slug of none."""
    if slug is None:
        return None
    category = Category.objects.filter(slug=slug).first()
    if category is None:
        raise Problem(
            422, "unknown_category", _("There is no such category."), pointer="#/category"
        )
    return category


def check_currency(currency: str, *prices: Any, pointer: str = "#/price/currency") -> None:
    """Raises Problem 422 where one of `prices` is not in `currency`."""
    if any(price and price["currency"] != currency for price in prices):
        raise Problem(
            422,
            "wrong_currency",
            _("This product is sold in %(currency)s.") % {"currency": currency},
            pointer=pointer,
        )


def check_variants(variants: Sequence[NewVariant], option_names: Sequence[str]) -> None:
    """What the verb refuses of one of `variants` is said of that one. Raises Problem 422."""
    for place, each in enumerate(variants):
        try:
            check_variant(each, option_names=option_names)
        except ProductError as error:
            wrong = "option_values" if len(each.option_values) != len(option_names) else "price"
            raise Problem(
                422, "product_error", error.message, pointer=f"#/variants/{place}/{wrong}"
            ) from None


def amount(price: Any) -> int | None:
    return None if price is None else int(price["amount"])


@contextmanager
def unique(variants: Sequence[NewVariant] = ()) -> Iterator[None]:
    """What is taken already is said, and not ours to fail at. Raises Problem 422.

    `variants` are those of a product that is sent with them: the one that is meant is pointed at.
    """
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        for constraint, (code, pointer) in TAKEN.items():
            if constraint in str(error):
                said = _("Another one of this shop has it already.")
                if variants and code in OF_VARIANTS:
                    place, value = _taken(variants, code, str(error))
                    said = _("“%(value)s”: another one of this shop has it already.") % {
                        "value": value
                    }
                    pointer = pointer.replace("#", f"#/variants/{place}")
                raise Problem(422, code, said, pointer=pointer) from None
        raise


def _taken(variants: Sequence[NewVariant], code: str, told: str) -> tuple[int, str]:
    """Which of `variants` the database's words `told` are about, and what is taken of it."""
    if code == "sku_taken":
        values = [each.sku for each in variants]
    else:
        values = [", ".join(each.option_values) for each in variants]
    named = [place for place, value in enumerate(values) if value and f", {value}) " in told]
    twice = [place for place, value in enumerate(values) if value and value in values[:place]]
    place = (named[1:] or named or twice or [0])[0]
    return place, values[place]


@contextmanager
def free_pieces() -> Iterator[None]:
    """Pieces that are promised to shoppers do not go. Raises Problem 409."""
    try:
        yield
    except OutOfStock as short:
        raise reserved(min(short.shortages.values())) from None


def reserved(available: int) -> Problem:
    said = _("Only %(available)d are free; the others are promised to shoppers.")
    return Problem(409, "reserved", said % {"available": available})
