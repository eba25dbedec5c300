"""Two merchants, the operator, and a real HTTP receiver that answers as it is told."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest
from django.conf import settings as site
from django.db import transaction
from redis import Redis

from catalogue.models import Merchant
from shopping import hints
from tests.shops import open_shop
from webhooks import sequences
from webhooks.events import record
from webhooks.models import Delivery, Endpoint, Event

QUEUES = ("celery", "deliveries")


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
    location: str = ""
    got: list[Message] = field(default_factory=list)


def serve(receiver: Receiver) -> ThreadingHTTPServer:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            receiver.got.append(Message(dict(self.headers), body))
            statuses = receiver.statuses
            self.send_response(statuses.pop(0) if len(statuses) > 1 else statuses[0])
            if receiver.location:
                self.send_header("Location", receiver.location)
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
