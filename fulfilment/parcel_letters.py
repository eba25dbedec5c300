"""The mails about a parcel, each once, in the shopper's language."""

from __future__ import annotations

from django.utils import translation
from django.utils.translation import gettext as _

from accounts.mails import Mail
from fulfilment.letter_parts import address, arrival, line_of, mail, order_link, to_send
from fulfilment.models import Shipment
from fulfilment.parts import Part


def shipped(part: Part, shipment: Shipment) -> Mail:
    """To the shopper: a parcel is with its carrier, what is in it, and what is still to come."""
    with translation.override(part.order.locale):
        if part.pieces:
            subject = _("%(merchant)s sent a part of your order %(reference)s")
        elif len(part.shipments) > 1:
            subject = _("%(merchant)s sent the rest of your order %(reference)s")
        else:
            subject = _("%(merchant)s sent your order %(reference)s")
        return _of_parcel("shipped", part, shipment, subject=subject, title=_("It’s on its way"))


def out_for_delivery(part: Part, shipment: Shipment) -> Mail:
    """To the shopper: it comes today."""
    with translation.override(part.order.locale):
        subject = _("Your parcel from %(merchant)s is out for delivery")
        return _of_parcel(
            "out_for_delivery", part, shipment, subject=subject, title=_("It is out for delivery")
        )


def delivered(part: Part, shipment: Shipment) -> Mail:
    """To the shopper: it is there, and what is still to come."""
    with translation.override(part.order.locale):
        subject = _("Your parcel from %(merchant)s was delivered")
        return _of_parcel("delivered", part, shipment, subject=subject, title=_("It is there"))


def delivery_failed(part: Part, shipment: Shipment) -> Mail:
    """To the shopper: the carrier was there and could not hand it over."""
    with translation.override(part.order.locale):
        subject = _("Your parcel from %(merchant)s could not be delivered")
        return _of_parcel(
            "delivery_failed", part, shipment, subject=subject, title=_("The delivery failed")
        )


def _of_parcel(kind: str, part: Part, shipment: Shipment, *, subject: str, title: str) -> Mail:
    order = part.order
    return mail(
        kind,
        reference=str(shipment.public_id),
        to=order.email,
        subject=subject % {"merchant": part.merchant.name, "reference": order.reference},
        context={
            "title": title,
            "part": part,
            "shipment": shipment,
            "arrival": arrival(part),
            "lines": [
                line_of(line, order, pieces=pieces, with_sku=False)
                for line, pieces in part.contents(shipment)
            ],
            "still": to_send(part, with_sku=False),
            "address": address(order),
            "link": order_link(order),
        },
    )
