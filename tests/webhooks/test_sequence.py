"""Numbers become visible in their order: a reader that goes on from the last one misses nothing."""

from __future__ import annotations

from threading import Thread

import pytest
from django.db import connection, connections, transaction

from webhooks import endpoints, sequences
from webhooks.events import record
from webhooks.models import Delivery, Event
from webhooks.tasks import sweep_events

pytestmark = pytest.mark.django_db(transaction=True)


def read_on(after: int) -> list[int]:
    return list(
        Event.objects.filter(sequence__gt=after).order_by("sequence").values_list("pk", flat=True)
    )


class OpenTransaction:
    """Runs a function in a transaction of its own, and commits when told."""

    def __init__(self, function):
        self.function, self.result = function, None
        self.connection = connection.copy()

    def __enter__(self):
        self.connection.set_autocommit(False)
        self.result = self.function(self.connection)
        return self

    def __exit__(self, *exc):
        self.connection.commit()
        self.connection.close()


def insert_event(own) -> int:
    with own.cursor() as cursor:
        cursor.execute(
            "INSERT INTO webhooks_event (public_id, type, subject, payload, created_at)"
            " VALUES (gen_random_uuid(), 'stock.changed', 'late', '{}', now()) RETURNING id"
        )
        return cursor.fetchone()[0]


def number_all(own) -> None:
    with own.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [sequences.SEQUENCER_LOCK])
        cursor.execute(
            sequences.NUMBER_AND_FAN_OUT, {"batch": sequences.BATCH, "test": "endpoint.test"}
        )


def test_an_event_that_commits_late_is_still_found_by_a_reader_who_is_ahead(happen):
    with OpenTransaction(insert_event) as late:
        early = happen("stock.changed")
        assert late.result < early.pk
        sequences.assign()
        assert read_on(0) == [early.pk]
    sequences.assign()
    assert read_on(1) == [late.result]
    assert read_on(0) == [early.pk, late.result]


def test_two_sequencers_wait_for_each_other(happen):
    """Without the lock the second one takes the numbers that the first has not committed yet."""
    with OpenTransaction(insert_event) as late:
        happen("stock.changed")
        failures: list[Exception] = []

        def second() -> None:
            try:
                sequences.assign()
            except Exception as error:
                failures.append(error)
            finally:
                connections.close_all()

        with OpenTransaction(number_all):
            late.connection.commit()
            thread = Thread(target=second)
            thread.start()
            wait_until_blocked()
        thread.join()
    assert failures == []
    assert list(Event.objects.order_by("sequence").values_list("subject", "sequence")) == [
        ("0190", 1),
        ("late", 2),
    ]


def wait_until_blocked() -> None:
    """Until a session of this database waits for a lock, whichever it is."""
    with connection.cursor() as cursor:
        for _ in range(500):
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                " AND wait_event_type = 'Lock'"
            )
            if cursor.fetchone()[0]:
                return
            cursor.execute("SELECT pg_sleep(0.01)")
    raise AssertionError("nobody waits for a lock")


def test_a_merchant_hears_of_their_own_events_alone_and_the_operator_of_all(happen, plage, rayon):
    theirs = endpoints.create("https://plage.example/hooks", merchant_id=plage.pk)
    others = endpoints.create("https://rayon.example/hooks", merchant_id=rayon.pk)
    operators = endpoints.create("https://operator.example/hooks", merchant_id=None)
    event = happen("fulfilment_order.opened", merchant=plage)
    nobodys = happen("product.updated")
    sweep_events()
    assert set(Delivery.objects.values_list("event", "endpoint")) == {
        (event.pk, theirs.pk),
        (event.pk, operators.pk),
        (nobodys.pk, operators.pk),
    }
    assert not Delivery.objects.filter(endpoint=others).exists()


def test_only_subscribed_types_and_active_endpoints_get_deliveries(happen, plage):
    picky = endpoints.create(
        "https://plage.example/a", merchant_id=plage.pk, types=["shipment.created"]
    )
    asleep = endpoints.create("https://plage.example/b", merchant_id=plage.pk)
    endpoints.edit(asleep, url=asleep.url, types=[], active=False)
    happen("fulfilment_order.opened", merchant=plage)
    sent = happen("shipment.created", merchant=plage)
    sweep_events()
    assert list(Delivery.objects.values_list("event", "endpoint")) == [(sent.pk, picky.pk)]


def test_the_sweep_goes_on_until_every_event_has_its_number(monkeypatch):
    monkeypatch.setattr(sequences, "BATCH", 2)
    with transaction.atomic():
        for number in range(5):
            record("stock.changed", subject=str(number), merchant_id=None, payload={})
    sweep_events()
    assert list(Event.objects.order_by("pk").values_list("sequence", flat=True)) == [1, 2, 3, 4, 5]
