"""One real answer, for the documentation."""

from __future__ import annotations

from checkout.api.examples import ADDRESS, DELIVERY, ORDERED, answered

ORDER = answered(
    "A pair of flip-flops, paid and to be sent",
    {
        "id": "01937b1d-4444-7c3e-8f57-0a6f0e1d2c3b",
        "number": "É-20418",
        "status": "paid",
        "placed_at": "2026-11-30T15:04:05.123456Z",
        "paid_at": "2026-11-30T15:04:06.234567Z",
        "cancelled_at": None,
        "held_until": None,
        "currency": "EUR",
        "lines": [ORDERED],
        "delivery": DELIVERY,
        "discounts": [],
        "total": {"amount": 3790, "currency": "EUR"},
        "customer": {
            "name": "Maï Lefort",
            "email": "mai@lefort.example",
            "address": ADDRESS,
        },
        "note": "",
        "fulfilment_order": {"id": "01937b1d-6666-7c3e-8f57-0a6f0e1d2c3b", "status": "open"},
    },
)
