"""What variants cost, and the struck prices beside it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from catalogue import history, products
from catalogue.models import Product, Variant
from catalogue.products import ProductError, check_price
from shopping.money import Money

FIELDS = ("price", "compare_at_price")


class NewPrice(NamedTuple):
    """What a variant shall cost, minor units; `seen` is the price that this was decided by."""

    price: int
    compare_at_price: int | None
    seen: int | None = None


def change_price(
    variant: Variant, *, price: Money, actor: User | None, compare_at_price: Money | None = None
) -> Variant:
    """Set what a variant costs, and the struck price beside it (none where it is not given).

    Shoppers with an open sheet see the new total before anything is charged. Locks the product,
    then the variant. Raises ProductError for another currency, a price out of bounds, or a struck
    price that is not higher.
    """
    for money in filter(None, (price, compare_at_price)):
        if money.currency != variant.product.currency:
            raise ProductError(
                _("This product is sold in %(currency)s.") % {"currency": variant.product.currency}
            )
    new = NewPrice(price.amount, compare_at_price.amount if compare_at_price else None)
    (changed,) = change_prices(variant.product, {variant.pk: new}, actor=actor)
    return changed


def change_prices(
    product: Product, wanted: Mapping[int, NewPrice], *, actor: User | None
) -> list[Variant]:
    """Set what variants of `product` (by primary key) cost: all of it or nothing, with one event.

    Locks the product, then the variants in key order. Returns them. Raises ProductError for a
    price out of bounds, a struck price that is not higher, or where the price is not the `seen`
    one any more.
    """
    for new in wanted.values():
        check_price(new.price, new.compare_at_price)
    with transaction.atomic():
        product = Product.objects.select_for_update(no_key=True).get(pk=product.pk)
        of_product = Variant.objects.select_for_update(no_key=True).filter(product=product)
        variants = list(of_product.filter(pk__in=wanted).order_by("pk"))
        noted = []
        for variant in variants:
            new = wanted[variant.pk]
            if new.seen not in (None, variant.price):
                raise ProductError(_("Its price has changed meanwhile. Look again."))
            variant.product = product
            before = history.values(variant, FIELDS)
            variant.price, variant.compare_at_price = new.price, new.compare_at_price
            noted.append((variant, history.difference(before, history.values(variant, FIELDS))))
        Variant.objects.bulk_update(variants, FIELDS)
        history.note_all(product, noted, actor=actor)
        _tell(product, noted, actor=actor)
    return variants


def _tell(
    product: Product,
    noted: list[tuple[Variant, dict[str, list[int | None]]]],
    *,
    actor: User | None,
) -> None:
    """One event: of one variant with its figures before and after, of several with their names."""
    if len(noted) == 1:
        ((variant, changed),) = noted
        changes = history.told(changed, variant=variant)
    else:
        changes = {"variants": [str(variant.public_id) for variant, _changed in noted]}
    products.tell(product, type="product.updated", actor=actor, changes=changes)
