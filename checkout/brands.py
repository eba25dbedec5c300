"""Card brands as people know theirs: "Visa ending 4242"."""

from __future__ import annotations

from django.utils.translation import gettext as _

# Names as their owners write them; Stripe's word, capitalised, for the others.
NAMES = {
    "amex": "American Express",
    "cartes_bancaires": "CB",
    "diners": "Diners Club",
    "eftpos_au": "Eftpos",
    "jcb": "JCB",
    "mastercard": "Mastercard",
    "unionpay": "UnionPay",
    "visa": "Visa",
}


def name(brand: str) -> str:
    """Stripe's word for a brand ("amex") as a person reads it."""
    return NAMES.get(brand, brand.replace("_", " ").title())


def ending(brand: str, last4: str) -> str:
    """A card in words, in the active language; "" where there was none."""
    if not last4:
        return ""
    return _("%(brand)s ending %(last4)s") % {"brand": name(brand), "last4": last4}
