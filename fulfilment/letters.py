"""The mails about an order, in their reader's language."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts import postal
from accounts.mails import Mail
from checkout import brands, declines, orders, refund_mails
from checkout.models import Order, OrderEvent, OrderLine, Payment, Refund
from fulfilment.models import ShopMessage
from fulfilment.parts import Part, left_of
from shopping.templatetags.money import country, days, money

UNPAID = "unpaid"


def receipt(order: Order, parts: Sequence[Part], *, payment: Payment | None) -> Mail:
    """To the shopper, once the order is paid: what, how much, when, and where to follow it."""
    with translation.override(order.locale):
        return _mail(
            "receipt",
            reference=str(order.public_id),
            to=order.email,
            subject=_("Your order %(reference)s is paid") % {"reference": order.reference},
            context={
                "title": _("Thank you, %(name)s. It’s yours.") % {"name": order.name.split(" ")[0]},
                "order": order,
                "promises": _promises(parts),
                "lines": _bought(parts, with_sku=False),
                "sums": _receipt_sums(order, payment),
                "total": money(order.total, order.currency),
                "address": _address(order),
                "merchants": [part.merchant for part in parts],
                "link": _order_link(order),
            },
        )


def new_order(part: Part) -> Mail:
    """To the merchant: what to send, and where."""
    with translation.override(part.merchant.account.locale):
        subject = ngettext(
            "Order %(reference)s: %(count)s piece to send",
            "Order %(reference)s: %(count)s pieces to send",
            part.pieces,
        )
        return _mail(
            "new_order",
            reference=str(part.fulfilment_order.public_id),
            to=part.merchant.email,
            subject=subject % {"reference": part.order.reference, "count": part.pieces},
            context={
                "title": _("Order %(reference)s is paid") % {"reference": part.order.reference},
                "order": part.order,
                "part": part,
                "arrival": _arrival(part),
                "lines": _to_send(part, with_sku=True),
                "total": money(part.total),
                "address": _address(part.order),
                "link": _admin_link(part),
            },
        )


def shipped(part: Part) -> Mail:
    """To the shopper: a parcel is with its carrier."""
    order, shipment = part.order, part.shipment
    with translation.override(order.locale):
        return _mail(
            "shipped",
            reference=str(shipment.public_id if shipment else part.fulfilment_order.public_id),
            to=order.email,
            subject=_("%(merchant)s sent your order %(reference)s")
            % {"merchant": part.merchant.name, "reference": order.reference},
            context={
                "title": _("It’s on its way"),
                "part": part,
                "arrival": _arrival(part),
                "lines": _to_send(part, with_sku=False),
                "address": _address(order),
                "link": _order_link(order),
            },
        )


def cancelled(order: Order, parts: Sequence[Part], *, refund: Refund | None) -> Mail:
    """To the shopper: what they cancelled, and what comes back of the money; no other mail says so
    of `refund`."""
    with translation.override(order.locale):
        return _mail(
            refund_mails.CANCELLED,
            reference=str((refund or parts[0].fulfilment_order).public_id),
            to=order.email,
            subject=_("Order %(reference)s: cancelled as you asked")
            % {"reference": order.reference},
            context={
                "title": _("Cancelled, and nothing will be sent"),
                "lines": _bought(parts, with_sku=False),
                "total": money(refund.amount if refund else 0, order.currency),
                "link": _order_link(order),
            },
        )


def cancelled_by_shop(order: Order, parts: Sequence[Part], *, refund: Refund | None) -> Mail:
    """To the shopper: what the shop does not send, and what comes back of the money; no other mail
    says so of `refund`."""
    shop = parts[0].merchant
    with translation.override(order.locale):
        words = {"merchant": shop.name, "reference": order.reference}
        said = _mail(
            refund_mails.CANCELLED,
            reference=str((refund or parts[0].fulfilment_order).public_id),
            to=order.email,
            subject=_("%(merchant)s cannot send your order %(reference)s") % words,
            context={
                "title": _("%(merchant)s cannot send it, and has cancelled it") % words,
                "shop": shop,
                "lines": _bought(parts, with_sku=False),
                "total": money(refund.amount if refund else 0, order.currency),
                "link": _order_link(order),
            },
        )
    return replace(said, sender=shop.name, reply_to=shop.email)


def message(part: Part, said: ShopMessage) -> Mail:
    """To the shopper: what the shop writes to them, in its own words; the answer goes to the shop."""
    order, shop = part.order, part.merchant
    with translation.override(order.locale):
        words = {"merchant": shop.name, "reference": order.reference}
        mail = _mail(
            "shop_message",
            reference=str(said.public_id),
            to=order.email,
            subject=_("%(merchant)s writes about your order %(reference)s") % words,
            context={
                "title": _("%(merchant)s writes to you") % words,
                "said": said.text,
                "shop": shop,
                "link": _order_link(order),
            },
        )
    return replace(mail, sender=shop.name, reply_to=shop.email)


def part_cancelled(part: Part) -> Mail:
    """To the merchant: the shopper wants it no more, so it must not be sent."""
    with translation.override(part.merchant.account.locale):
        reference = {"reference": part.order.reference}
        return _mail(
            "part_cancelled",
            reference=str(part.fulfilment_order.public_id),
            to=part.merchant.email,
            subject=_("Order %(reference)s is cancelled: please do not send it") % reference,
            context={
                "title": _("Order %(reference)s is cancelled") % reference,
                "order": part.order,
                "lines": _bought([part], with_sku=True),
                "total": money(part.total),
                "link": _admin_link(part),
            },
        )


def unpaid(
    order: Order, lines: Sequence[OrderLine], *, payment: Payment, promise: OrderEvent
) -> Mail:
    """To the shopper who was promised word of their payment: it failed, and nothing was charged.

    `lines` come with their variants' products; `promise` is the row of history that it keeps.
    """
    # Whatever was not paid is still in its cart, as the browser that filled it shows.
    again = (
        reverse("checkout:cart")
        if order.cart_id
        else reverse("checkout:buy", args=[lines[0].variant.product.public_id])
    )
    with translation.override(order.locale):
        total = money(order.total, order.currency)
        words = {"reference": order.reference, "total": total}
        return _mail(
            UNPAID,
            reference=str(promise.pk),
            to=order.email,
            subject=_("Order %(reference)s is not paid: nothing was charged") % words,
            context={
                "title": _("Nothing was charged"),
                "news": _("We have the answer on your payment of %(total)s: it failed.") % words,
                "reason": declines.message(payment.decline_code) if payment.decline_code else "",
                "lines": [
                    _line(line, order, pieces=line.quantity, with_sku=False) for line in lines
                ],
                "total": money(0, order.currency),
                "link": settings.PUBLIC_URL + again,
            },
        )


def _receipt_sums(order: Order, payment: Payment | None) -> list[tuple[str, str]]:
    """What stands above the total, name and value."""
    sums = [
        (_("Delivery"), money(order.delivery_total, order.currency)),
        *((label, money(amount, order.currency)) for label, amount in order.discount_lines),
        (_("Tax"), order.tax_added and money(order.tax_added, order.currency)),
        (_("VAT included"), order.tax_included and money(order.tax_included, order.currency)),
        (
            _("Paid with"),
            brands.ending(payment.card_brand, payment.card_last4) if payment else "",
        ),
    ]
    return [(name, str(value)) for name, value in sums if value]


def _bought(parts: Sequence[Part], *, with_sku: bool) -> list[dict[str, str]]:
    """The lines as both forms of a mail show them."""
    return [
        _line(line, part.order, pieces=line.quantity, with_sku=with_sku)
        for part in parts
        for line in part.lines
    ]


def _to_send(part: Part, *, with_sku: bool) -> list[dict[str, str]]:
    """The same, without what was refunded."""
    left = [(line, left_of(line)) for line in part.lines]
    return [
        _line(line, part.order, pieces=pieces, with_sku=with_sku) for line, pieces in left if pieces
    ]


def _line(line: OrderLine, order: Order, *, pieces: int, with_sku: bool) -> dict[str, str]:
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


def _promises(parts: Sequence[Part]) -> list[str]:
    """Who packs, and when it arrives."""
    said = []
    for part in parts:
        if not part.pieces:
            continue
        sentence = _("%(merchant)s is packing your order.") % {"merchant": part.merchant.name}
        arrival = _arrival(part)
        if arrival:
            sentence += " " + _("It arrives %(arrival)s.") % {"arrival": arrival}
        said.append(sentence)
    return said


def _arrival(part: Part) -> str:
    if part.delivery is None:
        return ""
    return days(part.delivery.arrives_from, part.delivery.arrives_to)


def _address(order: Order) -> list[str]:
    """Line by line, as its country writes it."""
    return postal.lines(order, country_name=country(order.country))


def _mail(kind: str, *, reference: str, to: str, subject: str, context: dict[str, Any]) -> Mail:
    context = {**context, "subject": subject}
    return Mail(
        kind=kind,
        reference=reference,
        to=to,
        subject=subject,
        text=render_to_string(f"mails/{kind}.txt", context),
        html=render_to_string(f"mails/{kind}.html", context),
    )


def _order_link(order: Order) -> str:
    """Works for whoever holds the mail: a guest has no other way in."""
    return settings.PUBLIC_URL + reverse("checkout:order", args=[orders.token(order)])


def _admin_link(part: Part) -> str:
    page = reverse("admin:fulfilment_fulfilmentorder_change", args=[part.fulfilment_order.pk])
    return settings.PUBLIC_URL + page
