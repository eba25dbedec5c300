"""A market, and who replies there."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from tests.journeys.cast import Market, open_market, sign_up_mai


@pytest.fixture
def market(settings: Any, tmp_path: Any) -> Market:
    settings.MEDIA_ROOT = tmp_path
    return open_market()


@pytest.fixture
def mai(market: Market) -> User:
    return sign_up_mai()


@pytest.fixture
def theo(market: Market) -> User:
    return User.objects.create_user("theo@etal.example", handle="theo", display_name="Théo Marin")


@pytest.fixture
def browser(client: Client, mai: User) -> Client:
    client.force_login(mai)
    return client
