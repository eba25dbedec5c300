"""A description as plain words, for what reads no HTML."""

from __future__ import annotations

from html import unescape

from django.utils.html import strip_tags


def plain_words(html: str) -> str:
    """The words of `html` alone; where a tag stood is a space, so that no two of them are glued."""
    return " ".join(unescape(strip_tags(html.replace("<", " <"))).split())
