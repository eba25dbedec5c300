"""The mails about an order, in their reader's language."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.mails import Mail
from checkout import brands, declines, refund_mails
from checkout.models import Order, OrderEvent, OrderLine, Payment, Refund
from fulfilment.letter_parts import (
    address,
    admin_link,
    arrival,
    bought,
    line_of,
    mail,
    order_link,
    to_send,
)
from fulfilment.models import ShopMessage
from fulfilment.parts import Part
from shopping.money import Money
from shopping.templatetags.money import money

UNPAID = "unpaid"


def receipt(
    order: Order, parts: Sequence[Part], *, payment: Payment | None, agent: str = ""
) -> Mail:
    """To the shopper, once the order is paid: what, how much, when, and where to follow it; and who
    bought it for them, where a program did."""
    with translation.override(order.locale):
        return mail(
            "receipt",
            reference=str(order.public_id),
            to=order.email,
            subject=_("Your order %(reference)s is paid") % {"reference": order.reference},
            context={
                "title": _("Thank you, %(name)s. It’s yours.") % {"name": order.name.split(" ")[0]},
                "order": order,
                "promises": [*_by_agent(agent), *_promises(parts)],
                "lines": bought(parts, with_sku=False),
                "sums": _receipt_sums(order, payment),
                "total": money(order.total, order.currency),
                "address": address(order),
                "merchants": [part.merchant for part in parts],
                "link": order_link(order),
            },
        )


def _by_agent(agent: str) -> list[str]:
    """That a program bought it, for whoever asked it to."""
    return [_("%(agent)s bought this for you.") % {"agent": agent}] if agent else []


def new_order(part: Part) -> Mail:
    """To the merchant: what to send, and where."""
    with translation.override(part.merchant.account.locale):
        subject = ngettext(
            "Order %(reference)s: %(count)s piece to send",
            "Order %(reference)s: %(count)s pieces to send",
            part.pieces,
        )
        return mail(
            "new_order",
            reference=str(part.fulfilment_order.public_id),
            to=part.merchant.email,
            subject=subject % {"reference": part.order.reference, "count": part.pieces},
            context={
                "title": _("Order %(reference)s is paid") % {"reference": part.order.reference},
                "order": part.order,
                "part": part,
                "arrival": arrival(part),
                "lines": to_send(part, with_sku=True),
                "total": money(part.total),
                "address": address(part.order),
                "link": admin_link(part),
            },
        )


def cancelled(order: Order, parts: Sequence[Part], *, refund: Refund | None) -> Mail:
    """To the shopper: what they cancelled, and what comes back of the money; no other mail says so
    of `refund`. `parts` are as they were before; of those that parcels have left it is the rest."""
    with translation.override(order.locale):
        return mail(
            refund_mails.CANCELLED,
            reference=str((refund or parts[0].fulfilment_order).public_id),
            to=order.email,
            subject=_("Order %(reference)s: cancelled as you asked")
            % {"reference": order.reference},
            context={
                "title": _("Cancelled, and no more of it will be sent")
                if any(part.shipments for part in parts)
                else _("Cancelled, and nothing will be sent"),
                "lines": [each for part in parts for each in _cancelled(part, with_sku=False)],
                "total": money(refund.amount if refund else 0, order.currency),
                "link": order_link(order),
            },
        )


def cancelled_by_shop(order: Order, parts: Sequence[Part], *, refund: Refund | None) -> Mail:
    """To the shopper: what the shop does not send, and what comes back of the money; no other mail
    says so of `refund`. `parts` as in `cancelled`."""
    shop, rest = parts[0].merchant, any(part.shipments for part in parts)
    with translation.override(order.locale):
        words = {"merchant": shop.name, "reference": order.reference}
        if rest:
            subject = _("%(merchant)s cannot send the rest of your order %(reference)s")
            title = _("%(merchant)s cannot send the rest, and has cancelled it")
        else:
            subject = _("%(merchant)s cannot send your order %(reference)s")
            title = _("%(merchant)s cannot send it, and has cancelled it")
        said = mail(
            refund_mails.CANCELLED,
            reference=str((refund or parts[0].fulfilment_order).public_id),
            to=order.email,
            subject=subject % words,
            context={
                "title": title % words,
                "shop": shop,
                "rest": rest,
                "lines": [each for part in parts for each in _cancelled(part, with_sku=False)],
                "total": money(refund.amount if refund else 0, order.currency),
                "link": order_link(order),
            },
        )
    return replace(said, sender=shop.name, reply_to=shop.email)


def message(part: Part, said: ShopMessage) -> Mail:
    """To the shopper: what the shop writes to them, in its own words; the answer goes to the shop."""
    order, shop = part.order, part.merchant
    with translation.override(order.locale):
        words = {"merchant": shop.name, "reference": order.reference}
        written = mail(
            "shop_message",
            reference=str(said.public_id),
            to=order.email,
            subject=_("%(merchant)s writes about your order %(reference)s") % words,
            context={
                "title": _("%(merchant)s writes to you") % words,
                "said": said.text,
                "shop": shop,
                "link": order_link(order),
            },
        )
    return replace(written, sender=shop.name, reply_to=shop.email)


def part_cancelled(part: Part, *, amount: Money) -> Mail:
    """To the merchant: the shopper wants it no more, so it must not be sent; `part` as in `cancelled`,
    `amount` is what it came to."""
    with translation.override(part.merchant.account.locale):
        reference = {"reference": part.order.reference}
        return mail(
            "part_cancelled",
            reference=str(part.fulfilment_order.public_id),
            to=part.merchant.email,
            subject=(
                _("Order %(reference)s: please do not send the rest")
                if part.shipments
                else _("Order %(reference)s is cancelled: please do not send it")
            )
            % reference,
            context={
                "title": _("The rest of order %(reference)s is cancelled") % reference
                if part.shipments
                else _("Order %(reference)s is cancelled") % reference,
                "rest": bool(part.shipments),
                "order": part.order,
                "lines": _cancelled(part, with_sku=True),
                "total": money(amount),
                "link": admin_link(part),
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
        return mail(
            UNPAID,
            reference=str(promise.pk),
            to=order.email,
            subject=_("Order %(reference)s is not paid: nothing was charged") % words,
            context={
                "title": _("Nothing was charged"),
                "news": _("We have the answer on your payment of %(total)s: it failed.") % words,
                "reason": declines.message(payment.decline_code) if payment.decline_code else "",
                "lines": [
                    line_of(line, order, pieces=line.quantity, with_sku=False) for line in lines
                ],
                "total": money(0, order.currency),
                "link": settings.PUBLIC_URL + again,
            },
        )


def _cancelled(part: Part, *, with_sku: bool) -> list[dict[str, str]]:
    """What of a part will not be sent: all that was bought, or what no parcel took."""
    return to_send(part, with_sku=with_sku) if part.shipments else bought([part], with_sku=with_sku)


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


def _promises(parts: Sequence[Part]) -> list[str]:
    """Who packs, and when it arrives."""
    said = []
    for part in parts:
        if not part.pieces:
            continue
        sentence = _("%(merchant)s is packing your order.") % {"merchant": part.merchant.name}
        when = arrival(part)
        if when:
            sentence += " " + _("It arrives %(arrival)s.") % {"arrival": when}
        said.append(sentence)
    return said
