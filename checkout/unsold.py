"""Why something cannot be had, asked once it was refused: what is sold pays nothing for it."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from catalogue.models import Merchant, Variant
from catalogue.models.products import offered
from checkout.errors import ShopPaused, UnknownProduct


def reason(variants: Sequence[UUID]) -> UnknownProduct:
    """The error for `variants` (public ids) of which one or more are not on sale; one statement.

    A shop that takes no orders is named, for its products are still shown; of all else a stranger
    is told nothing.
    """
    paused = Variant.objects.filter(
        offered("product__"),
        public_id__in=variants,
        active=True,
        merchant__status=Merchant.Status.ACTIVE,
        merchant__sells=False,
    )
    shop = paused.values_list("merchant__name", flat=True).first()
    return ShopPaused(shop) if shop else UnknownProduct()
