"""An event and its cause are written together or not at all; hints leave after the commit."""

from __future__ import annotations

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from shopping.hints import begun, wake, wake_soon
from webhooks.events import SEQUENCER, Record, record, record_all
from webhooks.models import Event

pytestmark = pytest.mark.django_db(transaction=True)


def paid(subject: str = "0190") -> Event:
    return record("order.paid", subject=subject, merchant_id=None, payload={"total": 1})


def test_an_event_outside_a_transaction_is_refused(queue):
    with pytest.raises(RuntimeError):
        paid()
    assert not Event.objects.exists()
    assert queue.tasks() == []


def test_a_rolled_back_event_leaves_no_trace(queue):
    with transaction.atomic():
        paid()
        transaction.set_rollback(True)
    assert not Event.objects.exists()
    assert queue.tasks() == []


def test_a_committed_event_wakes_the_sequencer_and_the_tasks_of_its_type(queue):
    with transaction.atomic():
        event = paid()
        assert queue.tasks() == []
    assert queue.tasks() == [
        "checkout.note_purchases_for_event",
        "fulfilment.open_for_event",
        "protocols.tell_platform_for_event",
        SEQUENCER,
    ]
    kept = Event.objects.get()
    assert (kept.pk, kept.type, kept.payload, kept.sequence) == (
        event.pk,
        "order.paid",
        {"total": 1},
        None,
    )


def test_several_events_are_one_insert(queue):
    facts = [
        Record(type="stock.changed", subject=str(n), merchant_id=None, payload={}) for n in range(5)
    ]
    with (
        transaction.atomic(),
        CaptureQueriesContext(
            connection,
        ) as statements,
    ):
        record_all(facts)
    # Preparing the text happens once a connection.
    assert len([s for s in statements if not s["sql"].startswith("PREPARE")]) == 1
    assert Event.objects.count() == 5


def test_equal_hints_of_one_transaction_are_one(queue):
    with transaction.atomic():
        wake("some.task", 1)
        wake("some.task", 1)
        wake("some.task", 2)
    assert queue.tasks() == ["some.task", "some.task"]


def test_a_hint_of_a_rolled_back_savepoint_does_not_swallow_the_next(queue):
    with transaction.atomic():
        with transaction.atomic():
            wake("some.task", 1)
            transaction.set_rollback(True)
        wake("some.task", 1)
    assert queue.tasks() == ["some.task"]


def test_gathered_hints_share_one_errand_until_it_begins(queue):
    wake_soon("some.sweep")
    wake_soon("some.sweep")
    assert queue.tasks() == ["some.sweep"]
    begun("some.sweep")
    wake_soon("some.sweep")
    assert queue.tasks() == ["some.sweep", "some.sweep"]
