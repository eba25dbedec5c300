"""Which orders are a shop's: those that have lines of its own, paid or not."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import Exists, OuterRef, QuerySet

from checkout.models import Order, OrderLine


def of_shops(merchants: Collection[int], *, among: QuerySet[Order]) -> QuerySet[Order]:
    """Those of `among` in which one of `merchants` has a line."""
    mine = OrderLine.objects.filter(order=OuterRef("pk"), merchant__in=merchants)
    return among.filter(Exists(mine))
