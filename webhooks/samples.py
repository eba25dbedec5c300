"""What the events of each type hold, by example: docs/webhooks.md shows the same. Nothing in it exists."""

from __future__ import annotations

from copy import deepcopy
from typing import Any
from uuid import uuid4

AT = "2025-06-10T09:41:00.000000+00:00"
ORDER = {
    "id": "",
    "number": 20418,
    "reference": "É-20418",
    "currency": "EUR",
    "email": "mai@lefort.example",
    "locale": "fr",
    "placed_at": AT,
    "paid_at": AT,
}
LINE = {
    "variant": "",
    "sku": "FLIP-42",
    "title": "Corniche flip-flops",
    "options": ["Coral", "42"],
    "quantity": 1,
    "to_send": 1,
    "dispatched": 0,
    "unit_price": 3400,
    "total": 3400,
    "discount": 0,
    "tax": 567,
    "tax_basis_points": 2000,
    "tax_is_included": True,
    "post": None,
}
PART = {
    "id": "",
    "status": "open",
    "merchant": "",
    "order": ORDER,
    "lines": [LINE],
    "delivery": {
        "name": "Home",
        "amount": 390,
        "discount": 0,
        "tax": 65,
        "tax_basis_points": 2000,
        "tax_is_included": True,
        "arrives_from": "2025-06-12",
        "arrives_to": "2025-06-13",
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
    "totals": {
        "items": 3400,
        "delivery": 390,
        "discount": 0,
        "tax_added": 0,
        "tax_included": 632,
        "total": 3790,
    },
    "shipments": [],
}
PARCEL = {
    "id": "",
    "status": "dispatched",
    "carrier": "Colissimo",
    "tracking_number": "6A 1849 2207",
    "tracking_url": "https://www.laposte.fr/outils/suivre-vos-envois?code=6A18492207",
    "dispatched_at": AT,
    "lines": [{"variant": "", "sku": "FLIP-42", "quantity": 1}],
}
SENT = {**PART, "shipments": [PARCEL]}
RETURN = {
    "id": "",
    "status": "requested",
    "merchant": "",
    "fulfilment_order": "",
    "order": ORDER,
    "lines": [
        {
            "variant": "",
            "sku": "FLIP-42",
            "title": "Corniche flip-flops",
            "quantity": 1,
            "reason": "does_not_fit",
            "received": None,
            "condition": None,
        }
    ],
    "words": "Too small",
    "answer": "",
    "send_by": None,
    "refund": None,
    "requested_at": AT,
}
HEAD = {"order": "", "number": "É-20418", "currency": "EUR"}
OWN = {
    **HEAD,
    "status": "paid",
    "lines": [
        {
            "title": "Corniche flip-flops",
            "options": ["Coral", "42"],
            "sku": "FLIP-42",
            "quantity": 1,
            "unit_price": 3400,
            "total": 3400,
        }
    ],
}
REFUND = {
    **HEAD,
    "refund": "",
    "status": "succeeded",
    "amount": 3400,
    "fee": 170,
    "parts": [
        {
            "kind": "line",
            "title": "Corniche flip-flops",
            "sku": "FLIP-42",
            "quantity": 1,
            "amount": 3400,
            "tax": 567,
            "fee": 170,
            "restocked": False,
        }
    ],
}
DISPUTE = {
    **HEAD,
    "dispute": "",
    "status": "needs_response",
    "reason": "fraudulent",
    "amount": 3790,
    "due_by": AT,
}
PRODUCT = {
    "product": "",
    "external_id": "",
    "title": "Corniche flip-flops",
    "status": "active",
    "currency": "EUR",
    "on_sale_from": None,
    "on_sale_until": None,
    "variants": [
        {
            "variant": "",
            "sku": "FLIP-42",
            "options": {"Colour": "Coral", "Size": "42"},
            "price": 3400,
            "compare_at_price": None,
            "active": True,
        }
    ],
}
PAYMENT = {"payment": "", "attempt": 1, "amount": 3790, "currency": "EUR"}
PAYLOADS: dict[str, dict[str, Any]] = {
    "fulfilment_order.cancelled": {**PART, "status": "cancelled"},
    "fulfilment_order.delivered": {**SENT, "status": "delivered"},
    "fulfilment_order.opened": PART,
    "fulfilment_order.out_for_delivery": {**SENT, "status": "out_for_delivery"},
    "fulfilment_order.packed": {**PART, "status": "packed"},
    "order.cancelled": {**OWN, "status": "cancelled"},
    "order.disputed": DISPUTE,
    "order.paid": OWN,
    "order.placed": {**OWN, "status": "awaiting_payment"},
    "order.refund_failed": {**REFUND, "status": "failed"},
    "order.refunded": REFUND,
    "payment.failed": {**PAYMENT, "decline_code": "generic_decline"},
    "payment.refunded": {"refund": "", "amount": 3400, "currency": "EUR"},
    "product.created": PRODUCT,
    "product.updated": {**PRODUCT, "changes": {"title": ["Flip-flops", "Corniche flip-flops"]}},
    "return.approved": {**RETURN, "status": "approved", "send_by": "2025-07-01"},
    "return.expired": {**RETURN, "status": "expired", "send_by": "2025-07-01"},
    "return.received": {**RETURN, "status": "received", "send_by": "2025-07-01"},
    "return.refunded": {**RETURN, "status": "refunded", "send_by": "2025-07-01"},
    "return.refused": {**RETURN, "status": "refused", "answer": "It was worn."},
    "return.requested": RETURN,
    "return.withdrawn": {**RETURN, "status": "withdrawn"},
    "shipment.created": {**SENT, "status": "shipped", "shipment": ""},
    "shipment.updated": {**SENT, "status": "out_for_delivery", "shipment": ""},
    "stock.changed": {"variant": "", "sku": "FLIP-42", "available": 7},
}
# What an event is about, the first of these that its payload has at its top.
SUBJECTS = ("id", "order", "product", "variant", "payment", "refund")


def payload(type: str, *, merchant: str) -> dict[str, Any]:
    """An event's data as docs/webhooks.md describes it, for the shop with that public id; whatever else
    is named by an id is new, and does not exist."""
    filled: dict[str, Any] = _filled(deepcopy(PAYLOADS[type]))
    return {**filled, "merchant": merchant} if "merchant" in filled else filled


def subject(payload: dict[str, Any]) -> str:
    """The public id of what an event with that payload is about."""
    return str(next(payload[name] for name in SUBJECTS if name in payload))


# Texts that are empty where nothing was said, and not for want of an id.
WORDS = frozenset({"line2", "region", "phone", "answer", "external_id", "tracking_url"})


def _filled(value: Any, name: str = "") -> Any:
    """`value` with an id wherever one is left out."""
    if isinstance(value, dict):
        return {key: _filled(inner, key) for key, inner in value.items()}
    if isinstance(value, list):
        return [_filled(inner, name) for inner in value]
    return str(uuid4()) if value == "" and name not in WORDS else value
