"""Gives a test run its PostgreSQL and Redis before Django reads its settings.

Loaded by `addopts` in pyproject.toml. Where DATABASE_URL or REDIS_URL is set, that server is used;
else a private one below `.local/test/`, in the first folder that no other run holds. Each process
of pytest-xdist has a test database of its own (pytest-django) and a Redis database of its own
(here).
"""

import fcntl
import os
import signal
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest

from stack import leftovers, secrets, template
from stack.environment import LOCAL, MARK, SANDBOX_SIGNS_WITH, given, stripe_keys
from stack.errors import StackError
from stack.ports import LOOPBACK, free_port
from stack.services import PostgreSQL, Redis

SLOTS = 16
PLUGIN = "stack.pytest_plugin"
servers = ExitStack()


def pytest_addoption() -> None:
    """The first hook there is: it runs before pytest-django imports the settings."""
    # As Ctrl-C does, SIGTERM ends the run in order, so that fixtures stop what they started.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    worker = os.environ.get("PYTEST_XDIST_WORKER", "")
    if worker:
        os.environ["REDIS_URL"] = redis_database(os.environ["REDIS_URL"], worker=worker)
        return
    try:
        prepare()
    except StackError as error:
        servers.close()
        raise pytest.UsageError(str(error)) from None
    # The processes of pytest-xdist load plugins from here before they read the settings.
    os.environ["PYTEST_PLUGINS"] = PLUGIN


def pytest_unconfigure() -> None:
    if "PYTEST_XDIST_WORKER" in os.environ:
        return
    # A run that was stopped may have left fixtures without their end.
    leftovers.stop_marked(MARK, os.environ[MARK])
    servers.close()


def prepare() -> None:
    """Set what the settings need, starting servers where none are named."""
    if MARK in os.environ:  # `make test` has prepared everything
        return
    slot = free_slot()
    leftovers.stop_marked(MARK, str(slot))
    os.environ[MARK] = str(slot)
    words = given()
    if "DATABASE_URL" not in words:
        postgres = PostgreSQL(slot / "postgres", durable=False, max_connections=300)
        words["DATABASE_URL"] = servers.enter_context(postgres).url
        os.environ[template.SERVER] = words["DATABASE_URL"]
    if "REDIS_URL" not in words:
        words["REDIS_URL"] = servers.enter_context(Redis(slot / "redis", durable=False)).url
    os.environ["DATABASE_URL"] = words["DATABASE_URL"]
    os.environ["REDIS_URL"] = words["REDIS_URL"]
    site = {
        "DEBUG": "true",
        # A test that changes a price must see it at once; the cache's own tests turn it on.
        "PAGE_CACHE_SECONDS": "0",
        "MARKET_POOL_SECONDS": "0",
        # As in production; tests.second_factors lets people in.
        "REQUIRE_TWO_FACTOR": "true",
        "SECRET_KEY": "fifty signs or more that sign nothing outside of a test run",
    }
    site["PUBLIC_URL"] = "http://localhost:8000"
    site["UCP_SIGNING_KEYS"] = str(secrets.kept_signing_key(slot / "ucp_signing_keys.pem"))
    # No test speaks to Stripe itself: those that need its API start a stand-in of their own.
    nowhere = f"http://{LOOPBACK}:{free_port()}"
    site |= stripe_keys(webhook_secret=SANDBOX_SIGNS_WITH)
    site |= {"STRIPE_API_BASE": nowhere, "STRIPE_JS_URL": f"{nowhere}/v3/"}
    os.environ.update(site)


def free_slot() -> Path:
    """A folder for the servers of this run, held by a lock until the process ends."""
    for number in range(SLOTS):
        slot = LOCAL / "test" / str(number)
        slot.mkdir(parents=True, exist_ok=True)
        lock = servers.enter_context((slot / "lock").open("w"))
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            continue
        return slot
    raise StackError(f"{SLOTS} test runs are under way in {LOCAL / 'test'}; wait for one to end.")


def redis_database(url: str, *, worker: str) -> str:
    """`url` with a database number of its own for the pytest-xdist process `worker` (gw0 → +1)."""
    parts = urlsplit(url)
    number = int(parts.path.strip("/") or 0) + int(worker.removeprefix("gw")) + 1
    return urlunsplit(parts._replace(path=f"/{number}"))
