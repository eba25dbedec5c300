"""How many pieces there are, and how they came and went."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from catalogue import stock
from catalogue.api import examples, listed, own
from catalogue.api.inputs import StockAdjustment, StockSet
from catalogue.api.listed import Shown
from catalogue.api.shapes import MovementShape, StockShape
from catalogue.models import StockItem, StockMovement, Variant
from partners import paging, preconditions, queries
from partners.api import ShopEndpoint
from partners.api.call_keys import call_key

Reason = StockMovement.Reason


class StockListEndpoint(ShopEndpoint):
    scopes = {"GET": "stock:read"}
    shape = StockShape
    filters = frozenset({"sku"})
    paged = True

    @extend_schema(
        operation_id="stock_list",
        summary="List the stock of all variants",
        parameters=[OpenApiParameter("sku", str, description="Of this variant alone.")],
        responses={200: StockShape},
        examples=[examples.answered(examples.STOCK)],
    )
    def get(self, request: Request) -> Response:
        found = StockItem.objects.filter(variant__merchant=self.merchant)
        if "sku" in request.query_params:
            found = found.filter(variant__sku=request.query_params["sku"])
        at = paging.place(request, name="stock")
        return self.page(paging.rows_at(found.select_related("variant"), at), at, show=_stock)


class StockEndpoint(ShopEndpoint):
    scopes = {"GET": "stock:read", "PUT": "stock:write"}
    shape = StockShape
    codes = own.CODES
    conditional = True
    refusals = own.REFUSALS

    @extend_schema(
        operation_id="stock_read",
        summary="Read a variant's stock",
        responses={200: StockShape},
        examples=[examples.answered(examples.STOCK)],
    )
    def get(self, request: Request, public_id: UUID) -> Response:
        return self.one(_shown(own.variant_of(self.merchant, public_id)))

    @extend_schema(
        operation_id="stock_set",
        summary="Set a variant's stock",
        description="To what was counted. It cannot fall below what is promised to shoppers. With"
        " `If-Match` it is refused where some were sold since you read it; without it, send an"
        " adjustment where you can: it never overwrites a sale.",
        request=StockSet,
        responses={200: StockShape},
        examples=[
            examples.answered(examples.STOCK),
            examples.sent("Counted", value={"on_hand": 12, "reason": "count"}),
        ],
    )
    def put(self, request: Request, public_id: UUID) -> Response:
        variant = own.variant_of(self.merchant, public_id)
        told = self.read(StockSet)
        with preconditions.unchanged(request, lambda: _locked(variant)), own.free_pieces():
            _set(
                variant,
                told["on_hand"],
                reason=Reason(told.get("reason", Reason.ADJUSTMENT)),
                actor=self.caller.user,
                reference=told.get("reference", ""),
            )
        return self.one(_shown(variant))


class AdjustmentsEndpoint(ShopEndpoint):
    scopes = {"POST": "stock:write"}
    shape = StockShape
    codes = own.CODES
    refusals = own.REFUSALS

    @extend_schema(
        operation_id="stock_adjust",
        summary="Change a variant's stock by so many",
        request=StockAdjustment,
        responses={200: StockShape},
        examples=[
            examples.answered(examples.STOCK),
            examples.sent(
                "A delivery",
                value={"delta": 24, "reason": "received", "reference": "DN-2291"},
            ),
        ],
    )
    def post(self, request: Request, public_id: UUID) -> Response:
        variant = own.variant_of(self.merchant, public_id)
        told = self.read(StockAdjustment)
        told["reason"] = Reason(told["reason"])
        with own.free_pieces():
            stock.adjust(variant, actor=self.caller.user, call_key=call_key(self), **told)
        return self.one(_shown(variant))


class MovementsEndpoint(ShopEndpoint):
    scopes = {"GET": "stock:read"}
    shape = MovementShape
    filters = frozenset({"variant", "reason", "since"})
    paged = True

    @extend_schema(
        operation_id="stock_movements_list",
        summary="List stock movements",
        description="The latest first.",
        parameters=[
            OpenApiParameter("variant", OpenApiTypes.UUID, description="Of this variant alone."),
            OpenApiParameter("reason", str, enum=list(Reason)),
            OpenApiParameter("since", OpenApiTypes.DATETIME),
        ],
        responses={200: MovementShape},
        examples=[examples.answered(examples.MOVEMENT)],
    )
    def get(self, request: Request) -> Response:
        found = StockMovement.objects.filter(merchant=self.merchant)
        if (variant_id := queries.id_of(request, "variant")) is not None:
            own_row = Variant.objects.filter(merchant=self.merchant, public_id=variant_id).first()
            found = found.filter(variant=own_row.pk if own_row else 0)
        if (reason := queries.one_of(request, "reason", Reason.values)) is not None:
            found = found.filter(reason=reason)
        if (since := queries.moment(request, "since")) is not None:
            found = found.filter(created_at__gte=since)
        at = paging.place(request, name="movements")
        if at.after is not None:
            then, key = datetime.fromisoformat(at.after[0]), at.after[1]
            found = found.filter(Q(created_at__lte=then) & ~Q(created_at=then, pk__gte=key))
        ordered = found.select_related("variant").order_by("-created_at", "-pk")
        page = list(ordered[: at.limit + 1])
        key_of = lambda row: [row.created_at.isoformat(), row.pk]  # noqa: E731
        return self.page(page, at, show=_movement, key=key_of)


def _set(variant: Variant, on_hand: int, **more: Any) -> None:
    with transaction.atomic():
        stock.stocktake({variant.pk: on_hand}, **more)


def _locked(variant: Variant) -> Shown:
    StockItem.objects.select_for_update(no_key=True).filter(pk=variant.pk).first()
    return _shown(variant)


def _shown(variant: Variant) -> Shown:
    item = StockItem.objects.select_related("variant").filter(pk=variant.pk).first()
    return _stock(item or StockItem(variant=variant))


def _stock(item: StockItem) -> Shown:
    return {
        "variant_id": str(item.variant.public_id),
        "sku": item.variant.sku,
        "on_hand": item.on_hand,
        "reserved": item.reserved,
        "available": item.available,
    }


def _movement(row: StockMovement) -> Shown:
    return {
        "variant_id": str(row.variant.public_id),
        "sku": row.variant.sku,
        "reason": row.reason,
        "before": row.before,
        "after": row.after,
        "reference": row.reference,
        "note": row.note,
        "at": listed.time(row.created_at),
    }
