"""A database seeded small: once for all tests of a file, in a transaction around them."""

from __future__ import annotations

from collections.abc import Iterator
from unittest.mock import patch

import pytest
from django.db import transaction
from django.test import override_settings
from django.utils import timezone
from pytest_django import DjangoDbBlocker

from demo.seeding import filling, tables
from demo.seeding.sizes import Seed, Sizes

SMALL = Sizes(people=340, posts=3000, products=220, likes=9000)
UNTIL = timezone.now()
SEED = Seed(SMALL, 1, UNTIL)


@pytest.fixture(scope="module")
def small_seed(
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[list[str]]:
    """What was told of it."""
    told: list[str] = []
    media = override_settings(DEBUG=True, MEDIA_ROOT=tmp_path_factory.mktemp("media"))
    # Several batches of each table, as a large site has them.
    batches = patch.object(tables, "BATCH", 50)
    with media, batches, django_db_blocker.unblock(), transaction.atomic():
        filling.fill(SEED, tell=told.append)
        yield told
        transaction.set_rollback(True)


@pytest.fixture
def seeded(small_seed: list[str], db: None) -> list[str]:
    return small_seed
