"""What the tests of Market, of interests and of promotions say and ask."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.test import Client
from django.utils import timezone

from accounts.models import User
from catalogue.models import Product
from feeds import interests, posts
from feeds.models import Interest, Post
from feeds.tastes import tastes_of


def say(
    author: User, body: str, *, cards: Sequence[Product] = (), ago: timedelta | None = None
) -> Post:
    """A post of `author`, published so long ago."""
    post = posts.publish(author, body=body, language="en", products=cards)
    if ago:
        post.created_at = timezone.now() - ago
        post.save(update_fields=["created_at"])
    return post


def strengths(user: User) -> dict[str, float]:
    """What a worker makes of everything so far, then what may be used of `user`."""
    interests.read_due()
    tastes = tastes_of(user)
    return tastes.strengths if tastes else {}


def known(user: User) -> set[str]:
    return set(Interest.objects.filter(user=user, removed_at=None).values_list("topic", flat=True))


def order(page: str, bodies: Iterable[str]) -> list[str]:
    """Those of `bodies` that stand on the page, from the top."""
    places = {body: page.find(f">{body}<") for body in bodies}
    return sorted((body for body in bodies if places[body] >= 0), key=places.__getitem__)


def market(browser: Client) -> str:
    return browser.get("/").content.decode()


def why_link(page: str, post: Post) -> str:
    """The address behind "Why am I seeing this?" of a post on the page."""
    found = re.search(rf'href="(/posts/{post.public_id}/why/\?in=[\w-]+)"', page)
    assert found, "the page does not say why"
    return found[1]


def next_page(page: str) -> str:
    found = re.search(r'href="(/\?before=[^"]+)"', page)
    assert found, "there is no page behind this one"
    return found[1].replace("&amp;", "&")


def days(count: float) -> timedelta:
    return timedelta(days=count)


def moment(**ago: float) -> datetime:
    return timezone.now() - timedelta(**ago)
