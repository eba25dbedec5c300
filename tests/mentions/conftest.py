"""A market, Maï, who has linked her profile, and the network that hands in its replies."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from accounts.models import LinkedAccount, User
from partners.models import Partner
from tests.journeys.cast import Market, open_market, sign_up_mai
from tests.mentions.hearing import linked, partner


@pytest.fixture
def market(settings: Any, tmp_path: Any) -> Market:
    settings.MEDIA_ROOT = tmp_path
    return open_market()


@pytest.fixture
def mai(market: Market) -> User:
    return sign_up_mai()


@pytest.fixture
def profile(mai: User) -> LinkedAccount:
    return linked(mai)


@pytest.fixture
def mastodon(db: None) -> Partner:
    return partner()


@pytest.fixture
def browser(client: Client, mai: User) -> Client:
    client.force_login(mai)
    return client
