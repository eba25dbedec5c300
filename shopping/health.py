"""What load balancers and supervisors ask: whether a process lives, and whether it can do its work."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from functools import cache

import redis
from django.conf import settings
from django.db import Error, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

log = logging.getLogger(__name__)

# How long each of Redis's answers is waited for, and all that readiness asks together.
TIMEOUT_SECONDS = 2
READY_SECONDS = 3.0
# For so long an answer is given out again: many who ask cost one look.
FRESH_SECONDS = 1.0
broker = redis.Redis.from_url(
    settings.REDIS_URL, socket_timeout=TIMEOUT_SECONDS, socket_connect_timeout=TIMEOUT_SECONDS
)


@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """200 while the process answers at all. It asks nobody: what is away elsewhere no restart mends."""
    return JsonResponse({"alive": True})


@never_cache
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """200 when PostgreSQL and Redis answer and every migration of this code is applied, else 503.

    The body names each with true or false. It comes within `READY_SECONDS`, whatever hangs.
    """
    until = time.monotonic() + READY_SECONDS
    for probe in PROBES.values():
        probe.begin()
    answers = {name: probe.answer(until) for name, probe in PROBES.items()}
    return JsonResponse(answers, status=200 if all(answers.values()) else 503)


class Probe:
    """A question that may hang, asked in a thread of its own by one at a time.

    Whoever asks while it hangs gets a no, and begins no second one.
    """

    def __init__(self, ask: Callable[[], bool]) -> None:
        self._ask = ask
        self._lock = threading.Lock()
        self._done = threading.Event()
        self._asking = self._said = False
        self._at = -FRESH_SECONDS

    def begin(self) -> None:
        """Ask, unless somebody does or has just done."""
        with self._lock:
            if self._asking or time.monotonic() - self._at < FRESH_SECONDS:
                return
            self._asking, self._at = True, time.monotonic()
            self._done.clear()
        threading.Thread(target=self._run, name="probe", daemon=True).start()

    def answer(self, until: float) -> bool:
        """What was said; False where nothing was by `until`, of the monotonic clock."""
        return self._done.wait(max(0.0, until - time.monotonic())) and self._said

    def forget(self) -> None:
        """The next who asks begins anew."""
        self._at = -FRESH_SECONDS

    def _run(self) -> None:
        try:
            self._said = self._ask()
        except Exception:
            log.exception("a check of readiness broke off")
            self._said = False
        finally:
            self._asking = False
            self._done.set()


def database_answers() -> bool:
    """Whether a statement of ours comes back. On a connection of the thread's own, closed behind it."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error:
        return False
    finally:
        connection.close()
    return True


def redis_answers() -> bool:
    try:
        return bool(broker.ping())
    except redis.RedisError:
        return False


def migrations_applied() -> bool:
    """Whether the database has all that this code needs; it may have more, of newer code."""
    try:
        return needed_migrations() <= MigrationRecorder(connection).applied_migrations().keys()
    except Error:
        return False
    finally:
        connection.close()


@cache
def needed_migrations() -> frozenset[tuple[str, str]]:
    """All migrations of the code, by app and name."""
    return frozenset(MigrationLoader(None).disk_migrations)


PROBES = {
    "database": Probe(database_answers),
    "redis": Probe(redis_answers),
    "migrations": Probe(migrations_applied),
}
