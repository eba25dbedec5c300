"""Deliveries to a real receiver: signed, repeated until taken, given up in the end."""

from __future__ import annotations

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.db import connections
from django.utils import timezone
from standardwebhooks import Webhook, WebhookVerificationError

from webhooks import deliveries, endpoints
from webhooks.models import Delivery, Endpoint
from webhooks.tasks import sweep_deliveries

pytestmark = pytest.mark.django_db(transaction=True)
Status = Delivery.Status


@pytest.fixture
def endpoint(receiver, plage) -> Endpoint:
    return endpoints.create(receiver.url, merchant_id=plage.pk)


def make_due(delivery: Delivery) -> None:
    Delivery.objects.filter(pk=delivery.pk).update(next_attempt_at=timezone.now())


def test_the_receiver_verifies_it_with_the_specifications_library(receiver, endpoint, on_its_way):
    delivery = deliveries.deliver(on_its_way(endpoint).pk)
    [message] = receiver.got
    content = Webhook(endpoint.secret).verify(message.body, message.headers)
    event = delivery.event
    assert content == {
        "type": "order.paid",
        "timestamp": event.created_at.isoformat(),
        "data": {"total": 3790, "title": "Tongs « été »"},
    }
    assert message.headers["webhook-id"] == f"evt_{event.public_id.hex}"
    assert message.headers["Content-Type"] == "application/json"
    with pytest.raises(WebhookVerificationError):
        Webhook(endpoints.new_secret()).verify(message.body, message.headers)
    assert (delivery.status, delivery.attempts, delivery.last_status_code) == (
        Status.DELIVERED,
        1,
        204,
    )
    assert (delivery.next_attempt_at, delivery.delivered_at is None) == (None, False)


def test_after_a_rotation_old_and_new_secret_verify(receiver, endpoint, on_its_way):
    old = endpoint.secret
    new = endpoints.rotate(endpoint).secret
    deliveries.deliver(on_its_way(endpoint).pk)
    [message] = receiver.got
    assert old != new
    assert Webhook(old).verify(message.body, message.headers)
    assert Webhook(new).verify(message.body, message.headers)


def test_a_day_after_a_rotation_the_old_secret_is_over(receiver, endpoint, on_its_way):
    old = endpoint.secret
    endpoints.rotate(endpoint)
    Endpoint.objects.update(previous_secret_until=timezone.now() - timedelta(seconds=1))
    deliveries.deliver(on_its_way(endpoint).pk)
    [message] = receiver.got
    with pytest.raises(WebhookVerificationError):
        Webhook(old).verify(message.body, message.headers)


def test_a_failure_is_repeated_with_the_same_id_until_it_is_taken(receiver, endpoint, on_its_way):
    receiver.statuses, receiver.answer = [500, 503, 200], b"down\x00 for a while"
    delivery = on_its_way(endpoint)
    for expected in (5, 300):
        before = timezone.now()
        after = deliveries.deliver(delivery.pk)
        wait = (after.next_attempt_at - before).total_seconds()
        assert after.status == Status.PENDING
        assert expected * 0.9 <= wait <= expected * 1.1 + 5
        # Not due yet: nothing is sent.
        assert deliveries.deliver(delivery.pk) is None
        make_due(delivery)
    assert deliveries.deliver(delivery.pk).status == Status.DELIVERED
    assert len(receiver.got) == 3
    assert len({message.headers["webhook-id"] for message in receiver.got}) == 1
    assert deliveries.deliver(delivery.pk) is None


def test_what_failed_is_kept_to_read(receiver, endpoint, on_its_way):
    receiver.statuses, receiver.answer = [500], b"x" * 100_000
    delivery = deliveries.deliver(on_its_way(endpoint).pk)
    assert (delivery.last_status_code, delivery.last_answer[:3]) == (500, "xxx")
    assert len(delivery.last_answer) <= 500


def test_it_is_given_up_after_about_three_days(receiver, endpoint, on_its_way):
    receiver.statuses = [500]
    delivery = on_its_way(endpoint)
    for _ in deliveries.BACKOFF:
        assert deliveries.deliver(delivery.pk).status == Status.PENDING
        make_due(delivery)
    last = deliveries.deliver(delivery.pk)
    assert (last.status, last.next_attempt_at, last.attempts) == (Status.FAILED, None, 10)
    assert 3 <= sum(deliveries.BACKOFF) / 86_400 < 4


def test_a_redirect_is_a_failure_and_is_not_followed(receiver, endpoint, on_its_way):
    receiver.statuses, receiver.location = [307], receiver.url + "/elsewhere"
    delivery = deliveries.deliver(on_its_way(endpoint).pk)
    assert (delivery.status, delivery.last_status_code) == (Status.PENDING, 307)
    assert len(receiver.got) == 1


def test_gone_switches_the_endpoint_off_with_all_that_waits(receiver, endpoint, on_its_way):
    first, second = on_its_way(endpoint), on_its_way(endpoint)
    receiver.statuses = [410]
    assert deliveries.deliver(first.pk).status == Status.FAILED
    endpoint.refresh_from_db()
    second.refresh_from_db()
    assert (endpoint.active, second.status, second.attempts) == (False, Status.FAILED, 0)
    assert deliveries.due() == []


def test_an_endpoint_switched_off_meanwhile_gets_nothing(receiver, endpoint, on_its_way):
    delivery = on_its_way(endpoint)
    Endpoint.objects.update(active=False)
    assert deliveries.deliver(delivery.pk) is None
    delivery.refresh_from_db()
    assert (delivery.status, receiver.got) == (Status.FAILED, [])


def test_two_workers_send_one_delivery_once(receiver, endpoint, on_its_way):
    delivery = on_its_way(endpoint)
    start = Barrier(8)

    def work() -> None:
        start.wait()
        try:
            deliveries.deliver(delivery.pk)
        finally:
            connections.close_all()

    threads = [Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(receiver.got) == 1
    delivery.refresh_from_db()
    assert (delivery.status, delivery.attempts) == (Status.DELIVERED, 1)


def test_a_worker_that_died_leaves_it_due_when_its_lease_ends(receiver, endpoint, on_its_way):
    delivery = on_its_way(endpoint)
    deliveries._claim(delivery.pk)
    assert deliveries.due() == []
    make_due(delivery)
    assert deliveries.due() == [delivery.pk]
    assert deliveries.deliver(delivery.pk).status == Status.DELIVERED


def test_the_sweep_hints_at_what_is_due(queue, receiver, endpoint, on_its_way):
    on_its_way(endpoint)
    queue.clear()
    sweep_deliveries()
    assert queue.tasks() == ["webhooks.deliver"]
