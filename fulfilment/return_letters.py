"""The mails about a return, each once: to the shop when it is asked for, to the shopper afterwards."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.mails import Mail
from checkout import orders, refund_mails
from checkout.models import Refund
from fulfilment.letter_parts import line_of, mail
from fulfilment.models import Return, ReturnLine
from shopping.templatetags.money import money


def requested(row: Return) -> Mail:
    """To the merchant: what somebody wants to send back, and whether a rule has approved it."""
    merchant = row.fulfilment_order.merchant
    with translation.override(merchant.account.locale):
        by_rule = row.status == Return.Status.APPROVED
        page = reverse("admin:fulfilment_return_change", args=[row.pk])
        return _mail(
            row,
            "return_requested",
            to=merchant.email,
            subject=_("Order %(reference)s: something comes back")
            if by_rule
            else _("Order %(reference)s: somebody wants to send something back"),
            title=_("A return is on its way") if by_rule else _("A return waits for your answer"),
            lead=_("Your rules have approved it: look at it when it comes.")
            if by_rule
            else _("Look at it and answer: approve or refuse it."),
            quote=row.words,
            link=settings.PUBLIC_URL + page,
            action=_("Open the return"),
            with_sku=True,
        )


def approved(row: Return) -> Mail:
    """To the shopper: where to send it, how, and until when."""
    with translation.override(row.fulfilment_order.order.locale):
        day = date_format(row.send_by, "DATE_FORMAT") if row.send_by else ""
        return _to_shopper(
            row,
            "return_approved",
            subject=_("Order %(reference)s: you can send it back"),
            title=_("Send it back"),
            lead=_("%(shop)s takes it back. Send it by %(day)s.")
            % {"shop": row.fulfilment_order.merchant.name, "day": day},
            quote=row.answer,
            paragraphs=[row.instructions],
            address=_label(row),
        )


def refused(row: Return) -> Mail:
    """To the shopper: no, and why."""
    with translation.override(row.fulfilment_order.order.locale):
        return _to_shopper(
            row,
            "return_refused",
            subject=_("Order %(reference)s: your return was refused"),
            title=_("It was not accepted"),
            lead=_("%(shop)s does not take it back, and says why:")
            % {"shop": row.fulfilment_order.merchant.name},
            quote=row.answer,
        )


def received(row: Return) -> Mail:
    """To the shopper: what of it came."""
    with translation.override(row.fulfilment_order.order.locale):
        return _to_shopper(
            row,
            "return_received",
            subject=_("Order %(reference)s: your return came"),
            title=_("Your return came"),
            lead=_("%(shop)s has it. The refund comes next.")
            % {"shop": row.fulfilment_order.merchant.name},
            pieces=lambda each: each.counted,
        )


def refunded(row: Return, refund: Refund) -> Mail:
    """To the shopper: what goes back to them; no other mail says so of `refund`."""
    order = row.fulfilment_order.order
    with translation.override(order.locale):
        amount = money(refund.amount, order.currency)
        return _to_shopper(
            row,
            refund_mails.RETURNED,
            reference=str(refund.public_id),
            subject=_("Order %(reference)s: your return is refunded"),
            title=_("Your money is on its way"),
            lead=_(
                "%(amount)s goes back to the card that you paid with; banks take up to ten days to "
                "show it."
            )
            % {"amount": amount},
            pieces=lambda each: each.counted,
            stub=_("Goes back to your card"),
            total=amount,
        )


def expired(row: Return) -> Mail:
    """To the shopper: it did not come, so nothing goes back."""
    with translation.override(row.fulfilment_order.order.locale):
        return _to_shopper(
            row,
            "return_expired",
            subject=_("Order %(reference)s: your return did not come"),
            title=_("Your return did not come"),
            lead=_(
                "%(shop)s did not receive it, so it is closed. If you have sent it, write to the "
                "shop; when it comes it is refunded all the same."
            )
            % {"shop": row.fulfilment_order.merchant.name},
        )


def _to_shopper(row: Return, kind: str, **words: Any) -> Mail:
    order = row.fulfilment_order.order
    page = reverse("fulfilment:return", args=[orders.token(order), row.public_id])
    link = settings.PUBLIC_URL + page
    return _mail(row, kind, to=order.email, link=link, action=_("Open my return"), **words)


def _mail(
    row: Return,
    kind: str,
    *,
    to: str,
    subject: str,
    reference: str = "",
    with_sku: bool = False,
    pieces: Callable[[ReturnLine], int] = lambda each: each.quantity,
    paragraphs: Sequence[str] = (),
    **context: Any,
) -> Mail:
    order = row.fulfilment_order.order
    found = [
        (line_of(each.line, order, pieces=pieces(each), with_sku=with_sku), each)
        for each in row.lines.select_related("line")
        if pieces(each)
    ]
    # What comes back is not said line by line: the delivery may be part of it, offers took from it.
    lines = [
        {"title": said["title"], "details": f"{said['details']}, {each.get_reason_display()}"}
        for said, each in found
    ]
    return mail(
        kind,
        reference=reference or str(row.public_id),
        to=to,
        subject=subject % {"reference": order.reference},
        context={**context, "lines": lines, "paragraphs": list(filter(None, paragraphs))},
    )


def _label(row: Return) -> list[str]:
    """What is written on the parcel, line by line."""
    reference = _("Return for order %(reference)s") % {
        "reference": row.fulfilment_order.order.reference
    }
    return [*row.send_to.splitlines(), reference]
