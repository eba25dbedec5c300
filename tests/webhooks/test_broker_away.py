"""A broker that is closed or hangs costs nobody their commit, and is not asked by each request."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from threading import Thread
from typing import Any

import pytest

from shopping import hints
from webhooks import sequences
from webhooks.models import Event


@pytest.fixture
def broker_at(settings, queue) -> Iterator[Callable[[int], None]]:
    """Point the hints at another port of this machine; afterwards at the real broker again."""

    proxy: Any = hints.current_app
    app = proxy._get_current_object()
    before = app.conf.broker_url

    def at(port: int) -> None:
        settings.REDIS_URL = f"redis://127.0.0.1:{port}/0"
        app.conf.broker_url = app.conf.broker_write_url = settings.REDIS_URL
        forget()

    def forget() -> None:
        hints.marks.cache_clear()
        hints._connection.cache_clear()
        hints.breaker.quiet_until = 0.0

    yield at
    app.conf.broker_url = app.conf.broker_write_url = before
    forget()


def closed_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def test_with_the_broker_closed_the_event_commits_and_the_sweep_finds_it(happen, broker_at):
    broker_at(closed_port())
    event = happen("order.paid")
    assert hints.breaker.is_open()
    assert sequences.assign() == 1
    assert Event.objects.get().sequence == 1
    assert Event.objects.get().pk == event.pk


def test_a_broker_that_hangs_is_asked_once_and_then_left_alone(happen, broker_at):
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen()
        heard: list[socket.socket] = []
        Thread(target=lambda: heard.append(deaf.accept()[0]), daemon=True).start()
        broker_at(deaf.getsockname()[1])
        for _ in range(5):
            happen("order.paid")
        # The one connection was taken by the thread; a second would wait in the backlog.
        deaf.settimeout(0.05)
        with pytest.raises(TimeoutError):
            deaf.accept()
        assert len(heard) == 1
        heard[0].close()
    assert Event.objects.count() == 5
