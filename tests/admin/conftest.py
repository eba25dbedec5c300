from __future__ import annotations

import pickle
from collections.abc import Callable, Iterator

import pytest
from django.test import Client
from pytest_django import DjangoDbBlocker

from accounts.models import User
from tests.second_factors import sign_in
from tests.shared import built_once
from tests.shops import Cast, cast


@pytest.fixture(scope="module")
def world_of_module(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[bytes]:
    with built_once(cast, blocker=django_db_blocker) as world:
        yield world


@pytest.fixture
def world(world_of_module: bytes, db: None) -> Cast:
    """Both shops and their order, as they are at first: the same rows for all tests of a file."""
    world: Cast = pickle.loads(world_of_module)
    return world


@pytest.fixture
def browser() -> Callable[[User | None], Client]:
    """A signed-in browser of somebody, with a second factor."""

    def browser(user: User | None) -> Client:
        client = Client()
        if user is not None:
            sign_in(client, user)
        return client

    return browser
