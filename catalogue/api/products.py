"""Products: a shop's own for its keys and apps, what is on show for everybody else's."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import Http404
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from catalogue import products, revisions
from catalogue.api import examples, listed, own
from catalogue.api.inputs import NewProduct, ProductPatch
from catalogue.api.listed import Asked, Row, Shown
from catalogue.api.shapes import ProductShape
from catalogue.models import Merchant, Product
from catalogue.products import NewVariant
from catalogue.reading import CURRENCIES
from partners import paging, preconditions, queries
from partners.api import Endpoint
from partners.problems import Problem

EXPANDABLE = frozenset({"variants", "media"})
LIST, CHANGED = "products", "products:changed"
TEE = examples.sent(
    "A T-shirt in two sizes",
    value={
        "title": "Crew-neck T-shirt",
        "external_id": "tee-1",
        "option_names": ["Size"],
        "variants": [
            {
                "sku": "TEE-M",
                "option_values": ["M"],
                "price": {"amount": 2500, "currency": "EUR"},
                "on_hand": 12,
            },
            {
                "sku": "TEE-L",
                "option_values": ["L"],
                "price": {"amount": 2500, "currency": "EUR"},
                "on_hand": 4,
            },
        ],
        "status": "active",
    },
)
# What is found by an index of one shop's products.
ONE_SHOPS = frozenset({"sku", "updated_since"})
FILTERS = [
    OpenApiParameter("status", str, enum=list(Product.Status)),
    OpenApiParameter("external_id", str, description="Exactly this one."),
    OpenApiParameter("sku", str, description="The product that has a variant of this SKU."),
    OpenApiParameter("category", str, description="A category's slug."),
    OpenApiParameter("shop", OpenApiTypes.UUID, description="Of this shop alone."),
    OpenApiParameter("q", str, description="A part of the title."),
    OpenApiParameter(
        "updated_since",
        OpenApiTypes.DATETIME,
        description="What has changed since, in the order of its changes. A transaction takes a moment:"
        " ask from a minute before your last call. A partner's key names a shop beside it, as with `sku`.",
    ),
]


class ProductsEndpoint(Endpoint):
    """`merchant` is the caller's shop; None for a partner, who sees what is on show and no more."""

    scopes = {"GET": "products:read", "POST": "products:write"}
    shape = ProductShape
    codes = own.CODES
    expandable = EXPANDABLE
    derived = listed.DERIVED | EXPANDABLE
    filters = frozenset({*listed.CONDITIONS} - {"id"})
    paged = True
    refusals = own.REFUSALS

    @extend_schema(
        operation_id="products_list",
        summary="List products",
        description="A shop's key lists its own products, whatever their status, the newest first. A"
        " partner's key lists what any shop has on show, with no drafts and no external ids.",
        parameters=FILTERS,
        responses={200: ProductShape},
        examples=[examples.answered(examples.PRODUCT)],
    )
    def get(self, request: Request) -> Response:
        merchant = self.caller.merchant
        conditions = _conditions(request)
        if merchant is None:
            _check_open(conditions)
        by_change = "updated_since" in conditions
        at = paging.place(request, name=CHANGED if by_change else LIST)
        asked = Asked(
            merchant=merchant, conditions=conditions, after=_after(at), limit=at.limit + 1
        )
        found = listed.products(asked)
        shown = listed.with_expanded(found, self.expand, own=merchant is not None)
        key = _changed_key if by_change else _key
        return self.page(found, at, show=lambda row: shown[row[0]], key=key)

    @extend_schema(
        operation_id="products_create",
        summary="Create a product",
        description="With its variants and their stock; a draft, unless `status` says otherwise.",
        request=NewProduct,
        responses={201: ProductShape},
        examples=[examples.answered(examples.PRODUCT), TEE],
    )
    def post(self, request: Request) -> Response:
        merchant = own_shop(self)
        told = self.read(NewProduct)
        currency = told.get("currency") or merchant.currency
        if currency not in CURRENCIES:
            raise Problem(422, "unknown_currency", _("There is none."), pointer="#/currency")
        variants = [
            new_variant(each, currency=currency, at=f"#/variants/{place}")
            for place, each in enumerate(told.pop("variants"))
        ]
        own.check_variants(variants, told.get("option_names", ()))
        told |= {"category": own.category_of(told.get("category")), "currency": currency}
        with own.unique(variants):
            product = products.create(merchant, variants=variants, actor=self.caller.user, **told)
        shown = _one(merchant, product.public_id)
        return self.one(shown, status=201, location=f"/api/v1/products/{product.public_id}/")


class ProductEndpoint(Endpoint):
    scopes = {"GET": "products:read", "PATCH": "products:write"}
    shape = ProductShape
    codes = own.CODES
    conditional = True
    expandable = EXPANDABLE
    derived = listed.DERIVED | EXPANDABLE
    refusals = own.REFUSALS

    @extend_schema(
        operation_id="products_read",
        summary="Read a product",
        responses={200: ProductShape},
        examples=[examples.answered(examples.PRODUCT)],
    )
    def get(self, request: Request, public_id: UUID) -> Response:
        return self.one(_one(self.caller.merchant, public_id, self.expand))

    @extend_schema(
        operation_id="products_update",
        summary="Change a product",
        description="Its words, its schedule and its status: `active` publishes it, `draft` takes it back,"
        " `archived` ends it. All of it or nothing. With `If-Match` it is refused where the product"
        " is another than the one that you read; what was sold since does not count.",
        request=ProductPatch,
        responses={200: ProductShape},
        examples=[
            examples.answered(examples.PRODUCT),
            examples.sent("Publish it", value={"status": "active"}),
        ],
    )
    def patch(self, request: Request, public_id: UUID) -> Response:
        merchant = own_shop(self)
        product = own.product_of(merchant, public_id)
        told = self.read(ProductPatch)
        if "category" in told:
            told["category"] = own.category_of(told["category"])

        def locked() -> Shown:
            Product.objects.select_for_update(no_key=True).get(pk=product.pk)
            return _one(merchant, public_id)

        with own.unique(), preconditions.unchanged(request, locked, derived=self.derived):
            revisions.revise(product, told, actor=self.caller.user)
        return self.one(_one(merchant, public_id))


def own_shop(endpoint: Endpoint) -> Merchant:
    """The shop that the caller acts for. Raises Problem 403 for a partner or a shopper."""
    merchant: Merchant | None = endpoint.caller.merchant
    if merchant is None:
        raise Problem(403, "not_a_shop", _("This is for keys and apps that act for a shop."))
    return merchant


def new_variant(told: dict[str, Any], *, currency: str, at: str = "#") -> NewVariant:
    """A variant as the verbs take it, which was sent `at` a pointer. Raises Problem 422 for another
    currency."""
    for name in ("price", "compare_at_price"):
        own.check_currency(currency, told.get(name), pointer=f"{at}/{name}/currency")
    struck = own.amount(told.get("compare_at_price"))
    rest = {name: value for name, value in told.items() if not name.endswith("price")}
    if "option_values" in rest:
        rest["option_values"] = tuple(rest["option_values"])
    return NewVariant(price=told["price"]["amount"], compare_at_price=struck, **rest)


def _one(merchant: Merchant | None, public_id: UUID, expand: frozenset[str] = frozenset()) -> Shown:
    found = listed.products(Asked(merchant=merchant, conditions={"id": public_id}))
    if not found:
        raise Http404
    return listed.with_expanded(found, expand, own=merchant is not None)[found[0][0]]


def _conditions(request: Request) -> dict[str, Any]:
    """The filters with their values. Raises Problem 400."""
    asked: dict[str, Any] = {
        name: value for name, value in request.query_params.items() if name in listed.CONDITIONS
    }
    queries.one_of(request, "status", Product.Status.values)
    if "shop" in asked:
        asked["shop"] = queries.id_of(request, "shop")
    if "updated_since" in asked:
        asked["updated_since"] = queries.moment(request, "updated_since")
    if "q" in asked:
        plain = asked["q"][:200].replace("\\", "\\\\").replace("%", r"\%").replace("_", r"\_")
        asked["q"] = f"%{plain}%"
    return asked


def _check_open(conditions: dict[str, Any]) -> None:
    """What may be asked across all shops. Raises Problem 400."""
    if "external_id" in conditions:
        raise queries.invalid("external_id", _("External ids are the shops' own."))
    for name in ONE_SHOPS & set(conditions):
        if "shop" not in conditions:
            raise queries.invalid(name, _("Ask one shop for it: add “shop”."))


def _after(at: paging.Place) -> Any:
    if at.after is None or at.name == LIST:
        return at.after
    changed_at, key = at.after
    return datetime.fromisoformat(changed_at), key


def _key(row: Row) -> int:
    return int(row[0])


def _changed_key(row: Row) -> list[Any]:
    return [row[1].isoformat(), row[0]]
