"""Many at once, each on a thread and a database connection of its own."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

from django.db import connection, transaction

T = TypeVar("T")


def at_once(jobs: Sequence[Callable[[], T]]) -> list[T | Exception]:
    """All jobs begin in the same moment; what each returned or raised, in their order."""
    gate = Barrier(len(jobs))

    def run(job: Callable[[], T]) -> T | Exception:
        try:
            connection.ensure_connection()
            gate.wait(timeout=60)
            return job()
        except Exception as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(jobs)) as pool:
        return list(pool.map(run, jobs))


def before_it_is_written(first: Callable[[], object], *, then: Callable[[], T]) -> Future[T]:
    """`then` begins while `first` is not committed, which is when `then` waits for it or has ended;
    how it ended after both. AssertionError where it does neither in a minute."""

    def second() -> T:
        try:
            return then()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool, transaction.atomic():
        first()
        answer = pool.submit(second)
        until = time.monotonic() + 60
        while not answer.done() and not waiting():
            assert time.monotonic() < until, "it neither waits nor ends"
            time.sleep(0.01)
    return answer


def waiting() -> int:
    """How many connections to this database stand before a lock."""
    with connection.cursor() as cursor:
        # What it says of others is read once a transaction, unless it is asked to forget it.
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        (count,) = cursor.fetchone()
    return int(count)
