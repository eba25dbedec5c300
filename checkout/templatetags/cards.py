"""Cards as people know theirs: "Visa ending 4242"."""

from __future__ import annotations

from django import template
from django.utils.translation import gettext as _

from checkout.models import Payment, SavedCard

register = template.Library()
# Names as their owners write them; Stripe's word, capitalised, for the others.
BRANDS = {
    "amex": "American Express",
    "cartes_bancaires": "CB",
    "diners": "Diners Club",
    "eftpos_au": "Eftpos",
    "jcb": "JCB",
    "mastercard": "Mastercard",
    "unionpay": "UnionPay",
    "visa": "Visa",
}


def _named(brand: str, last4: str) -> str:
    name = BRANDS.get(brand, brand.replace("_", " ").title())
    return _("%(brand)s ending %(last4)s") % {"brand": name, "last4": last4}


@register.simple_tag
def card_name(card: SavedCard) -> str:
    return _named(card.brand, card.last4)


@register.simple_tag
def card_expiry(card: SavedCard) -> str:
    return f"{card.exp_month:02}/{card.exp_year % 100:02}"


@register.simple_tag
def paid_with(payment: Payment) -> str:
    """The card that an order was paid with; "" where there was none."""
    return _named(payment.card_brand, payment.card_last4) if payment.card_last4 else ""
