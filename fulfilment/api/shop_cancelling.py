"""Cancelling what of a fulfilment order is not sent: looked at first, and done as it was seen."""

from __future__ import annotations

from uuid import UUID

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from checkout import reversals
from checkout.refund_errors import NotRefundable, ShopOwes
from fulfilment import cancellations
from fulfilment.api import part_shapes
from fulfilment.api.own_parts import REFUSALS, OwnParts
from fulfilment.api.part_examples import EXAMPLE_CANCELLATION, PART
from fulfilment.api.part_shapes import (
    CancellationAsked,
    CancellationShown,
    FulfilmentOrderShown,
)
from fulfilment.cancellations import By, Changed, InDispute, TooLate
from shopping.money import Money


class Cancellation(OwnParts):
    scopes = {"GET": "fulfilment:read", "POST": "refunds:write"}
    shape, conditional = CancellationShown, True
    needs_key = frozenset({"POST"})
    refusals = {
        InDispute: 409,
        TooLate: 409,
        Changed: 409,
        ShopOwes: 409,
        NotRefundable: 422,
        **REFUSALS,
    }

    @extend_schema(
        operation_id="fulfilment_orders_preview_cancellation",
        summary="See what cancelling would do",
        description="Nothing is done. Of one of which parcels have left, the rest is cancelled.",
        responses={200: CancellationShown},
        examples=[OpenApiExample("A pair", value=EXAMPLE_CANCELLATION, response_only=True)],
    )
    def get(self, request: Request, public_id: UUID) -> Response:
        part = self.own_part(public_id)
        plan = cancellations.plan(part.order, {part.merchant_id})
        return self.one(part_shapes.cancellation(part, plan))

    @extend_schema(
        operation_id="fulfilment_orders_cancel",
        summary="Cancel what is not sent",
        description="The money goes back, the pieces go on the shelf, and the shopper is told. What is"
        " cancelled stays so: the same again changes nothing. If-Match goes by the fulfilment order’s ETag.",
        request=CancellationAsked,
        responses={200: FulfilmentOrderShown},
        examples=[
            OpenApiExample(
                "As it was seen",
                value={"amount": EXAMPLE_CANCELLATION["amount"]},
                request_only=True,
            ),
            PART,
        ],
    )
    def post(self, request: Request, public_id: UUID) -> Response:
        seen = self.read(CancellationAsked)["amount"]
        with self.unchanged(request, public_id):
            part = self.own_part(public_id)
            if reversals.are_refused(part.merchant_id):
                raise ShopOwes
            cancellations.cancel(
                part.order_id,
                merchant_id=part.merchant_id,
                actor=self.caller.user,
                by=By.SHOP,
                seen=Money(seen["amount"], seen["currency"]),
            )
        return self.one(self.shown(public_id))
