from __future__ import annotations

import pytest

from accounts.models import User
from tests.shops import person


@pytest.fixture
def mai(db: None) -> User:
    return person("mai")


@pytest.fixture
def stranger(db: None) -> User:
    return person("stranger")
