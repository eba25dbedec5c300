"""What webhooks say about a fulfilment order; docs/webhooks.md is its description."""

from __future__ import annotations

from typing import Any

from checkout.models import Order, OrderDelivery, OrderLine
from fulfilment.models import Return, Shipment
from fulfilment.parts import Part, left_of


def fulfilment_order(part: Part) -> dict[str, Any]:
    """The whole of one merchant's part, and nothing of another merchant's.

    Every message holds the full state, so a receiver needs no order among messages and no second
    request. Amounts are integers in minor units of `order.currency`.
    """
    return {
        "id": str(part.fulfilment_order.public_id),
        "status": part.fulfilment_order.status,
        "merchant": str(part.merchant.public_id),
        "order": _order(part.order),
        "lines": [_line(line) for line in part.lines],
        "delivery": _delivery(part.delivery) if part.delivery else None,
        "address": _address(part.order),
        "totals": {
            "items": part.items_total.amount,
            "delivery": part.delivery_total.amount,
            "discount": part.discount_total.amount,
            "tax_added": part.tax_added.amount,
            "tax_included": part.tax_included.amount,
            "total": part.total.amount,
        },
        "shipments": [_shipment(part, shipment) for shipment in part.shipments],
    }


def _order(order: Order) -> dict[str, Any]:
    return {
        "id": str(order.public_id),
        "number": order.number,
        "reference": order.reference,
        "currency": order.currency,
        "email": order.email,
        "locale": order.locale,
        "placed_at": order.placed_at.isoformat(),
        "paid_at": order.paid_at.isoformat() if order.paid_at else None,
    }


def _line(line: OrderLine) -> dict[str, Any]:
    return {
        "variant": str(line.variant.public_id),
        "sku": line.sku,
        "title": line.title,
        "options": line.option_values,
        "quantity": line.quantity,
        "to_send": left_of(line),
        "dispatched": line.dispatched_quantity,
        "unit_price": line.unit_price,
        "total": line.total,
        "discount": line.discount,
        "tax": line.tax,
        "tax_basis_points": line.tax_bps,
        "tax_is_included": line.tax_is_included,
        "post": str(line.post.public_id) if line.post else None,
    }


def _delivery(delivery: OrderDelivery) -> dict[str, Any]:
    return {
        "name": delivery.name,
        "amount": delivery.amount,
        "discount": delivery.discount,
        "tax": delivery.tax,
        "tax_basis_points": delivery.tax_bps,
        "tax_is_included": delivery.tax_is_included,
        "arrives_from": delivery.arrives_from.isoformat(),
        "arrives_to": delivery.arrives_to.isoformat(),
    }


def _address(order: Order) -> dict[str, str]:
    return {
        "name": order.name,
        "line1": order.line1,
        "line2": order.line2,
        "postal_code": order.postal_code,
        "city": order.city,
        "region": order.region,
        "country": order.country,
        "phone": order.phone,
    }


def _shipment(part: Part, shipment: Shipment) -> dict[str, Any]:
    return {
        "id": str(shipment.public_id),
        "status": shipment.status,
        "carrier": shipment.carrier,
        "tracking_number": shipment.tracking_number,
        "tracking_url": shipment.tracking_url,
        "dispatched_at": shipment.created_at.isoformat(),
        "lines": [
            {"variant": str(line.variant.public_id), "sku": line.sku, "quantity": pieces}
            for line, pieces in part.contents(shipment)
        ],
    }


def goods_return(row: Return, part: Part) -> dict[str, Any]:
    """A return with its lines; the whole part that it is of stands in the part's own messages."""
    lines = {line.pk: line for line in part.lines}
    refund = row.refund
    return {
        "id": str(row.public_id),
        "status": row.status,
        "merchant": str(part.merchant.public_id),
        "fulfilment_order": str(part.fulfilment_order.public_id),
        "order": _order(part.order),
        "lines": [
            {
                "variant": str(lines[each.line_id].variant.public_id),
                "sku": lines[each.line_id].sku,
                "title": lines[each.line_id].title,
                "quantity": each.quantity,
                "reason": each.reason,
                "received": each.received,
                "condition": each.condition or None,
            }
            for each in row.lines.all()
        ],
        "words": row.words,
        "answer": row.answer,
        "send_by": row.send_by.isoformat() if row.send_by else None,
        "refund": {"id": str(refund.public_id), "amount": refund.amount} if refund else None,
        "requested_at": row.created_at.isoformat(),
    }
