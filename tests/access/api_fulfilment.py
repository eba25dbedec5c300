from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.access.api import row
from tests.shops import Cast

PARTS = "api/v1/fulfilment-orders/"
PART = f"{PARTS}<uuid:public_id>/"
SHIPMENT = "api/v1/shipments/<uuid:public_id>/"
RETURN = "api/v1/returns/<uuid:public_id>/"
INVOICE = "api/v1/invoices/<uuid:public_id>/"
KEY = (("Idempotency-Key", "once"),)
EURO = {"amount": 1, "currency": "EUR"}


def part(step: str = "") -> Callable[[Cast], str]:
    return lambda world: (
        f"/api/v1/fulfilment-orders/{world.plage.fulfilment_order.public_id}/{step}"
    )


def shipment(step: str = "") -> Callable[[Cast], str]:
    return lambda world: f"/api/v1/shipments/{world.plage.parcel.public_id}/{step}"


def returned(step: str = "") -> Callable[[Cast], str]:
    return lambda world: f"/api/v1/returns/{world.rows['return'].public_id}/{step}"


def invoice(step: str = "") -> Callable[[Cast], str]:
    return lambda world: f"/api/v1/invoices/{world.rows['invoice'].public_id}/{step}"


def handed_over(world: Cast) -> dict[str, Any]:
    """A call that answers each of its items by itself: a foreign one is refused in it."""
    part_id = str(world.plage.fulfilment_order.public_id)
    return {"items": [{"fulfilment_order_id": part_id, "carrier": "DHL"}]}


def counted(world: Cast) -> dict[str, Any]:
    return {"lines": [{"variant_id": str(world.plage.variant.public_id), "received": 1}]}


def report(world: Cast) -> dict[str, str]:
    return {"status": "note", "happened_at": "2026-01-12T08:00:00Z"}


def money(world: Cast) -> dict[str, Any]:
    return {"amount": EURO}


def parcel(world: Cast) -> dict[str, str]:
    return {"carrier": "DHL", "tracking_number": "A1"}


ROWS = [
    row(PARTS, "GET", 200, 200),
    row(f"{PARTS}bulk/dispatch/", "POST", 200, 200, body=handed_over),
    row(PART, "GET", 200, 404, path=part()),
    row(f"{PART}pack/", "POST", 200, 404, path=part("pack/")),
    row(f"{PART}shipments/", "POST", 201, 404, path=part("shipments/"), body=parcel),
    # Nothing of it has left yet.
    row(f"{PART}out-for-delivery/", "POST", 409, 404, path=part("out-for-delivery/")),
    row(f"{PART}deliver/", "POST", 409, 404, path=part("deliver/")),
    row(f"{PART}cancellation/", "GET", 200, 404, path=part("cancellation/")),
    # Another amount than a euro goes back.
    row(
        f"{PART}cancellation/",
        "POST",
        409,
        404,
        path=part("cancellation/"),
        body=money,
        headers=KEY,
    ),
    row(f"{PART}packing-slip/", "GET", 200, 404, path=part("packing-slip/")),
    row(f"{PART}label/", "GET", 200, 404, path=part("label/")),
    row("api/v1/shipments/", "GET", 200, 200),
    row(SHIPMENT, "GET", 200, 404, path=shipment()),
    row(SHIPMENT, "PATCH", 200, 404, path=shipment(), body=lambda world: {"carrier": "Colissimo"}),
    row(f"{SHIPMENT}tracking/", "GET", 200, 404, path=shipment("tracking/")),
    row(f"{SHIPMENT}tracking/", "POST", 201, 404, path=shipment("tracking/"), body=report),
    row("api/v1/returns/", "GET", 200, 200),
    row(RETURN, "GET", 200, 404, path=returned()),
    row(f"{RETURN}approve/", "POST", 200, 404, path=returned("approve/"), body=lambda world: {}),
    row(
        f"{RETURN}refuse/",
        "POST",
        200,
        404,
        path=returned("refuse/"),
        body=lambda world: {"answer": "It was worn."},
    ),
    # It was not approved, and nothing came.
    row(f"{RETURN}receive/", "POST", 409, 404, path=returned("receive/"), body=counted),
    row(f"{RETURN}refund/", "GET", 200, 404, path=returned("refund/")),
    row(
        f"{RETURN}refund/",
        "POST",
        409,
        404,
        path=returned("refund/"),
        body=money,
        headers=KEY,
    ),
    row(f"{RETURN}settle/", "POST", 409, 404, path=returned("settle/")),
    row("api/v1/invoices/", "GET", 200, 200),
    row(INVOICE, "GET", 200, 404, path=invoice()),
    row(f"{INVOICE}pdf/", "GET", 200, 404, path=invoice("pdf/")),
]
