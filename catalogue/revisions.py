"""A product, or a variant, changed in several ways at once: all of it or nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from accounts.models import User
from catalogue import bulk, prices, products, schedules, variants
from catalogue.models import Product, Variant
from catalogue.prices import NewPrice

TIMES = frozenset(schedules.FIELDS)
PRICES = frozenset(prices.FIELDS)


def revise(product: Product, fields: Mapping[str, Any], *, actor: User | None) -> Product:
    """Change words (see products.EDITABLE), the schedule's times and the status of `product`; a field
    that is not given stays as it is.

    Locks the product. Raises ProductError; ValidationError for a value that will not do.
    """
    words = {name: value for name, value in fields.items() if name in products.EDITABLE}
    with transaction.atomic():
        product = Product.objects.select_for_update(no_key=True).get(pk=product.pk)
        if words:
            product = products.edit(product, actor=actor, fields=words)
        if TIMES & set(fields):
            times = {name: fields.get(name, getattr(product, name)) for name in TIMES}
            product = schedules.schedule(product, actor=actor, **times)
        if "status" in fields:
            bulk.restatus(product, Product.Status(fields["status"]), actor=actor)
    return product


def revise_variant(variant: Variant, fields: Mapping[str, Any], *, actor: User | None) -> None:
    """Change what a variant is called and weighs (see variants.EDITABLE), its price and the struck one
    (minor units of its product's currency), and whether it is `active`.

    Locks the product, then the variant. Raises ProductError; ValidationError for a value that will
    not do.
    """
    words = {name: value for name, value in fields.items() if name in variants.EDITABLE}
    with transaction.atomic():
        product = Product.objects.select_for_update(no_key=True).get(pk=variant.product_id)
        variant = Variant.objects.select_for_update(no_key=True).get(pk=variant.pk)
        variant.product = product
        if words:
            variants.edit(variant, actor=actor, fields=words)
        if PRICES & set(fields):
            both = {name: fields.get(name, getattr(variant, name)) for name in PRICES}
            prices.change_prices(product, {variant.pk: NewPrice(**both)}, actor=actor)
        if "active" in fields and fields["active"] != variant.active:
            variants.set_active(variant, active=fields["active"], actor=actor)
