"""Orders of a shop: those that have lines of its own, paid or not."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from checkout.models import Order, OrderLine
from fulfilment import searching
from fulfilment.api import order_shapes
from fulfilment.api.examples import ORDER
from fulfilment.api.order_shapes import OrderShown
from fulfilment.models import FulfilmentOrder
from partners import paging
from partners.api import ShopEndpoint
from partners.problems import Problem
from shopping.ids import key_of

NAME, FOUND = "orders", "orders found"
PARAMETERS = [
    OpenApiParameter("status", str, enum=Order.Status.values, description="Only these."),
    OpenApiParameter("created_since", datetime, description="Placed then or later, RFC 3339."),
    OpenApiParameter("number", str, description="É-20418, or 20418."),
    OpenApiParameter(
        "q",
        str,
        description="Of paid orders: a whole number, e-mail address, SKU or tracking number, or words of"
        " names and titles.",
    ),
]


class Orders(ShopEndpoint):
    scopes = {"GET": "orders:read"}
    shape = OrderShown
    paged = True
    filters = frozenset({"status", "created_since", "number", "q"})

    @extend_schema(
        operation_id="orders_list",
        summary="List orders",
        description="Your part of each, newest first. One that awaits its payment holds your stock, and"
        " does not say whose it is.",
        parameters=PARAMETERS,
        responses={200: OrderShown(many=True)},
        examples=[ORDER],
    )
    def get(self, request: Request) -> Response:
        asked, sought = self._asked(request), request.query_params.get("q", "")
        keys, at = self._found(asked, sought) if sought else self._listed(asked)
        orders = Order.objects.filter(pk__in=[order for order, _place in keys])
        shown = {
            order.pk: order_shapes.shown(order)
            for order in order_shapes.with_part(orders, self.merchant)
        }
        return self.page(keys, at, show=lambda row: shown[row[0]], key=lambda row: row[1])

    def _listed(self, asked: Q) -> tuple[list[tuple[int, int]], paging.Place]:
        """Keys of the orders of a page, and where each stands; one more than the page."""
        at = paging.place(self.request, name=NAME)
        # By the lines of the shop, whose index is in the order of the list.
        lines = OrderLine.objects.filter(merchant=self.merchant)
        if asked:
            lines = lines.filter(order__in=Order.objects.filter(asked))
        if at.after is not None:
            lines = lines.filter(order__lt=at.after)
        found = lines.order_by("-order_id").values_list("order_id", flat=True).distinct()
        return [(key, key) for key in found[: at.limit + 1]], at

    def _found(self, asked: Q, sought: str) -> tuple[list[tuple[int, int]], paging.Place]:
        """The same of a search, which stands by its parts."""
        at = paging.place(self.request, name=FOUND)
        parts = FulfilmentOrder.objects.filter(merchant=self.merchant)
        if asked:
            parts = parts.filter(order__in=Order.objects.filter(asked))
        if at.after is not None:
            parts = parts.filter(pk__lt=at.after)
        keys = searching.find(parts, sought, merchants=[self.merchant.pk], most=at.limit + 1)
        of = dict(FulfilmentOrder.objects.filter(pk__in=keys).values_list("pk", "order_id"))
        return [(of[key], key) for key in keys], at

    def _asked(self, request: Request) -> Q:
        """What the filters say of orders. Raises Problem 400."""
        said, asked = request.query_params, Q()
        if "status" in said:
            if said["status"] not in Order.Status.values:
                raise _wrong("status", _("There is no such status."))
            asked &= Q(status=said["status"])
        if "created_since" in said:
            asked &= Q(placed_at__gte=_moment(said["created_since"]))
        if "number" in said:
            number = said["number"].strip().upper().removeprefix("É-").removeprefix("E-")
            asked &= Q(number=key_of(number))
        return asked


class OrderById(ShopEndpoint):
    scopes = {"GET": "orders:read"}
    shape = OrderShown

    @extend_schema(
        operation_id="orders_read",
        summary="Read an order",
        description="Your part of it.",
        responses={200: OrderShown},
        examples=[ORDER],
    )
    def get(self, request: Request, public_id: UUID) -> Response:
        mine = OrderLine.objects.filter(order=OuterRef("pk"), merchant=self.merchant)
        found = order_shapes.with_part(Order.objects.filter(Exists(mine)), self.merchant)
        return self.one(order_shapes.shown(found.get(public_id=public_id)))


def _moment(text: str) -> datetime:
    """`text` as RFC 3339 has it, with its offset. Raises Problem 400."""
    try:
        at = parse_datetime(text)
    except ValueError:
        at = None
    # Those of the first and of the last year may be none in UTC.
    if at is None or at.tzinfo is None or not 1 < at.year < 9999:
        raise _wrong("created_since", _("Write a time as 2026-11-30T15:04:05Z."))
    return at


def _wrong(name: str, said: Any) -> Problem:
    return Problem(400, "invalid", said, parameter=name)
