"""A span of time goes to an endpoint once more: in batches, each event once."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from tests.webhooks.conftest import turn
from webhooks import deliveries, endpoints, replays, sequences
from webhooks.models import Delivery, Endpoint, Event, Replay
from webhooks.tasks import sweep_replays

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def endpoint(receiver, plage) -> Endpoint:
    return endpoints.create(receiver.url, merchant_id=plage.pk)


def ago(**time: float) -> datetime:
    return timezone.now() - timedelta(**time)


@pytest.fixture
def past(happen):
    """Numbered events of one shop, one an hour, the last one an hour ago."""

    def past(count, merchant, type="order.paid"):
        events = [happen(type, merchant=merchant, number=n) for n in range(count)]
        sequences.assign()
        for hours, event in enumerate(reversed(events), 1):
            Event.objects.filter(pk=event.pk).update(created_at=ago(hours=hours))
        return events

    return past


def test_what_was_sent_keeps_id_and_sequence_and_the_rest_is_left_alone(
    receiver, endpoint, plage, past
):
    past(5, plage)
    while turn():
        pass
    sent = {each.headers["webhook-id"]: each.headers["webhook-sequence"] for each in receiver.got}
    receiver.got.clear()
    replay = replays.ask(endpoint, since=ago(hours=3.5), until=ago(hours=1.5), asked_by=None)
    sweep_replays()
    while turn():
        pass
    again = {each.headers["webhook-id"]: each.headers["webhook-sequence"] for each in receiver.got}
    assert len(receiver.got) == 2
    assert again.items() <= sent.items()
    assert set(again.values()) == {"3", "4"}
    replay.refresh_from_db()
    assert (replay.sent, replay.finished_at is None) == (2, False)


def test_what_was_missed_while_it_was_off_gets_the_next_numbers(receiver, endpoint, plage, past):
    endpoints.edit(endpoint, url=endpoint.url, types=[], active=False)
    past(3, plage)
    assert not Delivery.objects.exists()
    endpoints.edit(endpoint, url=endpoint.url, types=[], active=True)
    replays.ask(endpoint, since=ago(days=1), until=timezone.now(), asked_by=None)
    sweep_replays()
    while turn():
        pass
    numbers = [each.content["data"]["number"] for each in receiver.got]
    places = [each.content["sequence"] for each in receiver.got]
    assert sorted(zip(places, numbers, strict=True)) == [(1, 0), (2, 1), (3, 2)]


def test_only_what_the_endpoint_hears_of_is_sent(endpoint, plage, rayon, past):
    past(2, rayon)
    endpoints.edit(endpoint, url=endpoint.url, types=["order.paid"], active=True)
    past(2, plage, type="stock.changed")
    deliveries.send_test(endpoint)
    sequences.assign()
    turn()
    with pytest.raises(replays.NothingHappened, match="Nothing"):
        replays.ask(endpoint, since=ago(days=1), until=timezone.now(), asked_by=None)
    mine = past(2, plage)
    replays.ask(endpoint, since=ago(days=1), until=timezone.now(), asked_by=None)
    sweep_replays()
    sent = Delivery.objects.exclude(event__type="endpoint.test")
    assert set(sent.values_list("event", flat=True)) == {each.pk for each in mine}


def test_a_worker_that_dies_goes_on_after_the_last_whole_batch(
    receiver, endpoint, plage, past, monkeypatch
):
    monkeypatch.setattr(replays, "BATCH", 2)
    past(5, plage)
    while turn():
        pass
    receiver.got.clear()
    replay = replays.ask(endpoint, since=ago(days=1), until=timezone.now(), asked_by=None)
    assert replays.work_off()
    while turn():
        pass
    monkeypatch.setattr(replays, "_send", fail)
    with pytest.raises(ZeroDivisionError):
        replays.work_off()
    replay.refresh_from_db()
    assert (replay.sent, len(receiver.got)) == (2, 2)
    monkeypatch.undo()
    monkeypatch.setattr(replays, "BATCH", 2)
    sweep_replays()
    while turn():
        pass
    replay.refresh_from_db()
    assert (replay.sent, len(receiver.got)) == (5, 5)
    assert len({each.headers["webhook-id"] for each in receiver.got}) == 5
    assert not replays.work_off()


def fail(*args):
    raise ZeroDivisionError


def test_a_replay_stops_where_the_endpoint_is_switched_off(endpoint, plage, past):
    past(3, plage)
    replay = replays.ask(endpoint, since=ago(days=1), until=timezone.now(), asked_by=None)
    endpoints.edit(endpoint, url=endpoint.url, types=[], active=False)
    sweep_replays()
    replay.refresh_from_db()
    assert (replay.sent, replay.finished_at is None) == (0, False)
    assert not Delivery.objects.filter(status="pending").exists()


def test_spans_that_are_none_and_a_second_one_meanwhile_are_refused(endpoint, plage, past):
    past(2, plage)
    now = timezone.now()
    with pytest.raises(ValidationError, match="end after it begins"):
        replays.ask(endpoint, since=now, until=ago(days=1), asked_by=None)
    replays.ask(endpoint, since=ago(days=1), until=now, asked_by=None)
    with pytest.raises(replays.ReplayUnderWay, match="under way"):
        replays.ask(endpoint, since=ago(days=1), until=now, asked_by=None)
    Endpoint.objects.update(active=False)
    endpoint.refresh_from_db()
    with pytest.raises(deliveries.EndpointOff):
        replays.ask(endpoint, since=ago(days=1), until=now, asked_by=None)
    assert Replay.objects.count() == 1
