"""What changed after the purchase, apart from parcels: money given back, goods sent back.

types/adjustment.json. Amounts and pieces are below zero.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from checkout.models import Order, Refund
from fulfilment.models import Return
from protocols.ucp.orders import lines, totals
from protocols.ucp.orders.lines import Names

Document = dict[str, Any]
REFUND = {
    Refund.Status.REQUESTED: "pending",
    Refund.Status.SUCCEEDED: "completed",
    Refund.Status.FAILED: "failed",
}
RETURN = {
    Return.Status.REQUESTED: "pending",
    Return.Status.APPROVED: "pending",
    Return.Status.RECEIVED: "completed",
    Return.Status.REFUNDED: "completed",
}


def of(order: Order, named: Names) -> list[Document]:
    """The oldest first; four statements."""
    found = [*_refunds(order, named), *_returns(order, named)]
    return sorted(found, key=lambda each: each["occurred_at"])


def _refunds(order: Order, named: Names) -> Iterator[Document]:
    made = Refund.objects.filter(payment__order=order).prefetch_related("parts").order_by("id")
    for refund in made:
        counts = {part.line_id: -part.quantity for part in refund.parts.all() if part.line_id}
        document = {
            "id": str(refund.public_id),
            "type": "refund",
            "occurred_at": refund.created_at.isoformat(),
            "status": REFUND[Refund.Status(refund.status)],
            "totals": totals.given_back(refund.amount),
        }
        yield document | _pieces(named, counts)


def _returns(order: Order, named: Names) -> Iterator[Document]:
    asked = Return.objects.filter(fulfilment_order__order=order).prefetch_related("lines")
    for row in asked.order_by("id"):
        counts = {each.line_id: -each.quantity for each in row.lines.all()}
        document = {
            "id": str(row.public_id),
            "type": "return",
            "occurred_at": row.created_at.isoformat(),
            # Refused, withdrawn or never sent: nothing comes back.
            "status": RETURN.get(Return.Status(row.status), "failed"),
        }
        yield document | _pieces(named, counts)


def _pieces(named: Names, counts: dict[int, int]) -> Document:
    found = lines.pieces(named, counts)
    return {"line_items": found} if found else {}
