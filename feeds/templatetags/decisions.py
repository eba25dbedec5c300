"""What a decision and its ground are called."""

from __future__ import annotations

from django import template

from feeds import decision_words
from feeds.models import Ground

register = template.Library()
register.filter("decision_title", decision_words.title)


@register.filter
def ground(slug: str) -> str:
    """Its name in the language at hand; "" for none."""
    return str(Ground(slug).label) if slug in Ground.values else ""
