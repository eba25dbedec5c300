"""What the feed adds to other apps' pages."""

from __future__ import annotations

from typing import Any

from django import template
from django.http import HttpRequest
from django.utils import timezone

from accounts.models import User
from catalogue.models import Product
from feeds import timelines
from feeds.articles import ago
from feeds.models import Follow
from feeds.requests import person, reader
from shopping.templatetags.money import language

register = template.Library()
SAID = 5


@register.inclusion_tag("feeds/_said.html", takes_context=True)
def posts_about(context: dict[str, Any], product: Product) -> dict[str, Any]:
    """The latest posts that carry `product`, as quotes."""
    request: HttpRequest = context["request"]
    page = timelines.read(timelines.about(product), reader=reader(request), size=SAID)
    now, shown_in = timezone.now(), language()
    return {
        "said": [
            (entry, ago(entry.created_at, now=now, shown_in=shown_in)) for entry in page.entries
        ]
    }


@register.inclusion_tag("feeds/_follow.html", takes_context=True)
def follow_button(context: dict[str, Any], profile: User) -> dict[str, Any]:
    """Follow or Following, for whoever is signed in."""
    user = person(context["request"])
    follows = user is not None and Follow.objects.filter(follower=user, followed=profile).exists()
    return {
        "handle": profile.handle,
        "name": profile.display_name,
        "follows": follows,
        "tone": "",
    }
