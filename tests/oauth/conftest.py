from __future__ import annotations

import pytest
from django.core.cache import cache

from partners.models import Application
from tests.oauth.apps import vitrine
from tests.shops import Cast, cast


@pytest.fixture
def world(db: None) -> Cast:
    cache.clear()
    return cast()


@pytest.fixture
def registered(world: Cast) -> tuple[Application, str]:
    """Vitrine, a partner's app with a server, and its secret."""
    return vitrine(world.stranger)


@pytest.fixture
def app(registered: tuple[Application, str]) -> Application:
    return registered[0]


@pytest.fixture
def secret(registered: tuple[Application, str]) -> str:
    return registered[1]
