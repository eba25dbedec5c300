"""What endpoints about a shop's fulfilment orders have in common, and what lists of theirs are asked."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from rest_framework.request import Request

from checkout.api.endpoints import CheckoutEndpoint
from checkout.models import Order
from fulfilment import steps
from fulfilment.api import part_shapes
from fulfilment.dispatching import NotLeft
from fulfilment.models import FulfilmentOrder
from fulfilment.steps import NothingToSend, TransitionRefused
from fulfilment.tracking_codes import hold, tracking_code
from partners import preconditions
from partners.api import ShopEndpoint
from shopping import rows

# What the steps of a part and its parcels are refused with; what changes may be sent again.
REFUSALS: dict[type[Exception], int] = {
    NotLeft: 409,
    NothingToSend: 409,
    TransitionRefused: 409,
}


class OwnParts(ShopEndpoint, CheckoutEndpoint):
    refusals = REFUSALS

    def parts(self) -> QuerySet[FulfilmentOrder]:
        return FulfilmentOrder.objects.filter(merchant=self.merchant)

    def own_part(self, public_id: UUID) -> FulfilmentOrder:
        """One, for a verb. Raises DoesNotExist for others'."""
        return self.parts().select_related("order", "merchant").get(public_id=public_id)

    def shown(self, public_id: UUID) -> dict[str, Any]:
        """One as it is now. Raises DoesNotExist for others'."""
        found = part_shapes.whole(self.parts(), self.merchant)
        return part_shapes.fulfilment_order(found.get(public_id=public_id))

    def unchanged(
        self, request: Request, public_id: UUID, *, tracking_number: str = ""
    ) -> AbstractContextManager[None]:
        """Hold a part still by If-Match; its locks are those of the verbs, in their order: the number,
        the order, the part."""

        def show() -> dict[str, Any]:
            part = self.own_part(public_id)
            hold(part.merchant_id, tracking_code(tracking_number))
            rows.lock(Order, part.order_id)
            steps.lock(part.pk)
            return self.shown(public_id)

        return preconditions.unchanged(request, show)


def of_parts(parts: QuerySet[FulfilmentOrder], after: Any) -> tuple[QuerySet[FulfilmentOrder], Q]:
    """Where a list that stands by its parts, the newest first, goes on behind `after`, which is a part's
    key and a row's: the parts from there, and what the rows must be beside. So the index of a shop's
    parts leads straight to the page."""
    if after is None:
        return parts, Q()
    part, row = after
    behind = Q(fulfilment_order__lt=part) | Q(pk__lt=row)
    return parts.filter(pk__lte=part), Q(fulfilment_order__lte=part) & behind


def place_in_parts(row: Any) -> list[int]:
    """The other end of `of_parts`."""
    return [row.fulfilment_order_id, row.pk]
