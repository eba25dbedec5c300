"""A checkout session and a cart as ACP has them: words for what checkout.session_looks found."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import Any

from django.core.files.storage import default_storage
from django.urls import reverse
from django.utils.translation import gettext as _

from catalogue.models import Merchant
from checkout import session_handovers, session_pricing
from checkout.session_looks import Look
from checkout.session_standing import Standing
from checkout.session_views import LineView, OptionView, ParcelView
from protocols.acp import handlers, messages, order_documents, totals
from protocols.acp.versions import VERSION
from shopping.absolute import absolute

LOW_STOCK = 5
STATUSES = {
    Standing.BUSY: "complete_in_progress",
    Standing.ACTION: "requires_escalation",
    Standing.COMPLETED: "completed",
    Standing.CANCELLED: "canceled",
    Standing.EXPIRED: "expired",
}


def session(look: Look, *more: dict[str, Any]) -> dict[str, Any]:
    """The whole session; `more` are messages about the call that it answers."""
    row = look.session
    said: dict[str, Any] = {
        "id": str(row.public_id),
        "protocol": {"version": VERSION},
        "capabilities": handlers.capabilities(look.wanted.words.get("interventions", [])),
        "status": status(look),
        "currency": look.view.sums.currency.lower() or row.currency.lower(),
        "locale": look.wanted.language,
        **_lines(look),
        **_delivery(look),
        "totals": totals.of_session(look.view.sums),
        "messages": [*messages.of(look), *_asked_by_bank(look), *more],
        "links": _links(look),
        "created_at": row.created_at.isoformat(),
        "updated_at": row.updated_at.isoformat(),
        "expires_at": row.expires_at.isoformat(),
        "discounts": _discounts(look),
    }
    if not look.standing.is_closed:
        said["continue_url"] = session_handovers.page_of(row)
    if look.order is not None and look.standing is Standing.COMPLETED:
        said["order"] = order_documents.order(look.order, row)
    return said


def cart(look: Look) -> dict[str, Any]:
    """A cart of theirs: the same goods, with what they come to without a destination."""
    row = look.session
    return {
        "id": str(row.public_id),
        **_lines(look),
        "currency": look.view.sums.currency.lower() or row.currency.lower(),
        "totals": totals.of_session(look.view.sums),
        "messages": messages.of(look),
        "continue_url": session_handovers.page_of(row),
        "expires_at": row.expires_at.isoformat(),
    }


def status(look: Look) -> str:
    """How it stands, in ACP's words."""
    if look.standing is not Standing.OPEN:
        return STATUSES[look.standing]
    if messages.is_for_buyer(look):
        return "requires_escalation"
    return "ready_for_payment" if look.is_ready else "not_ready_for_payment"


def _lines(look: Look) -> dict[str, Any]:
    found: dict[str, Any] = {"line_items": [_line(each) for each in look.view.lines]}
    contact = look.wanted.contact
    if contact.email:
        said = {
            "email": contact.email,
            "first_name": contact.first_name,
            "last_name": contact.last_name,
            "full_name": contact.full_name,
            "phone_number": contact.phone,
        }
        found["buyer"] = {name: value for name, value in said.items() if value}
    return found


def _line(line: LineView) -> dict[str, Any]:
    said: dict[str, Any] = {
        "id": line.key,
        "item": {"id": line.item, "name": line.title, "unit_amount": line.unit_price},
        "quantity": line.quantity,
        "name": line.title,
        "unit_amount": line.unit_price,
        "totals": totals.of_line(line),
    }
    if line.image:
        said["images"] = [absolute(default_storage.url(line.image))]
    if line.left is not None:
        low = "low_stock" if line.left <= LOW_STOCK else "in_stock"
        said["availability_status"] = low if line.left else "out_of_stock"
        said["available_quantity"] = line.left
    return said


def _delivery(look: Look) -> dict[str, Any]:
    parcels = look.view.parcels
    alone = len(parcels) < 2

    def name(parcel: ParcelView, option: str) -> str:
        """Two shops may call their ways of delivery alike."""
        return option if alone else session_pricing.named(parcel.key, option)

    items = {line.key: line.item for line in look.view.lines}
    found: dict[str, Any] = {
        "fulfillment_options": [
            _option(option, parcel.shop, name=name(parcel, option.id))
            for parcel in parcels
            for option in parcel.options
        ],
        "selected_fulfillment_options": [
            {
                "type": "shipping",
                "option_id": name(parcel, parcel.chosen),
                "item_ids": [items[key] for key in parcel.lines],
            }
            for parcel in parcels
            if parcel.chosen
        ],
    }
    place = look.wanted.chosen
    if place is not None:
        to, contact = place.address, look.wanted.contact
        address = {
            "name": to.name,
            "line_one": to.line1,
            "city": to.city,
            "state": to.region,
            "country": to.country,
            "postal_code": to.postal_code,
        }
        details: dict[str, Any] = {
            "name": to.name,
            "phone_number": to.phone or contact.phone,
            "email": contact.email,
        }
        found["fulfillment_details"] = {name: value for name, value in details.items() if value} | {
            "address": address | ({"line_two": to.line2} if to.line2 else {})
        }
    return found


def _option(option: OptionView, shop: str, *, name: str) -> dict[str, Any]:
    return {
        "type": "shipping",
        "id": name,
        "title": option.name,
        "description": _("Sent by %(shop)s.") % {"shop": shop},
        "earliest_delivery_time": _moment(option.arrives_from),
        "latest_delivery_time": _moment(option.arrives_to, end=True),
        "totals": totals.of_option(option),
    }


def _moment(day: date, *, end: bool = False) -> str:
    at = time(23, 59, 59) if end else time()
    return datetime.combine(day, at, UTC).isoformat()


def _discounts(look: Look) -> dict[str, Any]:
    applied = []
    for place, each in enumerate(look.view.discounts):
        said: dict[str, Any] = {
            "id": f"discount_{place + 1}",
            "coupon": {"id": each.code or f"offer_{place + 1}", "name": each.title},
            "amount": each.amount,
            "automatic": not each.code,
            "allocations": [
                {
                    "path": "$.totals.fulfillment"
                    if share.line is None
                    else f"$.line_items[{share.line}]",
                    "amount": share.amount,
                }
                for share in each.shares
            ],
        }
        applied.append(said | ({"code": each.code} if each.code else {}))
    rejected = [
        {"code": each.code, "reason": messages.reason(each), "message": each.message}
        for each in look.refused
    ]
    return {"codes": list(look.wanted.codes), "applied": applied, "rejected": rejected}


def _asked_by_bank(look: Look) -> list[dict[str, Any]]:
    if look.standing is not Standing.ACTION:
        return []
    text = _(
        "Your bank wants you to confirm the payment on our page. Nothing is charged before that."
    )
    return [messages.error("requires_3ds", text, param="$.payment_data", by_buyer=True)]


def _links(look: Look) -> list[dict[str, Any]]:
    """The terms of each shop that sells in it."""
    variants = [line.variant for line in look.view.lines]
    shops = Merchant.objects.filter(products__variants__public_id__in=variants).distinct()
    return [
        {
            "type": "terms_of_use",
            "title": shop.name,
            "url": absolute(reverse("checkout:terms", args=[shop.public_id])),
        }
        for shop in shops.order_by("pk")
    ]
