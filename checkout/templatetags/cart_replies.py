"""The words of notices about replies with `#cart`."""

from __future__ import annotations

from collections.abc import Mapping

from django import template

from checkout import cart_reply_words as words

register = template.Library()


@register.simple_tag
def cart_reply_sentence(facts: Mapping[str, str]) -> str:
    return words.sentence(facts)


@register.simple_tag
def cart_reply_named(facts: Mapping[str, str]) -> str:
    return words.named(facts)
