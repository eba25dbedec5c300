"""One real call and one real answer of each kind, for the documentation."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiExample

VARIANT = "01937b1c-1111-7c3e-8f57-0a6f0e1d2c3b"
CART_ID = "01937b1c-7a51-7c3e-8f57-0a6f0e1d2c3b"


def asked(summary: str, value: dict[str, Any]) -> OpenApiExample:
    """A call's body."""
    return OpenApiExample(summary, request_only=True, value=value)


def answered(summary: str, value: dict[str, Any], *, status: int = 200) -> OpenApiExample:
    """An answer; one of 200 is one of 201 as well."""
    codes = ["200", "201"] if status == 200 else [str(status)]
    return OpenApiExample(summary, response_only=True, value=value, status_codes=codes)


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
    "variant_id": VARIANT,
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
CART = answered(
    "Two pairs, for France",
    {
        "id": CART_ID,
        "country": "FR",
        "lines": [
            {
                "variant_id": VARIANT,
                "product_id": LINE["product_id"],
                "post_id": None,
                "title": "Corniche flip-flops",
                "options": "Coral, 41",
                "image_url": "https://etal.example/media/products/corniche.webp",
                "shop": SHOP,
                "quantity": 2,
                "saved": False,
                "price": _euros(3400),
                "seen_price": _euros(3400),
                "available": 10,
                "state": "ready",
            }
        ],
        "totals": [
            {
                "currency": "EUR",
                "pieces": 2,
                "items": _euros(6800),
                "delivery": _euros(390),
                "discount": _euros(0),
                "total": _euros(7190),
                "problem": None,
            }
        ],
    },
)
NEW_CART = asked("For a guest in France", {"country": "FR"})
CART_CHANGE = asked("To Germany", {"country": "DE"})
NEW_LINE = asked("Two pairs", {"variant_id": VARIANT, "quantity": 2})
LINE_CHANGE = asked("Three pairs", {"quantity": 3})
QUOTE_ASKED = asked(
    "A cart to Rennes", {"cart_id": CART_ID, "country": "FR", "postal_code": "35000"}
)
QUOTE = answered(
    "A pair of flip-flops to Rennes",
    {
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
PAYMENT_SHOWN = {
    "status": "succeeded",
    "amount": _euros(3790),
    "captured": _euros(3790),
    "refunded": _euros(0),
    "card_brand": "visa",
    "card_last4": "4242",
    "decline_code": "",
    "detail": None,
    "client_secret": None,
}
PAYING = {"confirmation_token": "ctoken_1QfWq2Kb9mLxYz"}
NEW_PURCHASE = asked(
    "A guest's cart",
    {
        "cart_id": CART_ID,
        "seen_total": _euros(3790),
        "email": "mai@lefort.example",
        "address": {
            "country": "FR",
            "name": "Maï Lefort",
            "line1": "14 rue des Lices",
            "postal_code": "35000",
            "city": "Rennes",
        },
        "payment": PAYING,
    },
)
PAYING_AGAIN = asked("Another card", PAYING)
PAYMENT = answered("Paid", PAYMENT_SHOWN)
PURCHASE_SHOWN = {
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
    "payment": PAYMENT_SHOWN,
    "url": "https://etal.example/orders/01937b1d44447c3e8f570a6f0e1d2c3b.kq2/",
}
PURCHASE = answered("Paid", PURCHASE_SHOWN)
UNKNOWN = answered(
    "Not known yet",
    {
        **PURCHASE_SHOWN,
        "status": "awaiting_payment",
        "paid_at": None,
        "held_until": "2026-11-30T15:14:05.123456Z",
        "payment": {**PAYMENT_SHOWN, "status": "processing", "captured": _euros(0)},
    },
    status=202,
)
PART = {
    "kind": "line",
    "variant_id": VARIANT,
    "quantity": 1,
    "amount": _euros(3400),
    "tax": _euros(567),
    "fee": _euros(170),
    "restocked": True,
}
REFUND_ASKED = asked(
    "A pair that came back",
    {"lines": [{"variant_id": VARIANT, "quantity": 1, "restock": True}]},
)
PREVIEW = answered(
    "What is left is the delivery",
    {
        "amount": _euros(3400),
        "tax": _euros(567),
        "fee": _euros(170),
        "left": _euros(390),
        "parts": [PART],
    },
)
NEW_REFUND = asked(
    "A pair that came back",
    {
        "lines": [{"variant_id": VARIANT, "quantity": 1, "restock": True}],
        "amount": _euros(3400),
        "reason": "Too small",
    },
)
REFUND = answered(
    "One pair goes back",
    {
        "id": "01937b1e-5555-7c3e-8f57-0a6f0e1d2c3b",
        "order_id": "01937b1d-4444-7c3e-8f57-0a6f0e1d2c3b",
        "status": "requested",
        "amount": _euros(3400),
        "fee": _euros(170),
        "reason": "Too small",
        "failure": "",
        "parts": [PART],
        "created_at": "2026-12-05T09:00:00.123456Z",
    },
)
