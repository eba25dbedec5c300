"""The courier: one process that waits for all subscribers at a time, so that none waits for another."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

from django.db import Error, connection
from django.utils import timezone

from webhooks import claims, deliveries, forms, outcomes
from webhooks.lines import Lines
from webhooks.models import Delivery
from webhooks.outcomes import Outcome
from webhooks.transport import Wire

log = logging.getLogger(__name__)
T = TypeVar("T")

# How often it looks for what is due while nothing goes on, in seconds.
POLL = 0.25
# How long it lets answers gather, to write them together.
GATHER = 0.02
# How long it waits when the database does not answer.
DATABASE_AWAY = 1.0
# How long what is under way may take when it is asked to stop; what is cut off is tried again.
GRACE = 8.0
ALIVE_EVERY = 1.0
IDLE_EVERY = 5.0


async def attempt(delivery: Delivery, wire: Wire) -> Outcome:
    """POST a claimed delivery over `wire`, and what came of it. Writes nothing."""
    text = deliveries.body(delivery)
    started_at, clock = timezone.now(), time.monotonic()
    headers = forms.headers(delivery, text, at=started_at)
    answer = await wire.post(delivery.endpoint.url, text, headers=headers)
    return Outcome(
        delivery=delivery,
        started_at=started_at,
        milliseconds=round(1000 * (time.monotonic() - clock)),
        headers=headers,
        answer=answer,
    )


class Courier:
    """Claims what is due, POSTs it, and writes down what came of it, until `stop`.

    The POSTs are tasks of one event loop; the database, which is asked by a driver that waits, has
    a thread of its own. `alive` is a file that is touched while the database answers.
    """

    def __init__(self, alive: Path | None = None) -> None:
        self._alive = alive
        self._lines = Lines()
        self._under_way: set[asyncio.Task[None]] = set()
        self._outcomes: list[Outcome] = []
        self._news = asyncio.Event()
        self._stopping = False
        self._books = ThreadPoolExecutor(1, thread_name_prefix="books")
        self._touched_at = self._tidied_at = -IDLE_EVERY

    def stop(self) -> None:
        """Claim nothing more; `run` returns when what is under way has ended, or `GRACE` seconds on."""
        self._stopping = True
        self._news.set()

    async def run(self) -> None:
        """Work until `stop`. Survives a database that goes away and comes back."""
        try:
            while not self._stopping:
                await self._turn()
                await self._wait()
            if self._under_way:
                await asyncio.wait(self._under_way, timeout=GRACE)
            for task in self._under_way:
                task.cancel()
            await self._write()
        finally:
            await self._lines.aclose()
            await self._in_books(_hang_up)
            self._books.shutdown()

    async def _turn(self) -> None:
        """Write what came, begin what is due."""
        try:
            await self._write()
            rooms, left = self._lines.rooms(), self._lines.left()
            if left > 0:
                for delivery in await self._in_books(lambda: claims.claim(rooms, limit=left)):
                    self._begin(delivery)
        except Error as error:
            log.warning("the database does not answer: %r", error)
            await self._in_books(_hang_up)
            await asyncio.sleep(DATABASE_AWAY)
        else:
            self._touch()
            await self._tidy()

    async def _write(self) -> None:
        written = self._outcomes[:]
        if written:
            await self._in_books(lambda: outcomes.record(written))
            del self._outcomes[: len(written)]

    async def _wait(self) -> None:
        """Until an answer came and others had time to come too, or it is time to look again."""
        with suppress(TimeoutError):
            async with asyncio.timeout(POLL):
                await self._news.wait()
        self._news.clear()
        await asyncio.sleep(GATHER)

    def _begin(self, delivery: Delivery) -> None:
        self._lines.of(delivery.endpoint_id).busy += 1
        task = asyncio.create_task(self._attempt(delivery))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def _attempt(self, delivery: Delivery) -> None:
        line = self._lines.of(delivery.endpoint_id)
        try:
            outcome = await attempt(delivery, line.wire)
            line.learn(outcome.answer, outcome.milliseconds / 1000)
            self._outcomes.append(outcome)
        except Exception:
            # It is due again when its lease ends.
            log.exception("the attempt of delivery %d broke off", delivery.pk)
        finally:
            line.busy -= 1
            self._news.set()

    async def _in_books(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._books, work)

    def _touch(self) -> None:
        now = time.monotonic()
        if self._alive and now - self._touched_at >= ALIVE_EVERY:
            self._alive.touch()
            self._touched_at = now

    async def _tidy(self) -> None:
        now = time.monotonic()
        if now - self._tidied_at >= IDLE_EVERY:
            await self._lines.forget_idle()
            self._tidied_at = now


def _hang_up() -> None:
    """Close the connection of the thread that calls this; the next statement opens another."""
    connection.close()
