"""One of everything, as the document of the API shows it."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiExample

PRODUCT_ID = "019ad3f2-7f0a-7c41-9a64-8f2d6a1b3c55"
VARIANT_ID = "019ad3f2-7f0b-7e02-8c1d-2b9f4a7e6d10"
SHOP_ID = "019ad3f1-02c4-7a93-b6f0-5d3e8c9a1f27"
MEDIA_ID = "7c5e2f7a-6b1d-4c0e-9f3a-1d2e3f4a5b6c"
THEN = "2026-11-30T09:30:00Z"
IMAGE = {
    "id": MEDIA_ID,
    "url": "https://shop.example/media/products/2b0f7c1e.jpg",
    "alt": "A folded white T-shirt",
    "width": 1600,
    "height": 1200,
}
MEDIA = {**IMAGE, "position": 0, "variant_id": None, "source_url": ""}


def euros(amount: int) -> dict[str, Any]:
    return {"amount": amount, "currency": "EUR"}


PRODUCT = {
    "id": PRODUCT_ID,
    "shop_id": SHOP_ID,
    "external_id": "tee-1",
    "title": "Crew-neck T-shirt",
    "description": "<p>Heavy organic cotton.</p>",
    "url": f"https://shop.example/products/{PRODUCT_ID}/crew-neck-t-shirt/",
    "status": "active",
    "category": "t-shirts",
    "tax_kind": "standard",
    "tags": ["cotton"],
    "option_names": ["Size"],
    "currency": "EUR",
    "price": euros(2500),
    "available": 16,
    "on_sale": True,
    "on_sale_from": None,
    "on_sale_until": None,
    "image": IMAGE,
    "created_at": THEN,
    "updated_at": THEN,
}
VARIANT = {
    "id": VARIANT_ID,
    "product_id": PRODUCT_ID,
    "sku": "TEE-M",
    "option_values": ["M"],
    "price": euros(2500),
    "compare_at_price": None,
    "weight_grams": 210,
    "barcode": "4006381333931",
    "requires_shipping": True,
    "position": 0,
    "active": True,
    "available": 12,
}
PRICE = {"price": euros(1900), "compare_at_price": euros(2500)}
STOCK = {
    "variant_id": VARIANT_ID,
    "sku": "TEE-M",
    "on_hand": 14,
    "reserved": 2,
    "available": 12,
}
MOVEMENT = {
    "variant_id": VARIANT_ID,
    "sku": "TEE-M",
    "reason": "received",
    "before": 2,
    "after": 14,
    "reference": "DN-2291",
    "note": "",
    "at": THEN,
}
DROP = {
    "id": "019ad3f2-8001-7b11-a0a1-0c2d4e6f8a9b",
    "product_id": PRODUCT_ID,
    "opens_at": "2027-05-14T12:00:00Z",
    "ends_at": None,
    "per_person": 2,
}
CATEGORY = {"slug": "t-shirts", "name": "T-shirts", "parent": "clothes"}
SHOP = {
    "id": SHOP_ID,
    "name": "Plage",
    "handle": "plage",
    "country": "FR",
    "currency": "EUR",
    "time_zone": "Europe/Paris",
    "status": "active",
    "sells": True,
    "withdrawal_days": 14,
    "cut_off": 14,
    "low_stock_at": 5,
}
RATE = {
    "id": "0d9c8b7a-1f2e-4d3c-8b5a-6f7e8d9c0b1a",
    "name": "Home",
    "countries": ["FR"],
    "regions": [],
    "postcodes": [],
    "price": euros(490),
    "free_from": euros(6000),
    "min_grams": 0,
    "max_grams": None,
    "min_value": euros(0),
    "max_value": None,
    "min_days": 2,
    "max_days": 4,
}
RESULTS = {
    "results": [
        {"result": "created", "id": PRODUCT_ID, "problem": None},
        {
            "result": "refused",
            "id": None,
            "problem": {
                "code": "sent_twice",
                "detail": "This call names it before.",
                "errors": [
                    {
                        "detail": "This call names it before.",
                        "code": "sent_twice",
                        "pointer": "#/items/1/external_id",
                    }
                ],
            },
        },
    ]
}


def answered(value: dict[str, Any], *, name: str = "As it is") -> OpenApiExample:
    return OpenApiExample(name, value=value, response_only=True)


def sent(name: str, value: dict[str, Any], **more: Any) -> OpenApiExample:
    return OpenApiExample(name, value=value, request_only=True, **more)
