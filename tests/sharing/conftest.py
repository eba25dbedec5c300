"""The cast of tests.market; nothing that was made for a test before is given out."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.core.cache import cache

from tests.market import corniche, foulee, fresh_regions, mai, plage, reader, theo

__all__ = ["corniche", "foulee", "fresh_regions", "mai", "plage", "reader", "theo"]


@pytest.fixture(autouse=True)
def nothing_made() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()
