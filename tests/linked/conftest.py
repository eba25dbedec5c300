from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from tests.linked.journey import configure
from tests.linked.network import Network, running
from tests.shops import person


@pytest.fixture(scope="package")
def server() -> Iterator[Network]:
    with running() as network:
        yield network


@pytest.fixture
def network(server: Network, settings: Any) -> Network:
    """An instance of Mastodon that the operator has configured."""
    settings.WEBHOOK_PRIVATE_HOSTS = True
    configure(settings, server.settings("mastodon"))
    server.begin_anew()
    return server


@pytest.fixture
def mai(db: None) -> User:
    return person("mai")


@pytest.fixture
def stranger(db: None) -> User:
    return person("stranger")


@pytest.fixture
def browser(client: Client, mai: User) -> Client:
    client.force_login(mai)
    return client
