"""What every test may ask for. The servers themselves come from `stack.pytest_plugin`."""

import os
from collections.abc import Iterator
from urllib.parse import quote

import pytest
import pytest_django
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.db import connection
from django.test import TransactionTestCase, override_settings
from django.utils import translation

from partners.oauth.hashers import SecretHasher
from stack import template
from tests import emptying

SECRETS = f"{SecretHasher.__module__}.{SecretHasher.__name__}"


class QuickArgon2PasswordHasher(Argon2PasswordHasher):
    """The same hash with the least work in it; the site's own processes can read it."""

    time_cost = 1
    memory_cost = 8
    parallelism = 1


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """On a server of ours the test database is a copy of one that is migrated: see `stack.template`."""
    if server := os.environ.get(template.SERVER):
        connection.settings_dict["TEST"]["TEMPLATE"] = template.kept_template(server)


@pytest.fixture(scope="session")
def django_db_setup(
    django_db_setup: None, django_db_blocker: pytest_django.DjangoDbBlocker
) -> Iterator[None]:
    """The test database, emptied by `tests.emptying` behind each test that commits."""
    with pytest.MonkeyPatch.context() as patch:
        with django_db_blocker.unblock():
            emptying.remember()
        patch.setattr(TransactionTestCase, "_fixture_teardown", emptying.empty)
        yield


@pytest.fixture(scope="session", autouse=True)
def quick_passwords() -> Iterator[None]:
    hasher = f"{QuickArgon2PasswordHasher.__module__}.{QuickArgon2PasswordHasher.__name__}"
    with override_settings(PASSWORD_HASHERS=[hasher, SECRETS]):
        yield


@pytest.fixture(scope="session", autouse=True)
def unlimited_visitors() -> Iterator[None]:
    """All tests come from one address, and crowds call by one key; those of the limits switch them on
    again."""
    with override_settings(LIMIT_VISITORS=False, API_CALLS_AT_ONCE=1000):
        yield


@pytest.fixture(scope="session", autouse=True)
def private_files_of_tests(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Photos of returned goods and the like go where the run's other files do."""
    with override_settings(PRIVATE_ROOT=tmp_path_factory.mktemp("private")):
        yield


@pytest.fixture(autouse=True)
def own_language() -> Iterator[None]:
    """A request in French leaves its language behind in the thread."""
    yield
    translation.deactivate()


@pytest.fixture
def database_url(transactional_db: None) -> str:
    """The test database of this process, for processes of its own: see `stack.processes.Stack`."""
    parts = connection.settings_dict
    user, password = quote(parts["USER"]), quote(parts["PASSWORD"])
    return f"postgres://{user}:{password}@{parts['HOST']}:{parts['PORT']}/{parts['NAME']}"


@pytest.fixture
def redis_url() -> str:
    """The Redis database of this test process; others' are on the same server: no FLUSHALL."""
    return os.environ["REDIS_URL"]
