"""Liveness asks nobody; readiness asks all that a request needs, and answers in time."""

from __future__ import annotations

import socket
import threading
import time

import pytest
import redis
from django.db import connection
from django.test import Client

from shopping import health


@pytest.fixture(autouse=True)
def nothing_is_kept(monkeypatch):
    """The machine of the tests may be slow."""
    monkeypatch.setattr(health, "READY_SECONDS", 60.0)
    for probe in health.PROBES.values():
        probe.forget()


@pytest.fixture
def silent_port():
    """Takes connections and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def test_a_process_lives_whatever_is_away(monkeypatch):
    monkeypatch.setattr(health, "broker", redis.Redis(port=1))
    answer = Client().get("/healthz/")
    assert (answer.status_code, answer.json()) == (200, {"alive": True})


def test_it_is_ready_when_all_answer_and_the_database_is_migrated(transactional_db):
    answer = Client().get("/readyz/")
    assert answer.json() == {"database": True, "redis": True, "migrations": True}
    assert answer.status_code == 200


def test_it_is_not_ready_when_redis_is_away(transactional_db, monkeypatch):
    monkeypatch.setattr(health, "broker", redis.Redis(port=1, socket_connect_timeout=1))
    answer = Client().get("/readyz/")
    assert answer.status_code == 503
    assert answer.json() == {"database": True, "redis": False, "migrations": True}


def test_it_is_not_ready_before_a_migration_is_applied(transactional_db, monkeypatch):
    wanted = health.needed_migrations() | {("checkout", "9999_to_come")}
    monkeypatch.setattr(health, "needed_migrations", lambda: wanted)
    answer = Client().get("/readyz/")
    assert answer.status_code == 503
    assert answer.json() == {"database": True, "redis": True, "migrations": False}


def test_a_database_of_newer_code_is_good_enough(transactional_db, monkeypatch):
    fewer = frozenset(sorted(health.needed_migrations())[1:])
    monkeypatch.setattr(health, "needed_migrations", lambda: fewer)
    assert Client().get("/readyz/").status_code == 200


def test_a_database_that_hangs_is_not_waited_for(transactional_db, monkeypatch, silent_port):
    with monkeypatch.context() as patch:
        patch.setitem(connection.settings_dict, "PORT", str(silent_port))
        patch.setattr(health, "READY_SECONDS", 0.5)
        answer = Client().get("/readyz/")
    assert answer.json() == {"database": False, "redis": True, "migrations": False}


def test_while_one_asks_nobody_else_begins_to():
    begun, answered = [], threading.Event()

    def ask() -> bool:
        begun.append(1)
        return answered.wait(60)

    probe = health.Probe(ask)
    probe.begin()
    assert not probe.answer(time.monotonic())
    probe.forget()
    probe.begin()
    assert not probe.answer(time.monotonic())
    answered.set()
    assert probe.answer(time.monotonic() + 60)
    assert len(begun) == 1
