"""What surrounds the goods: the shop itself, its categories, rates and drops."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from catalogue import drops
from catalogue.api import examples, listed, own
from catalogue.api.inputs import DropPatch, NewDrop
from catalogue.api.listed import Shown
from catalogue.api.shapes import (
    CategoryShape,
    DropShape,
    ShippingRateShape,
    ShopShape,
)
from catalogue.drops import DropError
from catalogue.models import Category, Drop, Product, ShippingRate
from partners import paging, preconditions
from partners.api import Endpoint, ShopEndpoint
from partners.problems import Problem
from partners.shapes import money


class OwnShopEndpoint(ShopEndpoint):
    scopes = {"GET": "shop:read"}
    shape = ShopShape

    @extend_schema(
        operation_id="shop_read",
        summary="Read the shop",
        responses={200: ShopShape},
        examples=[examples.answered(examples.SHOP)],
    )
    def get(self, request: Request) -> Response:
        shop = self.merchant
        return self.one(
            {
                "id": str(shop.public_id),
                "name": shop.name,
                "handle": shop.account.handle,
                "country": shop.country,
                "currency": shop.currency,
                "time_zone": shop.time_zone,
                "status": shop.status,
                "sells": shop.sells,
                "withdrawal_days": shop.withdrawal_days,
                "cut_off": shop.cut_off,
                "low_stock_at": shop.low_stock_at,
            }
        )


class CategoriesEndpoint(Endpoint):
    scopes = {"GET": "products:read"}
    shape = CategoryShape
    paged = True

    @extend_schema(
        operation_id="categories_list",
        summary="List categories",
        description="They are the same for all shops.",
        responses={200: CategoryShape},
        examples=[examples.answered(examples.CATEGORY)],
    )
    def get(self, request: Request) -> Response:
        at = paging.place(request, name="categories")
        found = Category.objects.select_related("parent")
        return self.page(paging.rows_at(found, at, newest_first=False), at, show=_category)


class ShippingRatesEndpoint(ShopEndpoint):
    scopes = {"GET": "shop:read"}
    shape = ShippingRateShape
    paged = True

    @extend_schema(
        operation_id="shipping_rates_list",
        summary="List the shop's shipping rates",
        responses={200: ShippingRateShape},
        examples=[examples.answered(examples.RATE)],
    )
    def get(self, request: Request) -> Response:
        at = paging.place(request, name="shipping-rates")
        found = ShippingRate.objects.filter(merchant=self.merchant)
        currency = self.merchant.currency
        return self.page(
            paging.rows_at(found, at, newest_first=False),
            at,
            show=lambda rate: _rate(rate, currency),
        )


class DropsEndpoint(ShopEndpoint):
    scopes = {"GET": "products:read", "POST": "products:write"}
    shape = DropShape
    codes = own.CODES
    paged = True
    refusals = {DropError: 422}

    @extend_schema(
        operation_id="drops_list",
        summary="List drops",
        responses={200: DropShape},
        examples=[examples.answered(examples.DROP)],
    )
    def get(self, request: Request) -> Response:
        at = paging.place(request, name="drops")
        found = Drop.objects.filter(product__merchant=self.merchant).select_related("product")
        return self.page(paging.rows_at(found, at), at, show=_drop)

    @extend_schema(
        operation_id="drops_create",
        summary="Make a product a drop",
        description="It is sold from `opens_at`, a few pieces for each person.",
        request=NewDrop,
        responses={201: DropShape},
        examples=[
            examples.answered(examples.DROP),
            examples.sent(
                "On Friday at noon",
                value={
                    "product_id": "01975a5e-7a2c-7c3f-9a51-6f7f6b1b2a10",
                    "opens_at": "2027-05-14T12:00:00Z",
                    "per_person": 2,
                },
            ),
        ],
    )
    def post(self, request: Request) -> Response:
        told = self.read(NewDrop)
        product_id = told.pop("product_id")
        try:
            product = own.product_of(self.merchant, product_id)
        except Http404:
            said = _("There is no such product, or it is not yours.")
            raise Problem(422, "unknown_product", said, pointer="#/product_id") from None
        drop = Drop(product=product, **told)
        drops.save(drop)
        return self.one(_drop(drop), status=201, location=f"/api/v1/drops/{drop.public_id}/")


class DropEndpoint(ShopEndpoint):
    scopes = {"GET": "products:read", "PATCH": "products:write", "DELETE": "products:write"}
    shape = DropShape
    codes = own.CODES
    conditional = True
    refusals = {DropError: 422}

    @extend_schema(
        operation_id="drops_read",
        summary="Read a drop",
        responses={200: DropShape},
        examples=[examples.answered(examples.DROP)],
    )
    def get(self, request: Request, public_id: UUID) -> Response:
        return self.one(_drop(self.drop(public_id)))

    @extend_schema(
        operation_id="drops_update",
        summary="Change a drop",
        description="Its opening moves as long as it has not opened; whoever waits is told anew.",
        request=DropPatch,
        responses={200: DropShape},
        examples=[
            examples.answered(examples.DROP),
            examples.sent("Two each", value={"per_person": 2}),
        ],
    )
    def patch(self, request: Request, public_id: UUID) -> Response:
        drop = self.drop(public_id)
        told = self.read(DropPatch)
        with preconditions.unchanged(request, lambda: self.locked(drop)):
            for name, value in told.items():
                setattr(drop, name, value)
            drops.save(drop)
        return self.one(_drop(self.drop(public_id)))

    @extend_schema(
        operation_id="drops_cancel",
        summary="Cancel a drop",
        description="One that is open ends now. One that is still to open is taken back with its product,"
        " which becomes a draft: nobody buys at once what they were to wait for.",
        responses={204: None},
    )
    def delete(self, request: Request, public_id: UUID) -> Response:
        drop = self.drop(public_id)
        with preconditions.unchanged(request, lambda: self.locked(drop)):
            drops.cancel(drop, actor=self.caller.user)
        return Response(status=204)

    def drop(self, public_id: UUID) -> Drop:
        """Raises Http404."""
        found = Drop.objects.filter(product__merchant=self.merchant, public_id=public_id)
        drop: Drop | None = found.select_related("product").first()
        if drop is None:
            raise Http404
        return drop

    def locked(self, drop: Drop) -> Shown:
        """The product first, as drops.cancel does."""
        Product.objects.select_for_update(no_key=True).get(pk=drop.product_id)
        Drop.objects.select_for_update(no_key=True).get(pk=drop.pk)
        return _drop(self.drop(drop.public_id))


def _drop(drop: Drop) -> Shown:
    return {
        "id": str(drop.public_id),
        "product_id": str(drop.product.public_id),
        "opens_at": listed.time(drop.opens_at),
        "ends_at": listed.time(drop.ends_at),
        "per_person": drop.per_person,
    }


def _category(category: Category) -> Shown:
    parent = category.parent
    return {
        "slug": category.slug,
        "name": category.name,
        "parent": parent.slug if parent else None,
    }


def _rate(rate: ShippingRate, currency: str) -> Shown:
    def paid(amount: int | None) -> Shown | None:
        return None if amount is None else money(amount, currency)

    zone = ("name", "countries", "regions", "postcodes")
    return {
        "id": str(rate.public_id),
        **{name: getattr(rate, name) for name in zone},
        "price": paid(rate.price),
        "free_from": paid(rate.free_from),
        "min_grams": rate.min_grams,
        "max_grams": rate.max_grams,
        "min_value": paid(rate.min_value),
        "max_value": paid(rate.max_value),
        "min_days": rate.min_days,
        "max_days": rate.max_days,
    }
