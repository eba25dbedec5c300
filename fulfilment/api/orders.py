"""Orders of a shop: those that have lines of its own, paid or not."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db.models import Q
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from checkout.models import Order, OrderLine
from checkout.order_words import bare_number
from checkout.shops_orders import of_shops
from fulfilment import searching
from fulfilment.api import order_shapes
from fulfilment.api.examples import ORDER
from fulfilment.api.order_shapes import OrderShown
from fulfilment.models import FulfilmentOrder
from partners import paging, queries
from partners.api import ShopEndpoint
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
        asked = Q()
        if (status := queries.one_of(request, "status", Order.Status.values)) is not None:
            asked &= Q(status=status)
        if (since := queries.moment(request, "created_since")) is not None:
            asked &= Q(placed_at__gte=since)
        if (number := request.query_params.get("number")) is not None:
            asked &= Q(number=key_of(bare_number(number)))
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
        mine = of_shops([self.merchant.pk], among=Order.objects.all())
        found = order_shapes.with_part(mine, self.merchant)
        return self.one(order_shapes.shown(found.get(public_id=public_id)))
