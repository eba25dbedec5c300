"""The log of calls that partners look things up in.

A call must not wait for it: lines are gathered for a moment and go to Redis together, and a worker writes
them down some seconds later. What is lost on the way is lost; they are a help, not a record.
"""

from __future__ import annotations

import atexit
import json
import logging
from contextlib import suppress
from datetime import datetime, timedelta
from functools import cache
from threading import Lock, Timer
from typing import Any, cast

from django.conf import settings
from django.db import DataError, IntegrityError, transaction
from django.db.models.functions import Now
from redis import Redis
from redis.exceptions import LockError, RedisError

from partners.callers import Caller
from partners.models import RequestLine
from shopping import rows

logger = logging.getLogger(__name__)

KEPT = timedelta(days=30)
LIST = "etal:api:requests"
# Where no worker comes to write them down, the oldest give way.
MOST = 100_000
BATCH = 500
# A line waits for others so many seconds.
GATHERED = 0.2
LONGEST = 2**31 - 1
# One writes at a time; who died at it holds up the next for so many seconds.
LOCK, LEASE = "etal:api:requests:writer", 60
# A line that cannot be written down, whatever is done: of a shop that is deleted, or not cut.
UNWRITABLE = (DataError, IntegrityError, ValueError)


def note(
    caller: Caller,
    *,
    request_id: str,
    method: str,
    path: str,
    status: int,
    code: str,
    milliseconds: int,
    at: datetime,
) -> None:
    """Keep a line of one call; it waits for nothing."""
    line = [
        request_id,
        caller.merchant.pk if caller.merchant else None,
        caller.principal[:80],
        caller.name[:120],
        caller.live,
        method[:8],
        path[:500],
        status,
        code[:60],
        min(milliseconds, LONGEST),
        at.isoformat(),
    ]
    _gathered.add(json.dumps(line))


class _Gathered:
    """Lines on their way to Redis: one errand takes all of a moment."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._adding, self._sending = Lock(), Lock()

    def add(self, line: str) -> None:
        with self._adding:
            self._lines.append(line)
            is_first = len(self._lines) == 1
        if is_first:
            timer = Timer(GATHERED, self.send)
            timer.daemon = True
            timer.start()

    def send(self) -> None:
        """Returns when all that was added before is there; without Redis it is lost."""
        with self._sending:
            with self._adding:
                lines, self._lines = self._lines, []
            try:
                if lines and _redis().lpush(LIST, *lines) > MOST:
                    _redis().ltrim(LIST, 0, MOST - 1)
            except RedisError as error:
                logger.warning("calls of the API are not logged: %s", type(error).__name__)


_gathered = _Gathered()
# Those of the last moment of a process that ends in order.
send = atexit.register(_gathered.send)


def write() -> int:
    """Write down what was called since the last time; how many lines.

    They leave Redis when they are committed: should that fail they are there next time, and who dies
    between writes them twice. A line that cannot be written takes no other with it.
    """
    send()
    lock = _redis().lock(LOCK, timeout=LEASE, blocking=False)
    if not lock.acquire():
        return 0
    written = 0
    try:
        # New ones come at the other end.
        while lines := cast("list[bytes]", _redis().lrange(LIST, -BATCH, -1))[::-1]:
            written += _insert(lines)
            _redis().ltrim(LIST, 0, -len(lines) - 1)
    finally:
        with suppress(LockError):  # It took longer than the lease.
            lock.release()
    return written


def _insert(lines: list[bytes]) -> int:
    """Together, or each by itself where one will not do; how many."""
    try:
        with transaction.atomic():
            rows.insert([_row(json.loads(line)) for line in lines])
    except UNWRITABLE as error:
        if len(lines) > 1:
            return sum(_insert([line]) for line in lines)
        logger.warning("a call of the API cannot be logged: %s", type(error).__name__)
        return 0
    return len(lines)


def forget_old() -> int:
    """Delete what is older than KEPT; how many."""
    return RequestLine.objects.filter(at__lt=Now() - KEPT).delete()[0]


def _row(line: list[Any]) -> RequestLine:
    request_id, merchant_id, principal, name, live, method, path, status, code, took, at = line
    return RequestLine(
        request_id=request_id,
        merchant_id=merchant_id,
        principal=principal,
        caller=name,
        live=live,
        method=method,
        path=path,
        status=status,
        code=code,
        milliseconds=took,
        at=datetime.fromisoformat(at),
    )


@cache
def _redis() -> Redis:
    return Redis.from_url(settings.REDIS_URL, socket_connect_timeout=0.2, socket_timeout=0.5)
