"""Which worker a task waits for, and that a sweep that nobody began does not pile up."""

from typing import Any

import pytest
from django.conf import settings

from shopping.celery import app

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


def test_every_sweep_exists_and_expires_but_not_before_its_next_tick():
    app.loader.import_default_modules()
    assert len(settings.CELERY_BEAT_SCHEDULE) > 5
    schedule: dict[str, dict[str, Any]] = settings.CELERY_BEAT_SCHEDULE
    for entry in schedule.values():
        assert entry["task"] in app.tasks
        seconds = entry["schedule"].run_every.total_seconds()
        assert seconds < entry["options"]["expires"] <= seconds + 60
