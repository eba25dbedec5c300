"""Variants of a product that is there already: added, corrected, taken off sale."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from catalogue import products
from catalogue.models import Product, Variant
from catalogue.products import NewVariant, ProductError

EDITABLE = frozenset({"sku", "option_values", "weight_grams", "barcode", "requires_shipping"})


def add(product: Product, new: NewVariant, *, actor: User | None) -> Variant:
    """Another form of `product` to buy, with its counted stock and the `product.updated` event.

    Locks the product. Raises ProductError if an amount or its options make no sense.
    """
    with transaction.atomic():
        product = Product.objects.select_for_update(no_key=True).get(pk=product.pk)
        products.check_variant(new, option_names=product.option_names)
        last = product.variants.order_by("-position").values_list("position", flat=True).first()
        place = 0 if last is None else last + 1
        (variant,) = products.add_variants(product, variants=[new], first_position=place)
        _record(product, variant, actor=actor)
        products.count_variants([variant], variants=[new], actor=actor)
    return variant


def edit(variant: Variant, *, actor: User | None, fields: Mapping[str, Any]) -> Variant:
    """Correct what a variant is called and weighs; see `EDITABLE`. Prices have `change_price`.

    Locks the product, then the variant. Raises ProductError for a field that has a verb of its
    own, django.core.exceptions.ValidationError for a value that will not do.
    """
    if not set(fields) <= EDITABLE:
        raise ProductError(_("Prices and stock have their own actions."))
    with transaction.atomic():
        product, variant = _locked(variant)
        for name, value in fields.items():
            setattr(variant, name, value)
        variant.full_clean(exclude=["product", "merchant"])
        variant.save(update_fields=list(fields))
        _record(product, variant, actor=actor)
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
        variant.active = active
        variant.retired_by_import = False
        variant.save(update_fields=["active", "retired_by_import"])
        _record(product, variant, actor=actor)
    return variant


def _locked(variant: Variant) -> tuple[Product, Variant]:
    product = Product.objects.select_for_update(no_key=True).get(pk=variant.product_id)
    fresh = Variant.objects.select_for_update(no_key=True).get(pk=variant.pk)
    fresh.product = product
    return product, fresh


def _record(product: Product, variant: Variant, *, actor: User | None) -> None:
    products.record(
        product, type="product.updated", actor=actor, changes={"variant": str(variant.public_id)}
    )
