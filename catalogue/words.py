"""New words for the products of a shop or a category that was renamed, slice by slice."""

from __future__ import annotations

from django.db import connection, transaction

from catalogue.models import Product, Renaming

BATCH = 200


@transaction.atomic
def recut() -> bool:
    """Cut the words of BATCH more products anew, of the renaming that waits longest.

    Its row is locked, whoever works at another one passes it by; then the products, in key order, before
    their words are made of what is committed by then. Returns whether there was anything to do.
    """
    waiting = Renaming.objects.select_for_update(skip_locked=True, of=("self",), no_key=True)
    renaming = waiting.order_by("pk").first()
    if renaming is None:
        return False
    theirs = Product.objects.filter(pk__gt=renaming.reached)
    if renaming.merchant_id is not None:
        theirs = theirs.filter(merchant=renaming.merchant_id)
    else:
        theirs = theirs.filter(category=renaming.category_id)
    locked = theirs.select_for_update(no_key=True).order_by("pk").values_list("pk", flat=True)
    keys = list(locked[:BATCH])
    with connection.cursor() as cursor:
        cursor.execute("SELECT catalogue_keep_words(%s)", [keys])
    if len(keys) < BATCH:
        renaming.delete()
    else:
        Renaming.objects.filter(pk=renaming.pk).update(reached=keys[-1])
    return True
