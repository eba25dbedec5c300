"""One real answer of each kind, for the documentation."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiExample


def _euros(amount: int) -> dict[str, Any]:
    return {"amount": amount, "currency": "EUR"}


SHOP = {"id": "01937b1c-3333-7c3e-8f57-0a6f0e1d2c3b", "name": "Plage"}
TAXED = {
    "discount": _euros(0),
    "tax": _euros(567),
    "tax_basis_points": 2000,
    "tax_is_included": True,
}
LINE = {
    "variant_id": "01937b1c-1111-7c3e-8f57-0a6f0e1d2c3b",
    "product_id": "01937b1c-2222-7c3e-8f57-0a6f0e1d2c3b",
    "title": "Corniche flip-flops",
    "options": ["Coral", "41"],
    "shop": SHOP,
    "quantity": 1,
    "unit_price": _euros(3400),
    "total": _euros(3400),
    **TAXED,
}
DELIVERY = {
    "shop": SHOP,
    "name": "Home",
    "amount": _euros(390),
    **TAXED,
    "tax": _euros(65),
    "arrives_from": "2026-12-02",
    "arrives_to": "2026-12-04",
}
TOTALS = {
    "items_total": _euros(3400),
    "delivery_total": _euros(390),
    "discount_total": _euros(0),
    "tax_added": _euros(0),
    "tax_included": _euros(632),
    "total": _euros(3790),
}
ORDERED = {
    **LINE,
    "post_id": None,
    "sku": "COR-41",
    "image_url": "https://etal.example/media/products/corniche.webp",
    "refunded_quantity": 0,
    "dispatched_quantity": 0,
}
ADDRESS = {
    "country": "FR",
    "name": "Maï Lefort",
    "line1": "14 rue des Lices",
    "line2": "",
    "postal_code": "35000",
    "city": "Rennes",
    "region": "",
    "phone": "",
}
QUOTE = OpenApiExample(
    "A pair of flip-flops to Rennes",
    response_only=True,
    value={
        "country": "FR",
        "currency": "EUR",
        "lines": [{**LINE, "available": 10}],
        "deliveries": [DELIVERY],
        "discounts": [],
        "code": None,
        **TOTALS,
        "left_out": [],
        "publishable_key": "pk_live_…",
    },
)
PURCHASE = OpenApiExample(
    "Paid",
    response_only=True,
    value={
        "id": "01937b1d-4444-7c3e-8f57-0a6f0e1d2c3b",
        "number": "É-20418",
        "status": "paid",
        "placed_at": "2026-11-30T15:04:05.123456Z",
        "paid_at": "2026-11-30T15:04:06.234567Z",
        "cancelled_at": None,
        "held_until": None,
        "currency": "EUR",
        "email": "mai@lefort.example",
        "address": ADDRESS,
        "note": "",
        "lines": [ORDERED],
        "deliveries": [DELIVERY],
        "discounts": [],
        **TOTALS,
        "payment": {
            "status": "succeeded",
            "amount": _euros(3790),
            "captured": _euros(3790),
            "refunded": _euros(0),
            "card_brand": "visa",
            "card_last4": "4242",
            "decline_code": "",
            "detail": None,
            "client_secret": None,
        },
        "url": "https://etal.example/orders/01937b1d….kq2/",
    },
)
REFUND = OpenApiExample(
    "One pair goes back",
    response_only=True,
    value={
        "id": "01937b1e-5555-7c3e-8f57-0a6f0e1d2c3b",
        "order_id": "01937b1d-4444-7c3e-8f57-0a6f0e1d2c3b",
        "status": "requested",
        "amount": _euros(3400),
        "fee": _euros(170),
        "reason": "Too small",
        "failure": "",
        "parts": [
            {
                "kind": "line",
                "variant_id": "01937b1c-1111-7c3e-8f57-0a6f0e1d2c3b",
                "quantity": 1,
                "amount": _euros(3400),
                "tax": _euros(567),
                "fee": _euros(170),
                "restocked": True,
            }
        ],
        "created_at": "2026-12-05T09:00:00.123456Z",
    },
)
