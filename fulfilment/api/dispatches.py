"""Parcels that leave: one with what is in it, or many parts of orders at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from checkout.models import OrderLine
from fulfilment import dispatching, handing_over
from fulfilment.api import parcel_shapes
from fulfilment.api.own_parts import OwnParts
from fulfilment.api.parcel_shapes import (
    HandoverResults,
    HandoversAsked,
    NewShipment,
    ShipmentShown,
)
from fulfilment.api.part_examples import EXAMPLE_SHIPMENT, EXAMPLE_VARIANT
from fulfilment.handing_over import Handover, Outcome, Refusal
from fulfilment.models import FulfilmentOrder, Shipment
from partners.problems import Problem

SENT = OpenApiExample("It left", value=EXAMPLE_SHIPMENT, response_only=True, status_codes=["201"])
EXAMPLE_ITEM = {
    "fulfilment_order_id": EXAMPLE_SHIPMENT["fulfilment_order_id"],
    "carrier": "Colissimo",
    "tracking_number": "6A12345678901",
}
EXAMPLE_RESULTS = {
    "results": [
        {
            "fulfilment_order_id": EXAMPLE_SHIPMENT["fulfilment_order_id"],
            "result": "refused",
            "problem": {
                "code": "refused",
                "detail": "Who takes the parcel?",
                "pointer": "#/items/0/carrier",
            },
        }
    ]
}


class Dispatch(OwnParts):
    scopes = {"POST": "fulfilment:write"}
    shape, conditional = ShipmentShown, True

    @extend_schema(
        operation_id="fulfilment_orders_dispatch",
        summary="Hand a parcel over to a carrier",
        description="With everything that is left, or with the pieces that `lines` name; the shopper is"
        " told. With an Idempotency-Key, the same call again is the same parcel.",
        request=NewShipment,
        responses={201: ShipmentShown},
        examples=[
            OpenApiExample(
                "One piece of it",
                value={
                    "carrier": "Colissimo",
                    "tracking_number": "6A12345678901",
                    "lines": [{"variant_id": EXAMPLE_VARIANT, "quantity": 1}],
                },
                request_only=True,
            ),
            SENT,
        ],
    )
    def post(self, request: Request, public_id: UUID) -> Response:
        said = self.read(NewShipment)
        number = said.get("tracking_number", "")
        with self.unchanged(request, public_id, tracking_number=number):
            part = self.own_part(public_id)
            made = dispatching.dispatch(
                part,
                lines=_pieces(part, said["lines"]) if "lines" in said else None,
                carrier=said["carrier"],
                tracking_number=number,
                actor=self.caller.user,
                key=self.call_key,
            )
        row = parcel_shapes.with_contents(Shipment.objects.all()).get(pk=made.pk)
        location = f"/api/v1/shipments/{row.public_id}/"
        return self.one(parcel_shapes.shipment(row), status=201, location=location)


def _pieces(part: FulfilmentOrder, lines: Sequence[dict[str, Any]]) -> dict[int, int]:
    """A line's primary key → pieces. Raises Problem 400 for what is none of the part's, or named twice."""
    own = OrderLine.objects.filter(order=part.order_id, merchant=part.merchant_id)
    keys = dict(own.values_list("variant__public_id", "pk"))
    found: dict[int, int] = {}
    for place, each in enumerate(lines):
        key = keys.get(each["variant_id"])
        if key is None or key in found:
            said = _("This is no line of it, or was named before.")
            raise Problem(400, "invalid", said, pointer=f"#/lines/{place}/variant_id")
        found[key] = each["quantity"]
    return found


class BulkDispatch(OwnParts):
    scopes = {"POST": "fulfilment:write"}
    shape = HandoverResults

    @extend_schema(
        operation_id="fulfilment_orders_dispatch_many",
        summary="Hand many over to their carriers",
        description="Up to 200, each whole, as a file of them does it. Each is done or refused by itself;"
        " the same again does nothing twice, and with an Idempotency-Key is answered as it was.",
        request=HandoversAsked,
        responses={200: HandoverResults},
        examples=[
            OpenApiExample("One", value={"items": [EXAMPLE_ITEM]}, request_only=True),
            OpenApiExample("Refused", value=EXAMPLE_RESULTS, response_only=True),
        ],
    )
    def post(self, request: Request) -> Response:
        items = self.read(HandoversAsked)["items"]
        wanted = [each["fulfilment_order_id"] for each in items]
        parts = self.parts().filter(public_id__in=wanted).select_related("order", "merchant")
        known = {part.public_id: part for part in parts}
        results = [
            _result(place, item, self._hand_over(place, item, known))
            for place, item in enumerate(items)
        ]
        return Response({"results": results})

    def _hand_over(
        self, place: int, item: dict[str, Any], known: dict[UUID, FulfilmentOrder]
    ) -> Outcome | Refusal:
        part = known.get(item["fulfilment_order_id"])
        if part is None:
            return Refusal("fulfilment_order_id", _("There is no such thing, or it is not yours."))
        wanted = Handover(part, item["carrier"], item.get("tracking_number", ""))
        # Of the item, not of the call: one part may be named twice, and is handed over once.
        key = self.call_key and f"{self.call_key[:56]}-{place}"
        return handing_over.hand_over(wanted, actor=self.caller.user, key=key)


def _result(place: int, item: dict[str, Any], answer: Outcome | Refusal) -> dict[str, Any]:
    shown = {"fulfilment_order_id": str(item["fulfilment_order_id"])}
    if isinstance(answer, Outcome):
        return {**shown, "result": answer.value, "problem": None}
    field = answer.field or "fulfilment_order_id"
    problem = {
        "code": "not_found" if answer.field == "fulfilment_order_id" else "refused",
        "detail": answer.message,
        "pointer": f"#/items/{place}/{field}",
    }
    return {**shown, "result": "refused", "problem": problem}
