"""Plage's key, Maï's app and a partner's key, and posts that the cast has written."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pytest
from django.core.cache import cache, caches
from django.test import Client

from accounts.models import User
from feeds import posts
from feeds.models import Post
from partners import keys
from partners.api.document import document
from partners.models import Partner
from partners.scopes import FOR_PARTNERS, FOR_PEOPLE
from tests.feeds_api.documented import assert_documented
from tests.oauth.apps import tokens_for, vitrine
from tests.partners.conftest import Call, secret, world
from tests.shops import Cast

__all__ = ["secret", "world"]


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    cache.clear()
    caches["regions"].clear()
    yield
    cache.clear()
    caches["regions"].clear()


def calling(secret: str) -> Call:
    """Calls by whoever has `secret`; each answer has to be as the API's document says."""
    document()  # Made here, once, and not by many threads at the same time.

    def call(method: str, path: str, body: Any = None, **headers: str) -> Any:
        sent = {} if body is None else {"data": body, "content_type": "application/json"}
        given = {"Authorization": f"Bearer {secret}", **headers}
        answer = getattr(Client(), method)(path, headers=given, **sent)
        assert_documented(method, answer)
        return answer

    return call


def app_of(person: User, *, by: User, live: bool = True, scopes: Iterable[str] = FOR_PEOPLE) -> str:
    """The token of an app that `person` lets act for them."""
    scopes = sorted(scopes)
    app, secret = vitrine(by, scopes=scopes, live=live)
    return str(tokens_for(app, secret, person, " ".join(scopes))["access_token"])


@pytest.fixture
def plage(secret: str) -> Call:
    """Calls in Plage's name."""
    return calling(secret)


@pytest.fixture
def mai(world: Cast) -> Call:
    """Calls in Maï's name."""
    return calling(app_of(world.mai, by=world.staff))


@pytest.fixture
def journal(world: Cast) -> Call:
    """Calls of a partner's, who has neither shop nor profile."""
    partner = Partner.objects.create(name="Quotidien", code="quotidien")
    made = keys.make(name="q", scopes=FOR_PARTNERS, made_by=world.staff, partner=partner)
    return calling(made[1])


@pytest.fixture
def says(world: Cast) -> Callable[..., Post]:
    """Publishes a post: `says(world.stranger, "Hello")`."""

    def publish(author: User, body: str, **more: Any) -> Post:
        return posts.publish(author, body=body, language="en", **more)

    return publish
