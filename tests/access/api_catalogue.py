"""Rows of the catalogue's endpoints."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.utils import timezone

from catalogue.models import ProductImage
from catalogue.products import NewVariant, create
from tests.access.api import Row, row
from tests.shops import Cast

PRODUCT, VARIANT = "api/v1/products/<uuid:public_id>/", "api/v1/variants/<uuid:public_id>/"
MEDIA, DROP = "api/v1/media/<uuid:public_id>/", "api/v1/drops/<uuid:public_id>/"
EURO = {"amount": 100, "currency": "EUR"}


def product(world: Cast) -> str:
    return str(world.plage.product.public_id)


def variant(world: Cast) -> str:
    return str(world.plage.variant.public_id)


def drop(world: Cast) -> str:
    return str(world.plage.drop.public_id)


def media(world: Cast) -> str:
    image, _made = ProductImage.objects.get_or_create(
        product=world.plage.product, file="products/table.jpg"
    )
    return str(image.public_id)


def plain_product(world: Cast) -> str:
    """One that is no drop."""
    made = create(world.plage.merchant, title="Cup", variants=[NewVariant(price=100)], actor=None)
    return str(made.public_id)


def of(pattern: str, method: str, status: int, foreign: int, name: Any, **more: Any) -> Row:
    """A row whose path names one thing of Plage's."""

    def path(world: Cast) -> str:
        return f"/{pattern}".replace("<uuid:public_id>", name(world))

    return row(pattern, method, status, foreign, path=path, **more)


def body(told: Any) -> Any:
    return lambda world: told


def no_file(world: Cast) -> dict[str, str]:
    """An address that is refused before anybody is asked."""
    return {"url": "ftp://nowhere.example/a.jpg"}


def new_drop(world: Cast) -> dict[str, str]:
    tomorrow = timezone.now() + timedelta(days=1)
    return {"product_id": plain_product(world), "opens_at": tomorrow.isoformat()}


ONE = body({"title": "Cup", "variants": [{"price": EURO}]})
ITEMS = body({"items": [{"sku": f"none-{uuid4()}", "price": EURO}]})
PIECES = body({"items": [{"sku": f"none-{uuid4()}", "on_hand": 1}]})
UPSERTS = body({"items": [{"external_id": "table", "title": "Table"}]})

ROWS: list[Row] = [
    row("api/v1/shop/", "GET", 200, 200),
    row("api/v1/shipping-rates/", "GET", 200, 200),
    row("api/v1/categories/", "GET", 200, 200),
    row("api/v1/products/", "GET", 200, 200),
    row("api/v1/products/", "POST", 201, 201, body=ONE),
    row("api/v1/products/bulk/", "POST", 200, 200, body=UPSERTS),
    of(PRODUCT, "GET", 200, 404, product),
    of(PRODUCT, "PATCH", 200, 404, product, body=body({"title": "Pair"})),
    of(f"{PRODUCT}variants/", "GET", 200, 404, product),
    of(
        f"{PRODUCT}variants/",
        "POST",
        201,
        404,
        product,
        body=body({"price": EURO, "option_values": ["43"]}),
    ),
    of(f"{PRODUCT}media/", "GET", 200, 404, product),
    of(f"{PRODUCT}media/", "POST", 422, 404, product, body=no_file),
    of(MEDIA, "GET", 200, 404, media),
    of(MEDIA, "PATCH", 200, 404, media, body=body({"alt": "A pair"})),
    of(MEDIA, "DELETE", 204, 404, media),
    of(VARIANT, "GET", 200, 404, variant),
    of(VARIANT, "PATCH", 200, 404, variant, body=body({"barcode": "4006381333931"})),
    of(f"{VARIANT}price/", "GET", 200, 404, variant),
    of(f"{VARIANT}price/", "PUT", 200, 404, variant, body=body({"price": EURO})),
    of(f"{VARIANT}stock/", "GET", 200, 404, variant),
    of(f"{VARIANT}stock/", "PUT", 200, 404, variant, body=body({"on_hand": 20})),
    of(
        f"{VARIANT}stock/adjustments/",
        "POST",
        200,
        404,
        variant,
        body=body({"delta": 1, "reason": "received"}),
    ),
    row("api/v1/prices/bulk/", "POST", 200, 200, body=ITEMS),
    row("api/v1/stock/", "GET", 200, 200),
    row("api/v1/stock/bulk/", "POST", 200, 200, body=PIECES),
    row("api/v1/stock-movements/", "GET", 200, 200),
    row("api/v1/drops/", "GET", 200, 200),
    row("api/v1/drops/", "POST", 201, 422, body=new_drop),
    of(DROP, "GET", 200, 404, drop),
    of(DROP, "PATCH", 200, 404, drop, body=body({"per_person": 3})),
    of(DROP, "DELETE", 204, 404, drop),
]
