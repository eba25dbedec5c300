"""Two merchants, the operator, and a real HTTP receiver that answers as it is told."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event as Gate
from threading import Thread
from typing import Any

import pytest
from django.conf import settings as site
from django.db import connection, transaction
from redis import Redis

from catalogue.models import Merchant
from shopping import hints
from tests.shops import open_shop
from webhooks import claims, outcomes, sequences
from webhooks.courier import Courier, attempt
from webhooks.events import record
from webhooks.models import Delivery, Endpoint, Event
from webhooks.outcomes import Outcome
from webhooks.transport import Answer, Wire

QUEUES = ("celery",)
PATIENCE = 20


@dataclass
class Message:
    headers: dict[str, str]
    body: bytes

    @property
    def content(self) -> dict[str, Any]:
        return json.loads(self.body)


@dataclass
class Receiver:
    """Answers with `statuses` in turn, the last one for ever; keeps what it got."""

    url: str = ""
    statuses: list[int] = field(default_factory=lambda: [204])
    answer: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    got: list[Message] = field(default_factory=list)
    # Closed, it keeps its answers back.
    gate: Gate = field(default_factory=Gate)

    def __post_init__(self) -> None:
        self.gate.set()


def serve(receiver: Receiver) -> ThreadingHTTPServer:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            receiver.got.append(Message(dict(self.headers), body))
            receiver.gate.wait(60)
            statuses = receiver.statuses
            self.send_response(statuses.pop(0) if len(statuses) > 1 else statuses[0])
            for header in receiver.headers.items():
                self.send_header(*header)
            self.send_header("Content-Length", str(len(receiver.answer)))
            self.end_headers()
            self.wfile.write(receiver.answer)

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    receiver.url = f"http://127.0.0.1:{server.server_port}/hooks"
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    return server


@pytest.fixture
def receiver(settings: Any) -> Iterator[Receiver]:
    settings.DEBUG = settings.WEBHOOK_PRIVATE_HOSTS = True
    receiver = Receiver()
    server = serve(receiver)
    yield receiver
    server.shutdown()
    server.server_close()


@pytest.fixture
def plage(transactional_db: None) -> Merchant:
    return open_shop("plage")


@pytest.fixture
def rayon(transactional_db: None) -> Merchant:
    return open_shop("rayon")


@pytest.fixture
def happen(transactional_db: None) -> Callable[..., Event]:
    def happen(
        type: str = "order.paid", *, merchant: Merchant | None = None, **payload: Any
    ) -> Event:
        with transaction.atomic():
            return record(
                type,
                subject="0190",
                merchant_id=merchant.pk if merchant else None,
                payload=payload,
            )

    return happen


@pytest.fixture
def on_its_way(happen: Callable[..., Event]) -> Callable[[Endpoint], Delivery]:
    """One delivery to an endpoint, due now."""

    def on_its_way(endpoint: Endpoint) -> Delivery:
        event = happen("order.paid", merchant=endpoint.merchant, total=3790, title="Tongs « été »")
        sequences.assign()
        return Delivery.objects.get(endpoint=endpoint, event=event)

    return on_its_way


def post(url: str, body: str = "{}", *, headers: dict[str, str] | None = None) -> Answer:
    """One POST over a wire of its own."""

    async def once() -> Answer:
        wire = Wire()
        try:
            return await wire.post(url, body, headers=headers or {})
        finally:
            await wire.aclose()

    return asyncio.run(once())


def turn() -> list[Delivery]:
    """One turn of the courier's, step by step: the deliveries that were due, as they stand then."""
    claimed = claims.claim()

    async def attempts() -> list[Outcome]:
        wire = Wire()
        try:
            return [await attempt(delivery, wire) for delivery in claimed]
        finally:
            await wire.aclose()

    outcomes.record(asyncio.run(attempts()))
    keys = [delivery.pk for delivery in claimed]
    return list(Delivery.objects.filter(pk__in=keys).order_by("pk"))


def courier_until(done: Callable[[], bool]) -> None:
    """Run the courier itself until `done`; AssertionError when that takes too long."""

    async def run() -> None:
        courier = Courier()
        work = asyncio.create_task(courier.run())
        end = time.monotonic() + PATIENCE
        try:
            while not await asyncio.to_thread(apart, done):
                assert time.monotonic() < end, "the courier did not get that far"
                await asyncio.sleep(0.02)
        finally:
            courier.stop()
            await work

    asyncio.run(run())


def apart(done: Callable[[], bool]) -> bool:
    """On a connection of this thread's own, which is closed again."""
    try:
        return done()
    finally:
        connection.close()


class Queue:
    """What waits for workers in the broker."""

    def __init__(self) -> None:
        self.redis = Redis.from_url(site.REDIS_URL)

    def clear(self) -> None:
        self.redis.delete(*QUEUES, *self.redis.keys("etal:hint:*"))

    def tasks(self) -> list[str]:
        """Names of the waiting tasks, sorted."""
        waiting = [raw for queue in QUEUES for raw in self.redis.lrange(queue, 0, -1)]
        return sorted(json.loads(raw)["headers"]["task"] for raw in waiting)


@pytest.fixture
def queue() -> Iterator[Queue]:
    queue = Queue()
    queue.clear()
    hints.breaker.quiet_until = 0.0
    yield queue
    queue.clear()
    hints.breaker.quiet_until = 0.0
