"""What variants cost, and the struck prices beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from catalogue import history, products
from catalogue.models import Merchant, Product, Variant
from catalogue.products import ProductError, check_price
from shopping import many_rows
from shopping.money import Money
from webhooks import events

FIELDS = ("price", "compare_at_price")
# A variant, and its fields before and after.
Noted = tuple[Variant, dict[str, list[int | None]]]


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
            noted.append((variant, _put(variant, new)))
        many_rows.update_all(variants, *FIELDS)
        history.note_all(product, noted, actor=actor)
        events.record_all([_fact(product, noted, actor=actor)])
    return variants


def change_many(
    merchant: Merchant, wanted: Mapping[int, NewPrice], *, actor: User | None
) -> set[int]:
    """Set what variants of a shop's products (by primary key) cost, as `change_prices`: all of it or
    nothing, with one event a product. Returns the keys of those whose price or struck price differs.

    As many statements for one as for many. Locks the products, then the variants, in key order.
    """
    for new in wanted.values():
        check_price(new.price, new.compare_at_price)
    with transaction.atomic():
        own = Variant.objects.filter(merchant=merchant, pk__in=wanted)
        of = Product.objects.filter(pk__in=own.values("product"))
        locked = {
            product.pk: product for product in of.select_for_update(no_key=True).order_by("pk")
        }
        noted: dict[int, list[Noted]] = {}
        for variant in own.select_for_update(no_key=True).order_by("pk"):
            variant.product = locked[variant.product_id]
            if changes := _put(variant, wanted[variant.pk]):
                noted.setdefault(variant.product_id, []).append((variant, changes))
        changed = [variant for each in noted.values() for variant, _changes in each]
        many_rows.update_all(changed, *FIELDS)
        history.note_each(
            [(locked[key], *each) for key, some in noted.items() for each in some], actor=actor
        )
        fresh = Product.objects.filter(pk__in=noted).order_by("pk").prefetch_related("variants")
        events.record_all(_fact(product, noted[product.pk], actor=actor) for product in fresh)
    return {variant.pk for variant in changed}


def _put(variant: Variant, new: NewPrice) -> dict[str, list[int | None]]:
    """Put a price into a variant, unsaved; what differs."""
    before = history.values(variant, FIELDS)
    variant.price, variant.compare_at_price = new.price, new.compare_at_price
    return history.difference(before, history.values(variant, FIELDS))


def _fact(product: Product, noted: Sequence[Noted], *, actor: User | None) -> events.Record:
    """One event: of one variant with its figures before and after, of several with their names."""
    if len(noted) == 1:
        ((variant, changed),) = noted
        changes = history.told(changed, variant=variant)
    else:
        changes = {"variants": [str(variant.public_id) for variant, _changed in noted]}
    return products.fact(product, type="product.updated", actor=actor, changes=changes)
