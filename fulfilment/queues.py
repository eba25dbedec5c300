"""What there is to do with a shop's parts of orders, as the workbench and programs ask for it."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy

from checkout.models import Dispute
from fulfilment.models import FulfilmentOrder

Status = FulfilmentOrder.Status


def disputed(parts: QuerySet[FulfilmentOrder]) -> QuerySet[FulfilmentOrder]:
    """Those whose payment a bank asks for, or about. They are read at once, from the disputes' side: of
    a list that ends after a page, PostgreSQL would look through all parts for the few."""
    asked = parts.order_by().filter(order__payments__disputes__status__in=Dispute.ASKING)
    return parts.filter(pk__in=set(asked.values_list("pk", flat=True)))


# Name in the address → what it is called, and which parts are in it.
QUEUES = {
    "send": (
        gettext_lazy("To send"),
        lambda parts: parts.filter(status=Status.OPEN),
    ),
    "partly": (
        gettext_lazy("Partly sent"),
        lambda parts: parts.filter(status=Status.PARTLY_SHIPPED),
    ),
    "late": (
        gettext_lazy("Late"),
        lambda parts: parts.late(timezone.now()),
    ),
    "packed": (
        gettext_lazy("Packed"),
        lambda parts: parts.filter(status=Status.PACKED),
    ),
    "disputed": (gettext_lazy("Disputes"), disputed),
}
