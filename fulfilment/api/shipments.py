"""Parcels by themselves, and what is said of their way."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from fulfilment import reports, steps
from fulfilment.adapters.generic import NOTE
from fulfilment.api import parcel_shapes
from fulfilment.api.own_parts import OwnParts, of_parts, place_in_parts
from fulfilment.api.parcel_shapes import (
    ShipmentChange,
    ShipmentShown,
    TrackingReport,
    TrackingShown,
)
from fulfilment.api.part_examples import EXAMPLE_TRACKING, SHIPMENT
from fulfilment.models import Shipment
from fulfilment.reports import Report
from fulfilment.tracking_codes import hold, tracking_code
from partners import paging, preconditions
from partners.queries import id_of, one_of

TOLD = ("id", "status", "happened_at", "description", "place")
PARAMETERS = [
    OpenApiParameter("status", str, enum=Shipment.Status.values, description="Only these."),
    OpenApiParameter("fulfilment_order", UUID, description="Only of this one."),
    OpenApiParameter("tracking_number", str, description="However it is spaced."),
]


class OwnShipments(OwnParts):
    def shipments(self) -> QuerySet[Shipment]:
        return Shipment.objects.filter(fulfilment_order__merchant=self.merchant)

    def shipment(self, public_id: UUID) -> dict[str, Any]:
        found = parcel_shapes.with_contents(self.shipments())
        return parcel_shapes.shipment(found.get(public_id=public_id))


class Shipments(OwnShipments):
    scopes = {"GET": "fulfilment:read"}
    shape, paged = ShipmentShown, True
    filters = frozenset({"status", "fulfilment_order", "tracking_number"})

    @extend_schema(
        operation_id="shipments_list",
        summary="List parcels",
        description="Those of the newest orders first.",
        parameters=PARAMETERS,
        responses={200: ShipmentShown},
        examples=[SHIPMENT],
    )
    def get(self, request: Request) -> Response:
        at = paging.place(request, name="shipments")
        parts, behind = of_parts(self.parts(), at.after)
        if (part := id_of(request, "fulfilment_order")) is not None:
            parts = parts.filter(public_id=part)
        found = Shipment.objects.filter(behind, fulfilment_order__in=parts)
        if (status := one_of(request, "status", Shipment.Status.values)) is not None:
            found = found.filter(status=status)
        if (number := request.query_params.get("tracking_number")) is not None:
            found = found.filter(tracking_code=tracking_code(number))
        found = found.order_by("-fulfilment_order_id", "-pk")
        rows = list(parcel_shapes.with_contents(found)[: at.limit + 1])
        return self.page(rows, at, show=parcel_shapes.shipment, key=place_in_parts)


class OneShipment(OwnShipments):
    scopes = {"GET": "fulfilment:read", "PATCH": "fulfilment:write"}
    shape, conditional = ShipmentShown, True

    @extend_schema(
        operation_id="shipments_read",
        summary="Read a parcel",
        responses={200: ShipmentShown},
        examples=[SHIPMENT],
    )
    def get(self, request: Request, public_id: UUID) -> Response:
        return self.one(self.shipment(public_id))

    @extend_schema(
        operation_id="shipments_change",
        summary="Correct the carrier or the tracking number",
        description="What was reported of the number before leaves the parcel, what was reported of the"
        " new one comes to it. Steps that were taken stay.",
        request=ShipmentChange,
        responses={200: ShipmentShown},
        examples=[
            OpenApiExample(
                "A digit was wrong",
                value={"tracking_number": "6A12345678901"},
                request_only=True,
            ),
            SHIPMENT,
        ],
    )
    def patch(self, request: Request, public_id: UUID) -> Response:
        said = self.read(ShipmentChange)
        row = self.shipments().select_related("fulfilment_order").get(public_id=public_id)
        number = said.get("tracking_number", row.tracking_number)

        def show() -> dict[str, Any]:
            hold(row.fulfilment_order.merchant_id, tracking_code(number))
            steps.lock(row.fulfilment_order_id)
            return self.shipment(public_id)

        with preconditions.unchanged(request, show):
            reports.correct(
                row,
                carrier=said.get("carrier", row.carrier),
                tracking_number=number,
                actor=self.caller.user,
            )
        return self.one(self.shipment(public_id))


class Tracking(OwnShipments):
    scopes = {"GET": "fulfilment:read", "POST": "fulfilment:write"}
    shape, paged = TrackingShown, True

    @extend_schema(
        operation_id="tracking_list",
        summary="List what was reported of a parcel",
        description="What was reported last comes first.",
        responses={200: TrackingShown},
        examples=[OpenApiExample("Sorted", value=EXAMPLE_TRACKING, response_only=True)],
    )
    def get(self, request: Request, public_id: UUID) -> Response:
        row = self.shipments().only("pk").get(public_id=public_id)
        at = paging.place(request, name=f"tracking {row.pk}")
        rows = paging.rows_at(row.tracking.all(), at)
        return self.page(rows, at, show=parcel_shapes.tracking)

    @extend_schema(
        operation_id="tracking_report",
        summary="Report on a parcel",
        description="As a carrier's message does it: the parcel takes the step, if nothing newer is known,"
        " and the shopper is told. A report whose id is known changes nothing.",
        request=TrackingReport,
        responses={201: TrackingShown},
        examples=[
            OpenApiExample(
                "Sorted",
                value={name: EXAMPLE_TRACKING[name] for name in TOLD},
                request_only=True,
            ),
            OpenApiExample(
                "Kept", value=EXAMPLE_TRACKING, response_only=True, status_codes=["201"]
            ),
        ],
    )
    def post(self, request: Request, public_id: UUID) -> Response:
        said = self.read(TrackingReport)
        row = self.shipments().get(public_id=public_id)
        # By the parcel's own name, so that it stays where its number is corrected.
        report = Report(
            tracking_number="",
            shipment=row.public_id,
            external_id=said.get("id") or f"{said['happened_at'].isoformat()} {said['status']}",
            status=said["status"],
            moves_to="" if said["status"] == NOTE else said["status"],
            happened_at=said["happened_at"],
            description=said.get("description", ""),
            place=said.get("place", ""),
        )
        reports.apply(self.merchant.pk, report)
        kept = row.tracking.get(external_id=report.external_id)
        return self.one(parcel_shapes.tracking(kept), status=201)
