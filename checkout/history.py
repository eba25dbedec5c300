"""What is told of an order: its history for support, its events for whoever subscribed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from accounts.models import User
from checkout.models import Order, OrderEvent, OrderLine
from shopping import rows
from webhooks import events


def note(
    order: Order, type: str, data: Mapping[str, Any] | None = None, *, actor: User | None = None
) -> None:
    """Append a row to the order's history, in the caller's transaction."""
    note_for(order.pk, type, data, actor=actor)


def note_for(
    order_pk: int, type: str, data: Mapping[str, Any] | None = None, *, actor: User | None = None
) -> None:
    """As `note`, for an order that is not loaded."""
    rows.insert([OrderEvent(order_id=order_pk, type=type, data=dict(data or {}), actor=actor)])


def publish(type: str, order: Order, lines: Sequence[OrderLine]) -> None:
    """Tell the log of events, one event a merchant, each with that merchant's lines alone."""
    parts: dict[int, list[dict[str, Any]]] = {}
    for line in lines:
        parts.setdefault(line.merchant_id, []).append(
            {
                "title": line.title,
                "options": line.option_values,
                "sku": line.sku,
                "quantity": line.quantity,
                "unit_price": line.unit_price,
                "total": line.total,
            }
        )
    subject = str(order.public_id)
    head = {
        "order": subject,
        "number": order.reference,
        "status": order.status,
        "currency": order.currency,
    }
    events.record_all(
        [
            events.Record(
                type=type, subject=subject, merchant_id=merchant_id, payload={**head, "lines": part}
            )
            for merchant_id, part in parts.items()
        ]
    )
