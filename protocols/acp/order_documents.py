"""An order as ACP has it, whole each time: in a completed session and in the events about it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.files.storage import default_storage
from django.db.models import Prefetch

from checkout import session_handovers, sessions
from checkout.models import CheckoutSession, Order, OrderLine, Refund
from checkout.session_views import Sums
from fulfilment.models import FulfilmentOrder, Shipment, ShipmentLine, TrackingEvent
from protocols.acp import totals
from shopping.absolute import absolute

PARTS = FulfilmentOrder.Status
OF_PARCELS = {
    Shipment.Status.DISPATCHED: "shipped",
    Shipment.Status.IN_TRANSIT: "in_transit",
    Shipment.Status.OUT_FOR_DELIVERY: "out_for_delivery",
    Shipment.Status.READY_FOR_PICKUP: "ready_for_pickup",
    Shipment.Status.FAILED_ATTEMPT: "in_transit",
    Shipment.Status.EXCEPTION: "in_transit",
    Shipment.Status.DELIVERED: "delivered",
    Shipment.Status.RETURNED: "failed",
    Shipment.Status.LOST: "failed",
}
OF_EVENTS = OF_PARCELS | {
    Shipment.Status.FAILED_ATTEMPT: "failed_attempt",
    Shipment.Status.RETURNED: "returned_to_sender",
    Shipment.Status.LOST: "undeliverable",
}
OF_REFUNDS = {
    Refund.Status.REQUESTED: "pending",
    Refund.Status.SUCCEEDED: "completed",
    Refund.Status.FAILED: "failed",
}


def order(row: Order, session: CheckoutSession) -> dict[str, Any]:
    """All of it, as it stands now; some eight statements."""
    lines = list(row.lines.select_related("variant__product").order_by("id"))
    keys = {each.variant: each.key for each in sessions.wanted_of(session).lines}
    named = {
        each.pk: keys.get(each.variant.public_id, str(each.variant.public_id)) for each in lines
    }
    parts = _parts(row)
    refunds = list(Refund.objects.filter(payment__order=row).order_by("id"))
    return {
        "type": "order",
        "id": str(row.public_id),
        "checkout_session_id": str(session.public_id),
        "order_number": row.reference,
        "permalink_url": session_handovers.order_page_of(row),
        "status": _status(row, parts),
        "confirmation": {"confirmation_number": row.reference, "confirmation_email_sent": True},
        "line_items": [_line(each, named[each.pk]) for each in lines],
        "fulfillments": [_parcel(each, named) for part in parts for each in part.shipments.all()],
        "adjustments": [_refund(each, row) for each in refunds],
        "totals": _totals(row, refunds),
    }


def _parts(row: Order) -> list[FulfilmentOrder]:
    contents = Prefetch("lines", ShipmentLine.objects.all())
    way = Prefetch("tracking", TrackingEvent.objects.order_by("happened_at", "id"))
    parcels = Shipment.objects.prefetch_related(contents, way).order_by("id")
    found = FulfilmentOrder.objects.filter(order=row).order_by("id")
    return list(found.prefetch_related(Prefetch("shipments", parcels)))


def _status(row: Order, parts: list[FulfilmentOrder]) -> str:
    if row.status == Order.Status.CANCELLED:
        return "canceled"
    if row.status != Order.Status.PAID:
        return "created"
    found = {part.status for part in parts}
    if found and found <= {PARTS.CANCELLED}:
        return "canceled"
    left = found - {PARTS.CANCELLED}
    if left and left <= {PARTS.DELIVERED}:
        return "completed"
    if left and left <= {PARTS.SHIPPED, PARTS.OUT_FOR_DELIVERY, PARTS.DELIVERED}:
        return "shipped"
    return "processing" if left - {PARTS.OPEN} else "confirmed"


def _line(line: OrderLine, name: str) -> dict[str, Any]:
    current = line.quantity - line.refunded_quantity
    fulfilled = min(line.dispatched_quantity, current)
    said: dict[str, Any] = {
        "id": name,
        "title": line.title,
        "product_id": str(line.variant.product.public_id),
        "quantity": {"ordered": line.quantity, "current": current, "fulfilled": fulfilled},
        "unit_price": line.unit_price,
        "subtotal": line.total - line.discount,
        "status": _line_status(current, fulfilled),
    }
    return said | ({"image_url": absolute(default_storage.url(line.image))} if line.image else {})


def _line_status(current: int, fulfilled: int) -> str:
    if not current:
        return "removed"
    if fulfilled == current:
        return "fulfilled"
    return "partial" if fulfilled else "processing"


def _parcel(parcel: Shipment, named: Mapping[int, str]) -> dict[str, Any]:
    said: dict[str, Any] = {
        "id": str(parcel.public_id),
        "type": "shipping",
        "status": OF_PARCELS[Shipment.Status(parcel.status)],
        "line_items": [
            {"id": named[each.line_id], "quantity": each.quantity} for each in parcel.lines.all()
        ],
        "events": [_event(each) for each in parcel.tracking.all() if each.moves_to],
    }
    known = {
        "carrier": parcel.carrier,
        "tracking_number": parcel.tracking_number,
        "tracking_url": parcel.tracking_url,
    }
    return said | {name: value for name, value in known.items() if value}


def _event(event: TrackingEvent) -> dict[str, Any]:
    said = {
        "id": f"evt_{event.pk}",
        "type": OF_EVENTS.get(Shipment.Status(event.moves_to), "in_transit"),
        "occurred_at": event.happened_at.isoformat(),
    }
    words = {"description": event.description, "location": event.place}
    return said | {name: value for name, value in words.items() if value}


def _refund(refund: Refund, row: Order) -> dict[str, Any]:
    return {
        "id": str(refund.public_id),
        "type": "refund",
        "occurred_at": refund.created_at.isoformat(),
        "status": OF_REFUNDS[Refund.Status(refund.status)],
        "amount": refund.amount,
        "currency": row.currency.lower(),
    }


def _totals(row: Order, refunds: list[Refund]) -> list[dict[str, Any]]:
    sums = Sums(
        currency=row.currency,
        items=row.items_total,
        delivery=row.delivery_total,
        discount=row.discount_total,
        tax_added=row.tax_added,
        tax_included=row.tax_included,
        total=row.total,
    )
    given = sum(each.amount for each in refunds if each.status == Refund.Status.SUCCEEDED)
    return totals.of_session(sums) + ([totals.refunded(given)] if given else [])
