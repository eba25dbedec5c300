"""Hints to workers: "look there now". The row is the truth; a hint only saves the wait for a sweep.

A hint leaves after the commit. Where the broker is gone or hangs, it is dropped within about a
second, and the process sends none for `QUIET_SECONDS`, so that no request stalls and no page fails.
"""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass
from functools import cache

from celery import current_app
from django.conf import settings
from django.db import transaction
from kombu import Connection
from kombu.exceptions import KombuError
from kombu.pools import producers
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from shopping.monitoring import metrics

log = logging.getLogger(__name__)

Argument = int | str
QUIET_SECONDS = 5.0
# How long a gathered hint waits for others to share its errand, and how long its mark may outlive
# an errand that was lost.
GATHER_SECONDS = 0.3
MARK_SECONDS = 5
SOCKET = {"socket_connect_timeout": 0.5, "socket_timeout": 1.0}


class Breaker:
    """Remembers for a while that the broker did not answer."""

    def __init__(self) -> None:
        self.quiet_until = 0.0

    def is_open(self) -> bool:
        return time.monotonic() < self.quiet_until

    def trip(self, task: str, error: Exception) -> None:
        self.quiet_until = time.monotonic() + QUIET_SECONDS
        metrics.HINTS_LOST.inc()
        log.warning("no hint for %s, a sweep will find the row: %r", task, error)


breaker = Breaker()


@dataclass(frozen=True, slots=True)
class Hint:
    """One call of a task by name; equal hints of one transaction are one."""

    task: str
    args: tuple[Argument, ...] = ()
    gathered: bool = False

    def __call__(self) -> None:
        if breaker.is_open():
            return
        try:
            if self.gathered and not marks().set(_mark(self.task), 1, nx=True, ex=MARK_SECONDS):
                return
            with producers[_connection()].acquire(block=True, timeout=1) as producer:
                current_app.send_task(
                    self.task,
                    args=self.args,
                    countdown=GATHER_SECONDS if self.gathered else None,
                    producer=producer,
                    retry=False,
                    ignore_result=True,
                )
        except (KombuError, RedisError, OSError) as error:
            breaker.trip(self.task, error)


def wake(task: str, *args: Argument) -> None:
    """After the commit, ask a worker to run `task` (its registered name) with `args`.

    Outside a transaction: at once. Repeated within one transaction: sent once. Never raises for
    a broker that is away.
    """
    _on_commit(Hint(task, args))


def wake_soon(task: str) -> None:
    """After the commit, have `task` run within `GATHER_SECONDS`, once for all who asked meanwhile.

    For tasks without arguments that handle all due rows at once. Such a task has to call
    `begun(task)` before it reads, or the next hints are taken for answered.
    """
    _on_commit(Hint(task, gathered=True))


def begun(task: str) -> None:
    """From now on a new `wake_soon(task)` is a new errand."""
    try:
        marks().delete(_mark(task))
    except (RedisError, OSError) as error:
        log.warning("mark of %s stays for %s s: %r", task, MARK_SECONDS, error)


def _on_commit(hint: Hint) -> None:
    # Django drops what a rolled-back savepoint had put here, so a hint that is still in the list
    # will run, and a second one would only repeat it.
    waiting = transaction.get_connection().run_on_commit
    if not any(function == hint for _, function, _ in waiting):
        transaction.on_commit(hint)


def _mark(task: str) -> str:
    return f"etal:hint:{task}"


@cache
def marks() -> Redis:
    """Redis, for marks that tell of messages; who asks it waits for about a second at the most."""
    return Redis.from_url(settings.REDIS_URL, retry=Retry(NoBackoff(), 0), **SOCKET)


@cache
def _connection() -> Connection:
    # Without max_retries kombu tries again for six seconds even when told not to retry.
    return current_app.connection_for_write(
        transport_options={**settings.CELERY_BROKER_TRANSPORT_OPTIONS, **SOCKET, "max_retries": 0}
    )
