from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from accounts.models import User
from tests.second_factors import sign_in
from tests.shared import world, world_of_module

__all__ = ["browser", "world", "world_of_module"]


@pytest.fixture
def browser() -> Callable[[User | None], Client]:
    """A signed-in browser of somebody, with a second factor."""

    def browser(user: User | None) -> Client:
        client = Client()
        if user is not None:
            sign_in(client, user)
        return client

    return browser
