"""What a shopper reads about money that comes back."""

from __future__ import annotations

from collections.abc import Sequence

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts import mails
from accounts.models import OutgoingMail
from checkout import order_news, orders
from checkout.models import Order, Refund
from shopping.templatetags.money import money, pair

# The mail of a cancellation, about the refund by its public id: it tells of the money as well.
CANCELLED = "cancelled"
# That of a return which came back and ends with the refund; the same holds of it.
RETURNED = "return_refunded"

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
    """Say what was given back, once Stripe has given it.

    Of a refund that came unasked, and of what they cancelled or returned, the shopper has read
    already.
    """
    order = refund.payment.order
    if refund.second_intent_id or order.paid_at is None or _was_told(refund, CANCELLED):
        return
    if not _was_told(refund, RETURNED):
        _refunded(refund, order)
    order_news.refunded(refund)


def _refunded(refund: Refund, order: Order) -> None:
    with translation.override(order.locale):
        words = {"amount": _money(refund), "number": order.reference}
        said = _(
            "%(amount)s of order %(number)s was refunded to the card that you paid with; banks "
            "show it within 5–10 days."
        )
        _write(
            refund,
            kind="refunded",
            reference=str(refund.public_id),
            subject=_("%(amount)s of order %(number)s was refunded") % words,
            text=said % words,
            stub=_("Refunded to your card"),
            lines=[
                {"title": part.text, "amount": money(part.amount, order.currency)}
                for part in refund.parts.select_related("line")
            ],
        )


def _was_told(refund: Refund, kind: str) -> bool:
    """Whether a mail of that kind told of it: see fulfilment.letters.cancelled, and refunded of
    fulfilment.return_letters."""
    return OutgoingMail.objects.filter(kind=kind, reference=str(refund.public_id)).exists()


def _unasked(refund: Refund, *, kind: str, reference: str, text: str) -> None:
    order = refund.payment.order
    with translation.override(order.locale):
        words = {"amount": _money(refund), "number": order.reference}
        subject = _("Your payment for order %(number)s comes back") % words
        _write(
            refund,
            kind=kind,
            reference=reference,
            subject=subject,
            text=_(text) % words,
            stub=_("Goes back to your card"),
        )


def _money(refund: Refund) -> str:
    return money(refund.amount, refund.payment.order.currency)


def _write(
    refund: Refund,
    *,
    kind: str,
    reference: str,
    subject: str,
    text: str,
    stub: str,
    lines: Sequence[dict[str, str]] = (),
) -> None:
    """Both forms of a mail; `text` is in paragraphs, `stub` says what becomes of the sum, and
    `lines` what of the order it is."""
    order = refund.payment.order
    listed = "\n".join(pair(line["title"], line["amount"]) for line in lines)
    link = settings.PUBLIC_URL + reverse("checkout:order", args=[orders.token(order)])
    context = {
        "subject": subject,
        "title": subject,
        "paragraphs": text.split("\n\n"),
        "lines": lines,
        "stub": stub,
        "total": _money(refund),
        "link": link,
    }
    mails.enqueue(
        kind=kind,
        reference=reference,
        to=order.email,
        subject=subject,
        text="\n\n".join(filter(None, [text, listed, _("Look at the order") + "\n" + link])),
        html=render_to_string("mails/refund.html", context),
    )
