"""Cards as people know theirs: "Visa ending 4242"."""

from __future__ import annotations

from django import template

from checkout import brands
from checkout.models import Payment, SavedCard

register = template.Library()


@register.simple_tag
def card_name(card: SavedCard) -> str:
    return brands.ending(card.brand, card.last4)


@register.simple_tag
def card_expiry(card: SavedCard) -> str:
    return f"{card.exp_month:02}/{card.exp_year % 100:02}"


@register.simple_tag
def paid_with(payment: Payment) -> str:
    """The card that an order was paid with; "" where there was none."""
    return brands.ending(payment.card_brand, payment.card_last4)
