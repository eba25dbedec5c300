"""What its buyer may expect, and what happened: types/expectation.json, types/fulfillment_event.json."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from checkout import session_handovers
from checkout.models import Order, OrderLine
from fulfilment.models import FulfilmentOrder, Shipment
from protocols.ucp.orders import lines
from protocols.ucp.orders.lines import Names

Document = dict[str, Any]
PARCEL = Shipment.Status
# Words of the protocol for those of a parcel's steps that it has words for.
TYPES = {
    PARCEL.DISPATCHED: "shipped",
    PARCEL.RETURNED: "returned_to_sender",
    PARCEL.LOST: "undeliverable",
}


def expectations(order: Order, bought: Sequence[OrderLine], named: Names) -> list[Document]:
    """One for each shop's parcel, with the way that was chosen for it."""
    found = []
    for delivery in order.deliveries.select_related("merchant").order_by("id"):
        mine = [line for line in bought if line.merchant_id == delivery.merchant_id]
        counts = {line.pk: line.quantity for line in mine}
        found.append(
            {
                "id": str(delivery.merchant.public_id),
                "line_items": lines.pieces(named, counts),
                "method_type": "shipping",
                "destination": destination(order),
                "description": delivery.name,
                "fulfillable_on": "now",
            }
        )
    return found


def destination(order: Order) -> Document:
    """Where it goes: types/postal_address.json, without what is empty. What its buyer wrote on our own
    pages is not the platform's; it hears of the country alone."""
    if not session_handovers.is_by_session(order):
        return {"address_country": order.country}
    first, _space, last = order.name.partition(" ")
    said = {
        "first_name": first,
        "last_name": last,
        "street_address": order.line1,
        "extended_address": order.line2,
        "address_locality": order.city,
        "address_region": order.region,
        "address_country": order.country,
        "postal_code": order.postal_code,
        "phone_number": order.phone,
    }
    return {name: value for name, value in said.items() if value}


def events(order: Order, bought: Sequence[OrderLine], named: Names) -> list[Document]:
    """The steps of all parcels and what was cancelled, the oldest first; four statements."""
    parts = FulfilmentOrder.objects.filter(order=order)
    parts = parts.prefetch_related("shipments__lines", "shipments__history", "history")
    found: list[Document] = []
    for part in parts.order_by("id"):
        for parcel in part.shipments.all():
            found += _of_parcel(parcel, named)
        found += _cancelled(part, bought, named)
    return sorted(found, key=lambda event: event["occurred_at"])


def _of_parcel(parcel: Shipment, named: Names) -> Iterator[Document]:
    counts = {each.line_id: each.quantity for each in parcel.lines.all()}
    said = {"tracking_number": parcel.tracking_number, "tracking_url": parcel.tracking_url}
    said |= {"carrier": parcel.carrier}
    before = ""
    for place, step in enumerate(parcel.history.all()):
        # The correction of a number stands there too, and is no step.
        if step.status != before:
            yield {
                "id": f"{parcel.public_id}.{place}",
                "occurred_at": step.happened_at.isoformat(),
                "type": TYPES.get(PARCEL(step.status), step.status),
                "line_items": lines.pieces(named, counts),
                **{name: value for name, value in said.items() if value},
            }
        before = step.status


def _cancelled(
    part: FulfilmentOrder, bought: Sequence[OrderLine], named: Names
) -> Iterator[Document]:
    counts = {line.pk: line.quantity for line in bought if line.merchant_id == part.merchant_id}
    for step in part.history.all():
        if step.status == FulfilmentOrder.Status.CANCELLED:
            yield {
                "id": str(part.public_id),
                "occurred_at": step.created_at.isoformat(),
                "type": "canceled",
                "line_items": lines.pieces(named, counts),
            }
