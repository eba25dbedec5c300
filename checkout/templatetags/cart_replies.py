"""The boxes below replies with `#cart` on the feed's pages, and the words of their notices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from checkout import cart_reply_boxes as boxes
from checkout import cart_reply_words as words
from feeds.models import CartReply
from shopping.preferences import country_of

register = template.Library()


@register.simple_tag(takes_context=True)
def with_cart_boxes(
    context: dict[str, Any],
    posts: Sequence[tuple[UUID, SafeString]],
    replies: Sequence[CartReply],
) -> SafeString:
    """`posts`, each a public id and its HTML, with the box of each reply below it."""
    request = context["request"]
    found = boxes.of(replies, country=country_of(request))
    parts: list[str] = []
    for public_id, article in posts:
        parts.append(article)
        if public_id in found:
            facts = {"box": found[public_id], "in_page": True}
            parts.append(render_to_string("checkout/_cart_reply.html", facts, request=request))
    return mark_safe("".join(parts))  # noqa: S308  each part is a rendered template


@register.simple_tag
def cart_reply_sentence(facts: Mapping[str, str]) -> str:
    return words.sentence(facts)


@register.simple_tag
def cart_reply_named(facts: Mapping[str, str]) -> str:
    return words.named(facts)
