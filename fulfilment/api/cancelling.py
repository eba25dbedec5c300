"""Cancelling a purchase, before it is paid or before it is sent: what the order's page does."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from checkout import payments
from checkout.api.examples import PURCHASE, asked
from checkout.api.purchase_shapes import PurchaseShown
from checkout.api.purchases import PurchaseEndpoint
from checkout.api.refusals import REFUSALS
from checkout.models import Order
from fulfilment import cancellations
from fulfilment.cancellations import TooLate
from partners.problems import Problem
from partners.shapes import Shape


class Cancellation(Shape):
    shop_id = serializers.UUIDField(
        required=False, help_text="Of a paid purchase, the part of this shop alone."
    )


class PurchaseCancellation(PurchaseEndpoint):
    scopes = {"POST": "purchases:write"}
    refusals: ClassVar[dict[type[Exception], int]] = {TooLate: 409, **REFUSALS}

    @extend_schema(
        operation_id="purchases_cancel",
        summary="Cancel a purchase",
        description="One that is not paid, or of which nothing was sent: the stock goes back, and so does"
        " the money. Of several shops' parts one may be cancelled by itself. What is cancelled stays so:"
        " the same again changes nothing.",
        request=Cancellation,
        responses={200: PurchaseShown},
        examples=[asked("All of it", {}), PURCHASE],
    )
    def post(self, request: Request, public_id: UUID) -> Response:
        said, order = self.read(Cancellation), self.order_of(public_id)
        if order.status == Order.Status.AWAITING_PAYMENT:
            self._cancel_unpaid(order)
        else:
            cancellations.cancel(
                order.pk, merchant_id=_merchant(order, said), actor=self.caller.shopper
            )
        return self.one(self.shown(order))

    def _cancel_unpaid(self, order: Order) -> None:
        settled = payments.cancel_unpaid(order.pk, reason="shopper")
        order.refresh_from_db(fields=["status"])
        if order.status == Order.Status.CANCELLED:
            return
        if settled:
            raise Problem(
                409,
                "paid_meanwhile",
                _("The payment went through meanwhile. You can still cancel."),
            )
        raise Problem(
            409,
            "payment_under_way",
            _("Your bank is still working on it. Try again in a minute."),
            headers={"Retry-After": "60"},
        )


def _merchant(order: Order, said: dict[str, Any]) -> int | None:
    """Key of the shop whose part is meant, None for all. Raises Problem 422 for one that has none."""
    if "shop_id" not in said:
        return None
    found = order.lines.filter(merchant__public_id=said["shop_id"])
    merchant = found.values_list("merchant_id", flat=True).first()
    if merchant is None:
        raise Problem(
            422, "unknown_shop", _("This shop has no part of the order."), pointer="#/shop_id"
        )
    return merchant
