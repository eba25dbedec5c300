"""What the mails about an order are made of, in the language that is active."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import postal
from accounts.mails import Mail
from checkout import orders
from checkout.models import Order, OrderLine
from fulfilment.parts import Part, left_of
from shopping.templatetags.money import country, days, money


def bought(parts: Sequence[Part], *, with_sku: bool) -> list[dict[str, str]]:
    """The lines as both forms of a mail show them."""
    return [
        line_of(line, part.order, pieces=line.quantity, with_sku=with_sku)
        for part in parts
        for line in part.lines
    ]


def to_send(part: Part, *, with_sku: bool) -> list[dict[str, str]]:
    """The same, without what was refunded."""
    left = [(line, left_of(line)) for line in part.lines]
    return [
        line_of(line, part.order, pieces=pieces, with_sku=with_sku)
        for line, pieces in left
        if pieces
    ]


def line_of(line: OrderLine, order: Order, *, pieces: int, with_sku: bool) -> dict[str, str]:
    details = [
        line.options_text,
        _("quantity %(count)s") % {"count": pieces},
        line.sku if with_sku else "",
    ]
    return {
        "title": line.title,
        "details": ", ".join(filter(None, details)),
        "amount": money(line.unit_price * pieces, order.currency),
    }


def arrival(part: Part) -> str:
    if part.delivery is None:
        return ""
    return days(part.delivery.arrives_from, part.delivery.arrives_to)


def address(order: Order) -> list[str]:
    """Line by line, as its country writes it."""
    return postal.lines(order, country_name=country(order.country))


def mail(kind: str, *, reference: str, to: str, subject: str, context: dict[str, Any]) -> Mail:
    context = {**context, "subject": subject}
    return Mail(
        kind=kind,
        reference=reference,
        to=to,
        subject=subject,
        text=render_to_string(f"mails/{kind}.txt", context),
        html=render_to_string(f"mails/{kind}.html", context),
    )


def order_link(order: Order) -> str:
    """Works for whoever holds the mail: a guest has no other way in."""
    return settings.PUBLIC_URL + reverse("checkout:order", args=[orders.token(order)])


def admin_link(part: Part) -> str:
    page = reverse("admin:fulfilment_fulfilmentorder_change", args=[part.fulfilment_order.pk])
    return settings.PUBLIC_URL + page
