"""Icons of the sprite `static/icons.svg`."""

from __future__ import annotations

from functools import lru_cache

from django import template
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_tag
@lru_cache(maxsize=256)
def icon(name: str, style: str = "") -> SafeString:
    """The symbol `name`, hidden from screen readers; `style` adds classes: "s", "s on", "xl"."""
    return format_html(
        '<svg class="{}" aria-hidden="true"><use href="{}#{}"/></svg>',
        f"i {style}".strip(),
        static("icons.svg"),
        name,
    )


@register.simple_tag
@lru_cache(maxsize=1)
def logo() -> SafeString:
    """The awning, in the theme's own colours."""
    return format_html(
        '<svg viewBox="0 0 32 32" aria-hidden="true"><use href="{}#logo"/></svg>',
        static("icons.svg"),
    )
