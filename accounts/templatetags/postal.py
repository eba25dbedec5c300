"""Addresses as their country writes them."""

from __future__ import annotations

from django import template
from django.utils.translation import get_language

from accounts.postal import Postal, lines
from shopping import countries

register = template.Library()


@register.filter
def postal_lines(address: Postal) -> list[str]:
    """`{% for line in order|postal_lines %}`: as it stands on a parcel, the country at the end."""
    language = (get_language() or "en").split("-")[0]
    return lines(address, country_name=countries.name(address.country, language=language))


@register.filter
def postal_town(address: Postal) -> str:
    """What follows name and street, in one line: "71000 Mâcon, France"."""
    told = {address.name, address.line1}
    return ", ".join(line for line in postal_lines(address) if line not in told)
