"""Fulfilment orders: found, read, and taken their steps."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import F, QuerySet
from django.db.models.fields.tuple_lookups import TupleGreaterThan
from django.utils.dateparse import parse_datetime
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from fulfilment import fulfilment_orders, searching
from fulfilment.api import part_shapes
from fulfilment.api.own_parts import OwnParts
from fulfilment.api.part_examples import PART
from fulfilment.api.part_shapes import FulfilmentOrderShown
from fulfilment.models import FulfilmentOrder
from fulfilment.queues import QUEUES
from partners import paging
from partners.queries import moment, one_of

READ, WRITE = "fulfilment:read", "fulfilment:write"
NEWEST, CHANGED = "fulfilment-orders", "fulfilment-orders changed"
PARAMETERS = [
    OpenApiParameter("status", str, enum=FulfilmentOrder.Status.values, description="Only these."),
    OpenApiParameter("queue", str, enum=list(QUEUES), description="What there is to do."),
    OpenApiParameter(
        "updated_since",
        datetime,
        description="Those that took a step then or later, the longest ago first.",
    ),
    OpenApiParameter(
        "q",
        str,
        description="A whole number, e-mail address, SKU or tracking number, or words of names and"
        " titles; the newest first.",
    ),
]


class FulfilmentOrders(OwnParts):
    scopes = {"GET": READ}
    shape, paged = FulfilmentOrderShown, True
    filters = frozenset({"status", "queue", "updated_since", "q"})

    @extend_schema(
        operation_id="fulfilment_orders_list",
        summary="List fulfilment orders",
        description="Your part of each paid order, the newest first. To keep up, ask with `updated_since`.",
        parameters=PARAMETERS,
        responses={200: FulfilmentOrderShown},
        examples=[PART],
    )
    def get(self, request: Request) -> Response:
        parts, since = self._asked(request), moment(request, "updated_since")
        sought = request.query_params.get("q", "")
        by_change = since is not None and not sought.strip()
        at = paging.place(request, name=CHANGED if by_change else NEWEST)
        if since is not None:
            parts = parts.filter(updated_at__gte=since)
        if by_change:
            keys = _changed(parts, at)
        elif sought.strip():
            older = parts if at.after is None else parts.filter(pk__lt=at.after)
            keys = searching.find(older, sought, merchants=[self.merchant.pk], most=at.limit + 1)
        else:
            keys = [row.pk for row in paging.rows_at(parts.only("pk"), at)]
        found = part_shapes.whole(self.parts().filter(pk__in=keys), self.merchant).in_bulk()
        rows = [found[key] for key in keys]
        show = part_shapes.fulfilment_order
        return self.page(rows, at, show=show, key=_by_change if by_change else lambda row: row.pk)

    def _asked(self, request: Request) -> QuerySet[FulfilmentOrder]:
        parts = self.parts()
        status = one_of(request, "status", FulfilmentOrder.Status.values)
        if status is not None:
            parts = parts.filter(status=status)
        queue = one_of(request, "queue", QUEUES)
        return QUEUES[queue][1](parts) if queue is not None else parts


def _changed(parts: QuerySet[FulfilmentOrder], at: paging.Place) -> list[int]:
    """Keys of a page in the order of their last steps."""
    if at.after is not None:
        step, key = at.after
        behind = TupleGreaterThan((F("updated_at"), F("pk")), (parse_datetime(step), key))
        parts = parts.filter(behind)
    return list(parts.order_by("updated_at", "pk").values_list("pk", flat=True)[: at.limit + 1])


def _by_change(row: FulfilmentOrder) -> list[Any]:
    return [row.updated_at.isoformat(), row.pk]


class OneFulfilmentOrder(OwnParts):
    scopes = {"GET": READ}
    shape = FulfilmentOrderShown

    @extend_schema(
        operation_id="fulfilment_orders_read",
        summary="Read a fulfilment order",
        responses={200: FulfilmentOrderShown},
        examples=[PART],
    )
    def get(self, request: Request, public_id: UUID) -> Response:
        return self.one(self.shown(public_id))


class Pack(OwnParts):
    scopes = {"POST": WRITE}
    conditional = True

    @extend_schema(
        operation_id="fulfilment_orders_pack",
        summary="Mark a fulfilment order packed",
        request=None,
        responses={200: FulfilmentOrderShown},
        examples=[PART],
    )
    def post(self, request: Request, public_id: UUID) -> Response:
        with self.unchanged(request, public_id):
            fulfilment_orders.pack(self.own_part(public_id), actor=self.caller.user)
        return self.one(self.shown(public_id))


class OutForDelivery(OwnParts):
    scopes = {"POST": WRITE}
    conditional = True

    @extend_schema(
        operation_id="fulfilment_orders_out_for_delivery",
        summary="Mark all parcels out for delivery",
        description="Of a fulfilment order that is sent as a whole; the shopper is told.",
        request=None,
        responses={200: FulfilmentOrderShown},
        examples=[PART],
    )
    def post(self, request: Request, public_id: UUID) -> Response:
        with self.unchanged(request, public_id):
            fulfilment_orders.mark_out_for_delivery(
                self.own_part(public_id), actor=self.caller.user
            )
        return self.one(self.shown(public_id))


class Deliver(OwnParts):
    scopes = {"POST": WRITE}
    conditional = True

    @extend_schema(
        operation_id="fulfilment_orders_deliver",
        summary="Mark all parcels delivered",
        description="Of a fulfilment order that is sent as a whole; the shopper is told.",
        request=None,
        responses={200: FulfilmentOrderShown},
        examples=[PART],
    )
    def post(self, request: Request, public_id: UUID) -> Response:
        with self.unchanged(request, public_id):
            fulfilment_orders.deliver(self.own_part(public_id), actor=self.caller.user)
        return self.one(self.shown(public_id))
