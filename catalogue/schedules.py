"""When a product goes on sale and off sale, by the clock of the database and not by a task."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from catalogue import history, products, sale
from catalogue.models import Product
from catalogue.products import ProductError
from shopping import rows

FIELDS = ("on_sale_from", "on_sale_until")
# The clock as it runs on while a transaction waits; its own begin is too old for it.
ON_SALE = f"""
SELECT count(*) FROM catalogue_product p
WHERE p.id = ANY(%s) AND {sale.active("clock_timestamp()")}
"""  # noqa: S608 - made of our own texts


def schedule(
    product: Product,
    *,
    on_sale_from: datetime | None,
    on_sale_until: datetime | None,
    actor: User | None,
) -> Product:
    """Set from when and until when a product is shown and sold once it is published; None for
    always. The same times again change nothing.

    Locks the product. Raises ProductError where it would end before it begins.
    """
    if on_sale_from and on_sale_until and on_sale_until <= on_sale_from:
        raise ProductError(_("A product goes off sale after it goes on sale."))
    with transaction.atomic():
        product = Product.objects.select_for_update(no_key=True).get(pk=product.pk)
        before = history.values(product, FIELDS)
        product.on_sale_from, product.on_sale_until = on_sale_from, on_sale_until
        changes = history.difference(before, history.values(product, FIELDS))
        if changes:
            product.save(update_fields=[*FIELDS, "updated_at"])
            products.record(product, type="product.updated", actor=actor, changes=changes)
    return product


def are_on_sale(sold: Sequence[Product]) -> bool:
    """Whether those of `sold` that go off sale at some time are still on sale at this moment.

    Ask under the lock of their stock, after having waited for it: the quote was of an earlier
    moment. One statement where any has an end, none else.
    """
    ending = {product.pk for product in sold if product.on_sale_until}
    if not ending:
        return True
    ((count,),) = rows.run(ON_SALE, [sorted(ending)])
    return bool(count == len(ending))
