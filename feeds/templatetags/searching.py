"""What the search box is told of the search."""

from __future__ import annotations

from django import template

from feeds.search import results

register = template.Library()


@register.simple_tag
def longest_search() -> int:
    """How many characters are looked for; what is typed beyond is cut."""
    return results.LONGEST
