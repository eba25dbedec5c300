"""Which worker a task waits for, and that a sweep that nobody began does not pile up."""

from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from celery import beat
from celery.schedules import schedule
from django.conf import settings
from redis import Redis

from shopping.beat import Scheduler
from shopping.celery import app, errand_has_begun

QUEUES = {
    "checkout.process_stripe_event": "stripe",
    "checkout.send_refund": "stripe",
    "checkout.sweep_payments": "stripe",
    "checkout.sweep_transfers": "stripe",
    "checkout.sweep_unsettled": "celery",
    "checkout.sweep_carts": "celery",
    "checkout.close_months": "celery",
    "webhooks.sweep_replays": "celery",
    "catalogue.sweep_imports": "imports",
    "catalogue.sweep_old_imports": "imports",
    "fulfilment.open_for_event": "celery",
    "accounts.sweep_mails": "celery",
}


@pytest.mark.parametrize("task", QUEUES)
def test_what_waits_for_strangers_keeps_nothing_else_waiting(task):
    app.loader.import_default_modules()
    assert task in app.tasks
    assert app.amqp.router.route({}, task)["queue"].name == QUEUES[task]


def test_every_sweep_exists_and_expires_by_nobodys_clock():
    app.loader.import_default_modules()
    assert len(settings.CELERY_BEAT_SCHEDULE) > 5
    entries: dict[str, dict[str, Any]] = settings.CELERY_BEAT_SCHEDULE
    for entry in entries.values():
        assert entry["task"] in app.tasks
        assert "expires" not in entry.get("options", {})


SWEEP = "checkout.sweep_payments"


@pytest.fixture
def tick() -> Iterator[Callable[[], None]]:
    """Beat's clock comes to the sweep of payments."""
    app.loader.import_default_modules()
    scheduler = Scheduler(app=app, lazy=True)
    entry = beat.ScheduleEntry(name=SWEEP, task=SWEEP, schedule=schedule(1), app=app)
    broker = Redis.from_url(settings.REDIS_URL)
    broker.delete("stripe", f"etal:errand:{SWEEP}")
    yield lambda: scheduler.apply_entry(entry)
    broker.delete("stripe", f"etal:errand:{SWEEP}")


def waiting() -> int:
    return int(Redis.from_url(settings.REDIS_URL).llen("stripe"))


def test_a_sweep_that_nobody_begins_waits_once(tick):
    for _ in range(3):
        tick()
    assert waiting() == 1
    # A worker begins it, and from then on it is asked for again.
    errand_has_begun(task=SimpleNamespace(name=SWEEP, request=SimpleNamespace(is_eager=False)))
    tick()
    tick()
    assert waiting() == 2


def test_a_sweep_that_could_not_be_asked_for_is_asked_for_again(tick, monkeypatch):
    def away(*_args: object, **_more: object) -> None:
        raise ConnectionError

    with monkeypatch.context() as broken:
        broken.setattr(app.tasks[SWEEP], "apply_async", away)
        tick()
    assert waiting() == 0
    tick()
    assert waiting() == 1
