"""What became of each message."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from partners import paging, queries, rates
from partners.api import ShopEndpoint
from shopping.ids import key_of
from webhooks import deliveries
from webhooks.api import shapes
from webhooks.api.sends import SENDS
from webhooks.api.shapes import EXAMPLE_ATTEMPT, EXAMPLE_DELIVERY, DeliveryOut, DeliveryWithLog
from webhooks.deliveries import EndpointOff
from webhooks.models import Delivery

ON_ITS_WAY = OpenApiExample(
    "On its way", value=EXAMPLE_DELIVERY, response_only=True, status_codes=["202"]
)
# Attempts that are shown of one.
MOST = 50


class OwnDeliveries(ShopEndpoint):
    refusals = {EndpointOff: 409}

    def rows(self) -> QuerySet[Delivery]:
        own = Delivery.objects.filter(endpoint__merchant=self.merchant)
        return own.select_related("event", "endpoint")


class Deliveries(OwnDeliveries):
    scopes = {"GET": "webhooks:read"}
    shape, paged, filters = DeliveryOut, True, frozenset({"endpoint", "status"})

    @extend_schema(
        operation_id="deliveries_list",
        summary="List deliveries",
        description="The newest first.",
        parameters=[
            OpenApiParameter("endpoint", UUID, description="Only to this webhook."),
            OpenApiParameter("status", str, enum=Delivery.Status.values),
        ],
        responses={200: DeliveryOut},
        examples=[OpenApiExample("To be tried again", value=EXAMPLE_DELIVERY, response_only=True)],
    )
    def get(self, request: Request) -> Response:
        at = paging.place(request, name="deliveries")
        rows = self.rows().filter(**self._asked(request))
        return self.page(paging.rows_at(rows, at), at, show=shapes.delivery)

    def _asked(self, request: Request) -> dict[str, Any]:
        asked: dict[str, Any] = {}
        if (endpoint := queries.id_of(request, "endpoint")) is not None:
            asked["endpoint__public_id"] = endpoint
        if (status := queries.one_of(request, "status", Delivery.Status.values)) is not None:
            asked["status"] = status
        return asked


class OneDelivery(OwnDeliveries):
    scopes = {"GET": "webhooks:read"}
    shape = DeliveryWithLog

    @extend_schema(
        operation_id="deliveries_read",
        summary="Read a delivery with all its attempts",
        responses={200: DeliveryWithLog},
        examples=[
            OpenApiExample(
                "Tried once",
                value={**EXAMPLE_DELIVERY, "log": [EXAMPLE_ATTEMPT]},
                response_only=True,
            )
        ],
    )
    def get(self, request: Request, key: str) -> Response:
        row = self.rows().get(pk=key_of(key))
        log = [shapes.attempt(each) for each in row.log.order_by("-pk")[:MOST]]
        return self.one({**shapes.delivery(row), "log": log})


class SendAgain(OwnDeliveries):
    scopes = {"POST": "webhooks:write"}

    @extend_schema(
        operation_id="deliveries_send_again",
        summary="Send a message again",
        description="Whatever became of it; its id and sequence stay.",
        request=None,
        responses={202: DeliveryOut},
        examples=[ON_ITS_WAY],
    )
    def post(self, request: Request, key: str) -> Response:
        row = self.rows().get(pk=key_of(key))
        rates.count(SENDS, self.caller)
        deliveries.send_again(row)
        return Response(shapes.delivery(self.rows().get(pk=row.pk)), status=202)
