"""What a merchant reads about a payment that a shopper's bank takes back."""

from __future__ import annotations

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import mails
from catalogue.models import Merchant
from checkout import dispute_words
from checkout.models import Dispute
from shopping.money import Money
from shopping.templatetags.money import pair

Status = Dispute.Status

# Only what changes something for the merchant is worth a mail.
SUBJECTS = {
    Status.WARNING_NEEDS_RESPONSE: gettext_lazy("The bank asks about order %(number)s"),
    Status.NEEDS_RESPONSE: gettext_lazy("Order %(number)s is disputed"),
    Status.WON: gettext_lazy("The dispute about order %(number)s is won"),
    Status.LOST: gettext_lazy("The dispute about order %(number)s is lost"),
}
TEXTS = {
    Status.WARNING_NEEDS_RESPONSE: gettext_lazy(
        "The shopper’s bank asks about %(amount)s of order %(number)s. No money has moved. Send us "
        "what shows that the goods arrived, or refund the order, so that no dispute comes of it."
    ),
    Status.NEEDS_RESPONSE: gettext_lazy(
        "The shopper’s bank has taken back %(amount)s of order %(number)s. As long as it is open you "
        "bear %(borne)s, with the bank’s fee. Send us what shows that the goods arrived: the "
        "carrier’s proof, the tracking number, what you and the shopper wrote. Do not refund the "
        "order: the shopper would be paid twice."
    ),
    Status.WON: gettext_lazy(
        "The bank has decided for you: %(amount)s of order %(number)s is yours again. Only the "
        "bank’s fee is not given back."
    ),
    Status.LOST: gettext_lazy(
        "The bank has decided for the shopper, who keeps %(amount)s of order %(number)s. You bear "
        "%(borne)s, with the bank’s fee; nothing remains to be refunded."
    ),
}


def tell(dispute: Dispute, merchant: Merchant, *, amount: int, borne: int) -> None:
    """Write to a merchant of the disputed order; once a status, in the caller's transaction.

    `amount`: their part of what is disputed, `borne`: what it costs them; minor units.
    """
    status = Status(dispute.status)
    if status not in TEXTS:
        return
    order, locale = dispute.payment.order, merchant.account.locale
    with translation.override(locale):
        words = {
            "number": order.reference,
            "amount": Money(amount, order.currency).format(locale),
            "borne": Money(borne, order.currency).format(locale),
        }
        text = str(TEXTS[status] % words)
        if status in dispute_words.ANSWERABLE:
            said = [dispute_words.where(), dispute_words.until(dispute)]
            text += "\n\n" + " ".join(filter(None, said))
        page = reverse("admin:checkout_dispute_change", args=[dispute.pk])
        text += "\n\n" + pair(_("The dispute"), settings.PUBLIC_URL + page)
        mails.enqueue(
            kind="dispute",
            reference=f"{dispute.public_id} {status}",
            to=merchant.email,
            subject=str(SUBJECTS[status] % words),
            text=text,
        )
