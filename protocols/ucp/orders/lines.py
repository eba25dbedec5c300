"""What was bought, and how much of it still counts: types/order_line_item.json."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core.files.storage import default_storage

from checkout import sessions
from checkout.models import CheckoutSession, Order, OrderLine
from protocols import catalogue_ids
from protocols.ucp.orders import totals
from shopping.absolute import absolute


@dataclass(frozen=True, slots=True)
class Names:
    """What a platform calls the lines of an order, and the goods in them: as it did in its session."""

    lines: Mapping[int, str]
    items: Mapping[int, str]


def names(session: CheckoutSession, lines: Sequence[OrderLine]) -> Names:
    """By primary key of the line; what the session did not know goes by its catalogue's id."""
    known = {each.variant: each for each in sessions.wanted_of(session).lines}
    of_variants = catalogue_ids.of_variants(line.variant for line in lines)

    def key(variant: UUID) -> str:
        return known[variant].key if variant in known else str(variant)

    def item(line: OrderLine) -> str:
        found = known.get(line.variant.public_id)
        return found.item if found else of_variants[line.variant_id]

    return Names(
        lines={line.pk: key(line.variant.public_id) for line in lines},
        items={line.pk: item(line) for line in lines},
    )


def document(order: Order, line: OrderLine, named: Names) -> dict[str, Any]:
    counting = left(order, line)
    fulfilled = min(line.dispatched_quantity, counting)
    item = {"id": named.items[line.pk], "title": line.title, "price": line.unit_price}
    if line.image:
        item["image_url"] = absolute(default_storage.url(line.image))
    return {
        "id": named.lines[line.pk],
        "item": item,
        "quantity": {"original": line.quantity, "total": counting, "fulfilled": fulfilled},
        "totals": totals.of_line(line),
        "status": _status(counting, fulfilled),
    }


def left(order: Order, line: OrderLine) -> int:
    """The pieces that were not given back, or are not about to be."""
    if order.status == Order.Status.CANCELLED:
        return 0
    return line.quantity - line.refunded_quantity


def pieces(named: Names, counts: Mapping[int, int]) -> list[dict[str, Any]]:
    """Some pieces of lines, by their primary keys, as they are referred to."""
    known = ((named.lines[pk], count) for pk, count in counts.items() if pk in named.lines)
    return [{"id": name, "quantity": count} for name, count in known if count]


def _status(counting: int, fulfilled: int) -> str:
    if not counting:
        return "removed"
    if fulfilled == counting:
        return "fulfilled"
    return "partial" if fulfilled else "processing"
