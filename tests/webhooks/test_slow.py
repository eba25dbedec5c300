"""Who answers slowly, in drops or never, is waited for without end by nobody else."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import suppress
from threading import Event as Signal
from threading import Thread
from typing import Any

import pytest

from tests.webhooks.conftest import courier_until, post
from webhooks import endpoints, sequences, transport
from webhooks.lines import MOST, SLOW, Line, Lines
from webhooks.models import Delivery
from webhooks.transport import Answer

pytestmark = pytest.mark.django_db(transaction=True)
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n"


@pytest.fixture
def says(settings: Any) -> Iterator[Any]:
    """Servers that send these pieces, one each 0.1 s, then keep silent with the line open."""
    settings.DEBUG = settings.WEBHOOK_PRIVATE_HOSTS = True
    over = Signal()
    listening: list[socket.socket] = []

    def says(*pieces: bytes) -> str:
        server = socket.create_server(("127.0.0.1", 0))
        listening.append(server)

        def talk(client: socket.socket) -> None:
            with client, suppress(OSError):
                client.recv(65_536)
                for piece in pieces:
                    client.sendall(piece)
                    over.wait(0.1)
                over.wait(30)

        def serve() -> None:
            with suppress(OSError):
                while True:
                    client, _where = server.accept()
                    Thread(target=talk, args=(client,), daemon=True).start()

        Thread(target=serve, daemon=True).start()
        return f"http://127.0.0.1:{server.getsockname()[1]}/"

    yield says
    over.set()
    for server in listening:
        server.close()


def test_a_server_that_says_nothing_is_given_up(says, monkeypatch):
    monkeypatch.setattr(transport, "DEADLINE", 0.5)
    answer = post(says())
    assert answer.status_code is None
    assert answer.text.startswith("no answer within")


def test_a_head_that_drips_for_ever_is_given_up(says, monkeypatch):
    monkeypatch.setattr(transport, "DEADLINE", 0.5)
    assert post(says(b"HTTP/1.1 200 OK\r\n", *([b"a: b\r\n"] * 100))).status_code is None


def test_once_the_status_has_come_it_is_the_answer(says, monkeypatch):
    monkeypatch.setattr(transport, "DEADLINE", 0.5)
    answer = post(says(HEAD + b"Content-Length: 900\r\n\r\nthanks", *([b"."] * 100)))
    assert (answer.status_code, answer.text[:7]) == (200, "thanks.")


def test_a_flood_is_not_read_to_its_end(says):
    answer = post(says(HEAD + b"\r\n", b"x" * 100_000, b"y" * 100_000))
    assert (answer.status_code, answer.text) == (200, "x" * 500)


def test_while_one_keeps_silent_others_get_theirs(says, receiver, plage, happen, monkeypatch):
    monkeypatch.setattr(transport, "DEADLINE", 3)
    silent = endpoints.create(says(), merchant_id=plage.pk)
    quick = endpoints.create(receiver.url, merchant_id=plage.pk)
    for _ in range(60):
        happen(merchant=plage)
    sequences.assign()
    taken = Delivery.objects.filter(endpoint=quick, status="delivered")
    tried = Delivery.objects.filter(endpoint=silent, attempts__gt=0)

    def done() -> bool:
        return taken.count() == 60

    courier_until(done)
    assert tried.count() <= 2 + 3


def test_an_endpoint_bears_more_the_better_it_answers():
    line = Line()
    for _ in range(9):
        line.learn(Answer(204, ""), 0.01)
    assert line.room == MOST
    line.learn(Answer(204, ""), 5)
    assert line.room == 1
    line.learn(Answer(204, ""), 0.01)
    line.learn(Answer(500, ""), 0.01)
    assert line.room == 1


def test_many_slow_ones_leave_place_for_the_others():
    lines = Lines()
    for number in range(3 * SLOW):
        line = lines.of(number)
        line.learn(Answer(None, ""), 15)
        line.busy = 1 if number < SLOW else 0
    assert not any(lines.rooms().values())
    assert lines.left() >= SLOW
    lines.of(0).busy = 0
    assert lines.rooms()[1000 % (3 * SLOW)] == 1


def test_one_that_asks_for_time_is_left_alone_with_all_that_waits():
    lines = Lines()
    lines.of(1).learn(Answer(429, "", "60"), 0.01)
    lines.of(2).learn(Answer(429, ""), 0.01)
    assert lines.rooms() == {1: 0, 2: 1}
