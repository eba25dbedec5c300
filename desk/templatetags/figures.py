"""Figures of the overview in the words of the page's language."""

from __future__ import annotations

from django import template

from desk.changes import share

register = template.Library()


@register.filter(name="share")
def share_of(hundredths: float | None) -> str:
    """`{{ conversion|share }}`: "1.4%", "1,4 %"; a dash for None."""
    return "–" if hundredths is None else share(hundredths)
