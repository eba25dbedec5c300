"""Real answers, for the documentation."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiExample

EXAMPLE_VARIANT = "01937b1d-1111-7c3e-8f57-0a6f0e1d2c3b"
EXAMPLE_SHIPMENT: dict[str, Any] = {
    "id": "01937b1d-5555-7c3e-8f57-0a6f0e1d2c3b",
    "fulfilment_order_id": "01937b1d-4444-7c3e-8f57-0a6f0e1d2c3b",
    "status": "dispatched",
    "carrier": "Colissimo",
    "tracking_number": "6A12345678901",
    "tracking_url": "https://www.laposte.fr/outils/suivre-vos-envois?code=6A12345678901",
    "lines": [
        {
            "variant_id": EXAMPLE_VARIANT,
            "sku": "FLIP-41",
            "title": "Flip-flops",
            "quantity": 1,
        }
    ],
    "moved_at": None,
    "dispatched_at": "2026-11-30T15:20:00.123456Z",
}
EXAMPLE_INVOICE: dict[str, Any] = {
    "id": "01937b1d-6666-7c3e-8f57-0a6f0e1d2c3b",
    "kind": "invoice",
    "number": "2026-00042",
    "order_number": "É-20418",
    "fulfilment_order_id": "01937b1d-4444-7c3e-8f57-0a6f0e1d2c3b",
    "total": {"amount": 7370, "currency": "EUR"},
    "issued_at": "2026-11-30T15:04:06.234567Z",
    "pdf": "https://etal.example/api/v1/invoices/01937b1d-6666-7c3e-8f57-0a6f0e1d2c3b/pdf/",
}
EXAMPLE_PART: dict[str, Any] = {
    "id": "01937b1d-4444-7c3e-8f57-0a6f0e1d2c3b",
    "order_id": "01937b1d-3333-7c3e-8f57-0a6f0e1d2c3b",
    "number": "É-20418",
    "status": "partly_shipped",
    "leaves_by": "2026-11-30T23:00:00Z",
    "lines": [
        {
            "variant_id": EXAMPLE_VARIANT,
            "sku": "FLIP-41",
            "title": "Flip-flops",
            "options": ["41"],
            "quantity": 2,
            "to_send": 1,
            "dispatched": 1,
            "refunded": 0,
            "unit_price": {"amount": 3490, "currency": "EUR"},
            "discount": {"amount": 0, "currency": "EUR"},
        }
    ],
    "delivery": {
        "name": "Home",
        "amount": {"amount": 390, "currency": "EUR"},
        "arrives_from": "2026-12-02",
        "arrives_to": "2026-12-04",
    },
    "address": {
        "name": "Maï Lefort",
        "line1": "14 rue des Lices",
        "line2": "",
        "postal_code": "35000",
        "city": "Rennes",
        "region": "",
        "country": "FR",
        "phone": "",
    },
    "email": "mai@lefort.example",
    "locale": "fr",
    "note": "",
    "shipments": [EXAMPLE_SHIPMENT],
    "invoices": [EXAMPLE_INVOICE],
    "packing_slip": "https://etal.example/api/v1/fulfilment-orders/"
    "01937b1d-4444-7c3e-8f57-0a6f0e1d2c3b/packing-slip/",
    "label": "https://etal.example/api/v1/fulfilment-orders/"
    "01937b1d-4444-7c3e-8f57-0a6f0e1d2c3b/label/",
    "placed_at": "2026-11-30T15:04:05.123456Z",
    "paid_at": "2026-11-30T15:04:06.234567Z",
    "created_at": "2026-11-30T15:04:06.345678Z",
    "updated_at": "2026-11-30T15:20:00.123456Z",
}
EXAMPLE_CANCELLATION: dict[str, Any] = {
    "possible": True,
    "amount": {"amount": 3490, "currency": "EUR"},
    "lines": EXAMPLE_SHIPMENT["lines"],
}
EXAMPLE_TRACKING: dict[str, Any] = {
    "id": "scan-4711",
    "status": "in_transit",
    "moves_to": "in_transit",
    "description": "Sorted",
    "place": "Rennes",
    "happened_at": "2026-11-30T21:10:00Z",
    "reported_at": "2026-11-30T21:12:31.123456Z",
}
PART = OpenApiExample("A pair, one of it sent", value=EXAMPLE_PART, response_only=True)
SHIPMENT = OpenApiExample("A parcel", value=EXAMPLE_SHIPMENT, response_only=True)
INVOICE = OpenApiExample("An invoice", value=EXAMPLE_INVOICE, response_only=True)
