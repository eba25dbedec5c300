"""Countries by name."""

from __future__ import annotations

from django import template

from checkout import countries
from shopping.templatetags.money import language

register = template.Library()


@register.filter
def country(code: str) -> str:
    """The country `code` in the page's language."""
    return countries.name(code, language=language())
