"""What a shopper reads about money that comes back."""

from __future__ import annotations

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts import mails
from checkout.models import Refund
from shopping.money import Money

LATE_TEXT = gettext_noop(
    "Your payment of %(amount)s for order %(number)s reached us after the order had "
    "been cancelled and its goods were released.\n\nWe are returning the whole amount "
    "to your card; depending on your bank it takes five to ten days. You need not do "
    "anything. If you still want the goods, please order again."
)
SECOND_TEXT = gettext_noop(
    "A payment of %(amount)s for order %(number)s reached us besides the one that counts.\n\n"
    "We are returning the whole of it to your card; depending on your bank it takes five to "
    "ten days. You need not do anything."
)


def late(refund: Refund) -> None:
    """Say why a payment comes back that came in when its order was cancelled already."""
    reference = str(refund.payment.public_id)
    _unasked(refund, kind="payment.late", reference=reference, text=LATE_TEXT)


def second(refund: Refund) -> None:
    """Say why a payment comes back that came in besides the one that counts."""
    reference = refund.second_intent_id
    _unasked(refund, kind="payment.second", reference=reference, text=SECOND_TEXT)


def refunded(refund: Refund) -> None:
    """Say what was given back, once it is on its way to the card.

    Of a refund that came unasked the shopper has read already.
    """
    order = refund.payment.order
    if refund.second_intent_id or order.paid_at is None:
        return
    with translation.override(order.locale):
        amount = Money(refund.amount, order.currency).format(order.locale)
        words = {"amount": amount, "number": order.reference}
        lines = [
            f"{part.text}: {Money(part.amount, order.currency).format(order.locale)}"
            for part in refund.parts.select_related("line")
        ]
        said = _(
            "%(amount)s of order %(number)s goes back to the card that you paid with; depending on "
            "your bank it takes five to ten days."
        )
        mails.enqueue(
            kind="refunded",
            reference=str(refund.public_id),
            to=order.email,
            subject=_("%(amount)s of order %(number)s comes back to you") % words,
            text="\n\n".join(filter(None, [said % words, "\n".join(lines)])),
        )


def _unasked(refund: Refund, *, kind: str, reference: str, text: str) -> None:
    order = refund.payment.order
    with translation.override(order.locale):
        number = order.reference
        amount = Money(refund.amount, order.currency).format(order.locale)
        mails.enqueue(
            kind=kind,
            reference=reference,
            to=order.email,
            subject=_("Your payment for order %(number)s comes back") % {"number": number},
            text=_(text) % {"amount": amount, "number": number},
        )
