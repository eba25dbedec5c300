"""How notices show: how long ago, and the sign of those that no person caused."""

from __future__ import annotations

from datetime import datetime

from django import template
from django.utils.safestring import SafeString

from feeds.articles import ago
from feeds.models import NoticeType
from shopping.templatetags.icons import icon
from shopping.templatetags.money import language

register = template.Library()
SIGNS: dict[str, str] = {
    NoticeType.ORDER: "box",
    NoticeType.CART: "basket",
    NoticeType.DROP: "clock",
    NoticeType.MODERATION: "shield",
    NoticeType.ACCOUNT: "lock",
    NoticeType.REPORT: "flag",
}


@register.simple_tag
def notice_age(moment: datetime, now: datetime) -> str:
    """As short as people write it: "5 min", "12 June"."""
    return ago(moment, now=now, shown_in=language())


@register.simple_tag
def notice_icon(type: str) -> SafeString:
    return icon(SIGNS.get(type, "bell"))
