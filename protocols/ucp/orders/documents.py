"""The whole of an order, as it is now: order.json. The same when it is asked for and when it is told."""

from __future__ import annotations

from typing import Any

from checkout import session_handovers
from checkout.models import CheckoutSession, Order, OrderLine
from protocols.ucp.orders import adjustments, fulfilment, lines, totals


def order(row: Order, session: CheckoutSession) -> dict[str, Any]:
    """`row` for the platform that opened `session`, without the member `ucp`."""
    found = OrderLine.objects.filter(order=row).select_related("variant", "merchant")
    bought = list(found.order_by("id"))
    named = lines.names(session, bought)
    expected = fulfilment.expectations(row, bought, named)
    return {
        "id": str(row.public_id),
        "label": row.reference,
        "checkout_id": str(session.public_id),
        "permalink_url": session_handovers.order_page_of(row),
        "currency": row.currency,
        "line_items": [lines.document(row, line, named) for line in bought],
        "fulfillment": {
            "expectations": expected,
            "events": fulfilment.events(row, bought, named),
        },
        "adjustments": adjustments.of(row, named),
        "totals": totals.of_order(row, bought, is_sent=bool(expected)),
    }
