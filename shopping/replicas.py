"""Where the feed is read: of a replica, where DATABASE_REPLICA_URL names one, else of the primary.

Only what stands within `reading`, and only tables of APPS, is read of the replica; all else is the
primary's, and so is every write. Whoever has just written reads the primary for `OWN_SECONDS`, which
is longer than a replica in good health is behind. One that does not answer or is behind is left alone
for `LOOK_SECONDS`, and the page is read of the primary instead.
"""

from __future__ import annotations

import functools
import logging
import threading
import time
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.db import Error, InterfaceError, InternalError, OperationalError, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Model
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from redis.exceptions import RedisError

from shopping.monitoring import metrics

log = logging.getLogger(__name__)

REPLICA = "replica"
APPS = frozenset({"feeds", "catalogue"})
OWN_SECONDS = 5
LOOK_SECONDS = 5.0
SAFE = frozenset({"GET", "HEAD"})
# It streams from its primary, and has applied what it got or did so a moment ago.
STANDING = """
SELECT pg_is_in_recovery() AND EXISTS (SELECT FROM pg_stat_wal_receiver) AND (
    pg_last_wal_receive_lsn() = pg_last_wal_replay_lsn()
    OR now() - pg_last_xact_replay_timestamp() < %s * interval '1 second'
)
"""

_reading: ContextVar[bool] = ContextVar("reading", default=False)
View = Callable[..., HttpResponseBase]


class Router:
    """Django's database router."""

    def db_for_read(self, model: type[Model], **hints: Any) -> str | None:
        return REPLICA if _reading.get() and model._meta.app_label in APPS else None

    def db_for_write(self, model: type[Model], **hints: Any) -> str:
        return "default"

    def allow_relation(self, first: Model, second: Model, **hints: Any) -> bool:
        return True

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        return db != REPLICA


class Standing:
    """Whether the replica is fit to be read, as this process last saw it."""

    def __init__(self) -> None:
        self._fit = False
        self._until = 0.0
        self._lock = threading.Lock()

    def is_fit(self) -> bool:
        """What was seen in the last `LOOK_SECONDS`; else one thread looks and the others go on."""
        if time.monotonic() >= self._until and self._lock.acquire(blocking=False):
            try:
                self._say(fit=_looks_fit())
            finally:
                self._lock.release()
        return self._fit

    def failed(self) -> None:
        """A read broke off: nobody tries again for a while."""
        self._say(fit=False)

    def _say(self, *, fit: bool) -> None:
        if self._fit and not fit:
            log.warning("the replica is not read: it is away or behind")
        self._fit, self._until = fit, time.monotonic() + LOOK_SECONDS


standing = Standing()


def _looks_fit() -> bool:
    try:
        with connections[REPLICA].cursor() as cursor:
            cursor.execute(STANDING, [OWN_SECONDS])
            return bool(cursor.fetchone()[0])
    except Error:
        connections[REPLICA].close()
        return False


def connection() -> BaseDatabaseWrapper:
    """For statements of our own that only read the feed: the replica's within `reading`."""
    return connections[REPLICA if _reading.get() else "default"]


def reading(view: View) -> View:
    """A view that only reads the feed, and may read it as it was a moment ago."""

    @functools.wraps(view)
    def read(request: HttpRequest, *args: Any, **named: Any) -> HttpResponseBase:
        if not settings.DATABASE_ROUTERS:
            return view(request, *args, **named)
        if request.method in SAFE and not wrote(request) and standing.is_fit():
            token = _reading.set(True)
            try:
                answer = view(request, *args, **named)
            except (OperationalError, InterfaceError, InternalError):
                standing.failed()
                connections[REPLICA].close()
            else:
                metrics.FEED_READS.labels(REPLICA).inc()
                return answer
            finally:
                _reading.reset(token)
        metrics.FEED_READS.labels("primary").inc()
        return view(request, *args, **named)

    return read


def wrote(request: HttpRequest) -> bool:
    """Whether this person has written something in the last `OWN_SECONDS`."""
    key = _key(request)
    try:
        return key is not None and cache.get(key) is not None
    except RedisError:
        return True  # Nobody knows, and the primary is right in any case.


class OwnWrites:
    """Middleware, below the sessions': notes who has written, where there is a replica."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if settings.DATABASE_ROUTERS and request.method not in SAFE:
            key = _key(request)
            try:
                if key is not None:
                    cache.set(key, 1, timeout=OWN_SECONDS)
            except RedisError as error:
                log.warning("a write is not noted: %s", type(error).__name__)
        return response


def _key(request: HttpRequest) -> str | None:
    """Of who is signed in; a visitor without an account writes nothing into the feed."""
    user = getattr(request, "user", None)
    return f"wrote:{user.pk}" if user is not None and user.is_authenticated else None
