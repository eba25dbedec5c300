"""Variants of a product that is there already: added, corrected, taken off sale."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import product as cartesian
from math import prod
from typing import Any

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from accounts.models import User
from catalogue import history, products
from catalogue.models import Product, Variant
from catalogue.products import NewVariant, ProductError

# What the history says of a variant that is added.
NEW = ("option_values", "sku", "price", "compare_at_price")
EDITABLE = frozenset({"sku", "option_values", "weight_grams", "barcode", "requires_shipping"})


def add(product: Product, new: NewVariant, *, actor: User | None) -> Variant:
    """Another form of `product` to buy, with its counted stock and the `product.updated` event.

    Locks the product. Raises ProductError if an amount or its options make no sense, or if it has as
    many as a product may have.
    """
    with transaction.atomic():
        product = Product.objects.select_for_update(no_key=True).get(pk=product.pk)
        products.check_variant(new, option_names=product.option_names)
        (variant,) = products.add_variants(product, variants=[new])
        changes = history.difference({}, history.values(variant, NEW))
        _record(product, variant, actor=actor, changes=changes)
        products.count_variants([variant], variants=[new], actor=actor)
    return variant


def combine(
    product: Product, values: Sequence[Sequence[str]], *, like: NewVariant, actor: User | None
) -> list[Variant]:
    """Add each combination of `values`, those of each option in its order, that `product` has not.

    They cost and weigh as `like` says, whose SKU theirs begin with; none is on the shelf yet. One
    event. Returns the new ones. Locks the product. Raises ProductError where there would be more
    than products.MOST_VARIANTS, a value is missing, or a SKU is another variant's.
    """
    with transaction.atomic():
        product = Product.objects.select_for_update(no_key=True).get(pk=product.pk)
        if len(values) != len(product.option_names) or not all(values):
            raise ProductError(_("Each variant needs a value for each option."))
        there = {tuple(each) for each in product.variants.values_list("option_values", flat=True)}
        products.check_number(prod(map(len, values)))
        missing = [each for each in cartesian(*values) if each not in there]
        products.check_number(len(there) + len(missing))
        fresh = [
            replace(like, option_values=each, sku=_sku(like.sku, each), on_hand=0)
            for each in missing
        ]
        return _added(product, fresh, actor=actor)


def _added(product: Product, fresh: list[NewVariant], *, actor: User | None) -> list[Variant]:
    for new in fresh:
        products.check_variant(new, option_names=product.option_names)
    skus = [new.sku for new in fresh if new.sku]
    taken = Variant.objects.filter(merchant=product.merchant_id, sku__in=skus)
    twice = next((sku for sku in skus if skus.count(sku) > 1), None)
    if known := twice or taken.values_list("sku", flat=True).first():
        raise ProductError(_("Another variant of this shop has the SKU %(sku)s.") % {"sku": known})
    rows = products.add_variants(product, variants=fresh)
    if rows:
        noted = [(row, history.difference({}, history.values(row, NEW))) for row in rows]
        history.note_all(product, noted, actor=actor)
        named = {"variants": [str(row.public_id) for row in rows]}
        products.tell(product, type="product.updated", actor=actor, changes=named)
        products.count_variants(rows, variants=fresh, actor=actor)
    return rows


def _sku(beginning: str, values: tuple[str, ...]) -> str:
    """ "TEE" with 41 and Coral: "TEE-41-CORAL"; without a beginning, none."""
    if not beginning:
        return ""
    ends = [slugify(value, allow_unicode=True).upper() for value in values]
    return "-".join([beginning, *filter(None, ends)])[:100]


def edit(variant: Variant, *, actor: User | None, fields: Mapping[str, Any]) -> Variant:
    """Correct what a variant is called and weighs; see `EDITABLE`. Prices have `prices.change_price`.

    Locks the product, then the variant. Raises ProductError for a field that has a verb of its
    own, django.core.exceptions.ValidationError for a value that will not do.
    """
    if not set(fields) <= EDITABLE:
        raise ProductError(_("Prices and stock have their own actions."))
    with transaction.atomic():
        product, variant = _locked(variant)
        before = history.values(variant, fields)
        for name, value in fields.items():
            setattr(variant, name, value)
        variant.full_clean(exclude=["product", "merchant"])
        variant.save(update_fields=list(fields))
        changes = history.difference(before, history.values(variant, fields))
        _record(product, variant, actor=actor, changes=changes)
    return variant


def set_active(variant: Variant, *, active: bool, actor: User | None) -> Variant:
    """Offer a variant, or offer it no longer; orders keep their lines.

    The merchant's own word: an import does not put back on sale what was switched off here.

    Locks the product, then the variant. Raises ProductError if a product on sale would be left
    with nothing to buy.
    """
    with transaction.atomic():
        product, variant = _locked(variant)
        others = product.variants.filter(active=True).exclude(pk=variant.pk)
        on_sale = product.status == Product.Status.ACTIVE
        if not active and on_sale and not others.exists():
            raise ProductError(_("This is the last variant on sale: archive the product instead."))
        changes = history.difference({"active": variant.active}, {"active": active})
        variant.active = active
        variant.retired_by_import = False
        variant.save(update_fields=["active", "retired_by_import"])
        _record(product, variant, actor=actor, changes=changes)
    return variant


def _locked(variant: Variant) -> tuple[Product, Variant]:
    product = Product.objects.select_for_update(no_key=True).get(pk=variant.product_id)
    fresh = Variant.objects.select_for_update(no_key=True).get(pk=variant.pk)
    fresh.product = product
    return product, fresh


def _record(
    product: Product, variant: Variant, *, actor: User | None, changes: history.Changes
) -> None:
    products.record(product, type="product.updated", actor=actor, changes=changes, variant=variant)
