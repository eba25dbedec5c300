"""One address, one page: no request can put its page in another's place."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.core.cache import cache
from django.test import Client
from pytest_django import Settings

from accounts.models import User
from feeds import posts


@pytest.fixture
def kept(settings: Settings) -> Iterator[None]:
    settings.PAGE_CACHE_SECONDS = 8
    cache.clear()
    yield
    cache.clear()


@pytest.mark.usefixtures("kept")
@pytest.mark.parametrize("name", ["", "befor=", "x=", "before=before="])
def test_a_cursor_without_its_name_is_not_the_next_page(mai: User, name: str) -> None:
    older = posts.publish(mai, body="the older post", language="en")
    newer = posts.publish(mai, body="the newer post", language="en")
    stranger, visitor = Client(), Client()
    stranger.get(f"/?{name}{newer.public_id}")
    page = visitor.get(f"/?before={newer.public_id}").content.decode()
    assert older.body in page
    assert newer.body not in page
