"""The parts of a refund in our rows: written with it, undone when it fails."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db.models import F

from accounts.models import User
from catalogue import stock
from catalogue.models import StockItem, StockMovement
from checkout.models import Order, OrderLine, Refund, RefundPart
from checkout.refund_previews import Share
from shopping import rows
from webhooks import events


def write(
    order: Order, refund: Refund, shares: Iterable[Share], *, actor: User | None
) -> list[RefundPart]:
    """Write a new refund's parts, count their pieces, and put back on the shelf what came back.

    In the caller's transaction, which holds the order's lock; locks stock rows in key order.
    """
    parts = [share.row() for share in shares]
    for part in parts:
        part.refund = refund
    rows.insert(parts)
    _count(parts, sign=1)
    _restock(order, parts, actor=actor)
    return parts


def undo(refund: Refund) -> None:
    """Its pieces were not given back after all; what is on the shelf stays there.

    In the caller's transaction, which holds the order's lock.
    """
    _count(refund.parts.all(), sign=-1)


def told(parts: Iterable[RefundPart]) -> list[dict[str, Any]]:
    """What history and webhooks say of parts; amounts in minor units."""
    return [
        {
            "kind": part.kind,
            "title": part.line.title if part.line else None,
            "sku": part.line.sku if part.line else None,
            "quantity": part.quantity,
            "amount": part.amount,
            "tax": part.tax,
            "fee": part.fee,
            "restocked": part.restocked,
        }
        for part in parts
    ]


def publish(type: str, order: Order, refund: Refund, taken: Mapping[int, tuple[int, int]]) -> None:
    """Tell each merchant of a refund what it takes from them, and of which parts.

    `taken`: a merchant's id → minor units that went back to the shopper, and our fee in them.
    """
    parts = list(refund.parts.select_related("line"))
    events.record_all(
        [
            events.Record(
                type=type,
                subject=str(order.public_id),
                merchant_id=merchant_id,
                payload={
                    "order": str(order.public_id),
                    "number": order.reference,
                    "currency": order.currency,
                    "refund": str(refund.public_id),
                    "status": refund.status,
                    "amount": amount,
                    "fee": fee,
                    "parts": told(part for part in parts if part.merchant_id == merchant_id),
                },
            )
            for merchant_id, (amount, fee) in taken.items()
        ]
    )


def _count(parts: Iterable[RefundPart], *, sign: int) -> None:
    for part in parts:
        if part.line_id is not None:
            OrderLine.objects.filter(pk=part.line_id).update(
                refunded_quantity=F("refunded_quantity") + sign * part.quantity
            )


def _restock(order: Order, parts: Sequence[RefundPart], *, actor: User | None) -> None:
    """Put on the shelf what is not there yet: what a refund put back that failed afterwards is.

    A variant whose stock is kept no longer has no shelf to go back to.
    """
    variants = {part.line.variant_id for part in parts if part.line and part.restocked}
    shelved = set(StockItem.objects.filter(pk__in=variants).values_list("pk", flat=True))
    given_back = RefundPart.objects.live().filter(
        line__order=order, line__variant__in=shelved, restocked=True
    )
    put_back = StockMovement.objects.filter(
        variant__in=shelved, reason=StockMovement.Reason.RESTOCK, reference=str(order.number)
    )
    pieces: Counter[int] = Counter()
    for variant, count in given_back.values_list("line__variant", "quantity"):
        pieces[variant] += count
    for variant, before, after in put_back.values_list("variant", "before", "after"):
        pieces[variant] -= after - before
    pieces = +pieces
    if pieces:
        stock.restock(pieces, reference=str(order.number), actor=actor)
