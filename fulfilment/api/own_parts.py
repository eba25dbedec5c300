"""What endpoints about a shop's fulfilment orders have in common, and what lists of theirs are asked."""

from __future__ import annotations

from collections.abc import Collection
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
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
from partners.problems import Problem
from shopping import rows
from shopping.ids import uuid_of

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


def one_of(request: Request, name: str, values: Collection[str]) -> str | None:
    """A filter that has one of `values`. Raises Problem 400."""
    said: str | None = request.query_params.get(name)
    if said is not None and said not in values:
        raise Problem(
            400, "invalid", _("One of %(all)s.") % {"all": ", ".join(values)}, parameter=name
        )
    return said


def id_of(request: Request, name: str) -> UUID | None:
    """A filter that is an id. Raises Problem 400."""
    said = request.query_params.get(name)
    found = None if said is None else uuid_of(said)
    if said is not None and found is None:
        raise Problem(400, "invalid", _("This is no id."), parameter=name)
    return found


def moment(request: Request, name: str) -> datetime | None:
    """A filter that is a moment. Raises Problem 400."""
    said = request.query_params.get(name)
    if said is None:
        return None
    try:
        # A plus that came unescaped is a space.
        found = parse_datetime(said.replace(" ", "+"))
    except ValueError:
        found = None
    # Those of the first and of the last year may be none in UTC.
    if found is None or found.tzinfo is None or not 1 < found.year < 9999:
        said = _("A moment, for example 2026-11-30T12:00:00Z.")
        raise Problem(400, "invalid", said, parameter=name)
    return found


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
