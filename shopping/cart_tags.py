"""The hashtags that fill the cart of who writes them, as the operator names them."""

from __future__ import annotations

from django.conf import settings


def tag_for(language: str) -> str:
    """The tag to show to readers of `language`, without #; "" where there is none at all."""
    tags: dict[str, str] = settings.CART_HASHTAGS
    return tags.get(language) or next(iter(tags.values()), "")
