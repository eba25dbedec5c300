"""A world that is built once for all tests of a file, in a transaction around them."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from django.db import connection, transaction
from pytest_django import DjangoDbBlocker

from tests.shops import Cast, cast


@contextmanager
def built_once(build: Callable[[], object], *, blocker: DjangoDbBlocker) -> Iterator[bytes]:
    """What `build` returns, pickled: each test unpickles it, and changes objects of its own.

    For a fixture of a module's scope. What a test writes is rolled back to where the world was built,
    as pytest-django does; a test that commits cannot stand in such a file. SQL's `now()` is the moment
    before the world was built, as the whole file is one transaction.
    """
    assert not connection.in_atomic_block, "a file shares one world"
    with blocker.unblock(), transaction.atomic():
        made = build()
        connection.check_constraints()
        yield pickle.dumps(made)
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def world_of_module(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[bytes]:
    with built_once(cast, blocker=django_db_blocker) as world:
        yield world


@pytest.fixture
def world(world_of_module: bytes, db: None) -> Cast:
    """Both shops and their order, as they are at first: the same rows for all tests of a file."""
    world: Cast = pickle.loads(world_of_module)
    return world
