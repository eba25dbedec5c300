"""What a decision's ground is called."""

from __future__ import annotations

from django import template

from feeds.models import Ground

register = template.Library()


@register.filter
def ground(slug: str) -> str:
    """Its name in the language at hand; "" for none."""
    return str(Ground(slug).label) if slug in Ground.values else ""
