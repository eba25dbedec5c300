"""Variants of a shop's products, and what they cost."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from catalogue import prices, revisions, variants
from catalogue.api import examples, listed, own
from catalogue.api.inputs import NewVariantBody, PriceBody, VariantPatch
from catalogue.api.listed import Shown
from catalogue.api.products import new_variant
from catalogue.api.shapes import PriceShape, VariantShape
from catalogue.models import Merchant, Variant
from partners import paging, preconditions
from partners.api import ShopEndpoint
from partners.shapes import money
from shopping import rows
from shopping.money import Money


class VariantsEndpoint(ShopEndpoint):
    scopes = {"GET": "products:read", "POST": "products:write"}
    shape = VariantShape
    codes = own.CODES
    paged = True
    derived = listed.DERIVED
    refusals = own.REFUSALS

    @extend_schema(
        operation_id="variants_list",
        summary="List a product's variants",
        responses={200: VariantShape},
        examples=[examples.answered(examples.VARIANT)],
    )
    def get(self, request: Request, public_id: UUID) -> Response:
        product = own.product_of(self.merchant, public_id)
        at = paging.place(request, name=f"variants:{product.pk}")
        found = rows.run(
            listed.OWN_VARIANTS, [self.merchant.pk, product.pk, at.after or 0, at.limit + 1]
        )
        return self.page(found, at, show=listed.variant, key=lambda row: row[0])

    @extend_schema(
        operation_id="variants_create",
        summary="Add a variant",
        request=NewVariantBody,
        responses={201: VariantShape},
        examples=[
            examples.answered(examples.VARIANT),
            examples.sent(
                "One more size",
                value={
                    "sku": "TEE-S",
                    "option_values": ["S"],
                    "price": {"amount": 2500, "currency": "EUR"},
                    "on_hand": 6,
                },
            ),
        ],
    )
    def post(self, request: Request, public_id: UUID) -> Response:
        product = own.product_of(self.merchant, public_id)
        told = self.read(NewVariantBody)
        with own.unique():
            made = variants.add(
                product, new_variant(told, currency=product.currency), actor=self.caller.user
            )
        shown = _one(self.merchant, made.public_id)
        return self.one(shown, status=201, location=f"/api/v1/variants/{made.public_id}/")


class VariantEndpoint(ShopEndpoint):
    scopes = {"GET": "products:read", "PATCH": "products:write"}
    shape = VariantShape
    codes = own.CODES
    conditional = True
    derived = listed.DERIVED
    refusals = own.REFUSALS

    @extend_schema(
        operation_id="variants_read",
        summary="Read a variant",
        responses={200: VariantShape},
        examples=[examples.answered(examples.VARIANT)],
    )
    def get(self, request: Request, public_id: UUID) -> Response:
        return self.one(_one(self.merchant, public_id))

    @extend_schema(
        operation_id="variants_update",
        summary="Change a variant",
        description="All of it or nothing. `active: false` takes it off sale; orders keep their lines.",
        request=VariantPatch,
        responses={200: VariantShape},
        examples=[
            examples.answered(examples.VARIANT),
            examples.sent("Off sale", value={"active": False}),
        ],
    )
    def patch(self, request: Request, public_id: UUID) -> Response:
        variant = own.variant_of(self.merchant, public_id)
        told = self.read(VariantPatch)
        for name in prices.FIELDS:
            if name in told:
                own.check_currency(variant.product.currency, told[name], pointer=f"#/{name}")
                told[name] = own.amount(told[name])
        seen = preconditions.unchanged(
            request, lambda: _locked(self.merchant, variant), derived=self.derived
        )
        with own.unique(), seen:
            revisions.revise_variant(variant, told, actor=self.caller.user)
        return self.one(_one(self.merchant, public_id))


class PriceEndpoint(ShopEndpoint):
    scopes = {"GET": "products:read", "PUT": "products:write"}
    shape = PriceShape
    codes = own.CODES
    conditional = True
    refusals = own.REFUSALS

    @extend_schema(
        operation_id="prices_read",
        summary="Read a variant's price",
        responses={200: PriceShape},
        examples=[examples.answered(examples.PRICE)],
    )
    def get(self, request: Request, public_id: UUID) -> Response:
        return self.one(_price(own.variant_of(self.merchant, public_id)))

    @extend_schema(
        operation_id="prices_set",
        summary="Set a variant's price",
        description="And the struck price beside it: none, where it is not given.",
        request=PriceBody,
        responses={200: PriceShape},
        examples=[
            examples.answered(examples.PRICE),
            examples.sent(
                "Reduced",
                value={
                    "price": {"amount": 1900, "currency": "EUR"},
                    "compare_at_price": {"amount": 2500, "currency": "EUR"},
                },
            ),
        ],
    )
    def put(self, request: Request, public_id: UUID) -> Response:
        variant = own.variant_of(self.merchant, public_id)
        told = self.read(PriceBody)
        struck = told.get("compare_at_price")
        own.check_currency(variant.product.currency, told["price"], struck)

        def locked() -> Shown:
            _locked(self.merchant, variant)
            return _price(own.variant_of(self.merchant, public_id))

        with preconditions.unchanged(request, locked):
            prices.change_price(
                variant,
                price=Money(**told["price"]),
                compare_at_price=Money(**struck) if struck else None,
                actor=self.caller.user,
            )
        return self.one(_price(own.variant_of(self.merchant, public_id)))


def _locked(merchant: Merchant, variant: Variant) -> Shown:
    """The product first, as the verbs do."""
    type(variant.product).objects.select_for_update(no_key=True).get(pk=variant.product_id)
    Variant.objects.select_for_update(no_key=True).get(pk=variant.pk)
    return _one(merchant, variant.public_id)


def _one(merchant: Merchant, public_id: UUID) -> Shown:
    found = rows.run(listed.OWN_VARIANT, [merchant.pk, public_id])
    if not found:
        raise Http404
    return listed.variant(found[0])


def _price(variant: Variant) -> dict[str, Any]:
    currency, struck = variant.product.currency, variant.compare_at_price
    return {
        "price": money(variant.price, currency),
        "compare_at_price": None if struck is None else money(struck, currency),
    }
