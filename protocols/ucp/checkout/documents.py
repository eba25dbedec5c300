"""A session and a cart as documents of UCP: shopping/checkout.json and cart.json with their extensions."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.urls import reverse

from catalogue.models import Merchant
from checkout import session_handovers
from checkout.api.shapes import image_url
from checkout.models import Order
from checkout.session_looks import Look
from checkout.session_standing import Standing
from checkout.session_views import DiscountView, LineView
from protocols.ucp import capabilities
from protocols.ucp.checkout import fulfilments, messages, totals

Document = dict[str, Any]
STATUS = {
    Standing.BUSY: "complete_in_progress",
    Standing.ACTION: "requires_escalation",
    Standing.COMPLETED: "completed",
    Standing.CANCELLED: "canceled",
    Standing.EXPIRED: "canceled",
}


def session(look: Look, active: frozenset[str], *, told: list[Document] | None = None) -> Document:
    """The checkout that `look` sees, with the extensions that are `active`. `told` is what has to be
    said besides, before the rest."""
    said = [*(told or []), *messages.of(look, can_ship=capabilities.FULFILLMENT in active)]
    status = _status(look, said)
    words = look.wanted.words
    document = {
        **_shared(look, said, active),
        "status": status,
        "payment": {"instruments": words.get("instruments", [])},
    }
    if capabilities.FULFILLMENT in active:
        method = words.get("method", fulfilments.METHOD)
        document["fulfillment"] = fulfilments.document(look, method=method)
    if look.order is not None and look.standing is Standing.COMPLETED:
        document["order"] = _order(look.order)
    if not look.standing.is_closed:
        document["continue_url"] = session_handovers.page_of(look.session)
    return document


def cart(look: Look, active: frozenset[str]) -> Document:
    """The cart that `look` sees."""
    said = messages.of(look, can_ship=True)
    return {
        **_shared(look, said, active),
        "continue_url": session_handovers.page_of(look.session),
    }


def _shared(look: Look, said: list[Document], active: frozenset[str]) -> Document:
    words = look.wanted.words
    document: Document = {
        "id": str(look.session.public_id),
        "line_items": [_line(each) for each in look.view.lines],
        "currency": look.view.sums.currency,
        "totals": totals.of(look.view),
        "links": _links(look),
        "messages": said,
        "expires_at": look.session.expires_at.isoformat(timespec="seconds").replace("+00:00", "Z"),
    }
    for name in ("buyer", "context"):
        if words.get(name):
            document[name] = words[name]
    if capabilities.DISCOUNT in active:
        applied = [_discount(each, place) for place, each in enumerate(look.view.discounts, 1)]
        document["discounts"] = {"codes": list(look.wanted.codes), "applied": applied}
    return document


def _status(look: Look, said: list[Document]) -> str:
    if look.standing is not Standing.OPEN:
        return STATUS[look.standing]
    if messages.needs_buyer(said):
        return "requires_escalation"
    return "ready_for_complete" if look.is_ready else "incomplete"


def _line(line: LineView) -> Document:
    item: Document = {"id": line.item, "title": line.title, "price": line.unit_price}
    picture = image_url(line.image)
    return {
        "id": line.key,
        "item": item | ({"image_url": picture} if picture else {}),
        "quantity": line.quantity,
        "totals": totals.of_part(line.total, -line.discount, kind=totals.ITEMS_DISCOUNT),
    }


def _discount(discount: DiscountView, place: int) -> Document:
    said: Document = {"title": discount.title, "amount": discount.amount, "priority": place}
    if discount.code:
        said["code"] = discount.code
    else:
        said["automatic"] = True
    if discount.shares:
        said["allocations"] = [
            {"path": _target(share.line), "amount": share.amount} for share in discount.shares
        ]
    return said


def _target(line: int | None) -> str:
    return "$.totals.shipping" if line is None else f"$.line_items[{line}]"


def _links(look: Look) -> list[Document]:
    """The terms of each shop that sells."""
    variants = [line.variant for line in look.view.lines]
    shops = Merchant.objects.filter(variants__public_id__in=variants).distinct().order_by("id")
    return [
        {
            "type": "terms_of_service",
            "url": settings.PUBLIC_URL + reverse("checkout:terms", args=[shop.public_id]),
            "title": f"Terms of {shop.name}",
        }
        for shop in shops
    ]


def _order(order: Order) -> Document:
    return {
        "id": str(order.public_id),
        "label": order.reference,
        "permalink_url": session_handovers.order_page_of(order),
    }
