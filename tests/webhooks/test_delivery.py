"""Deliveries to a real receiver: signed, counted, repeated until taken, given up in the end."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from standardwebhooks import Webhook, WebhookVerificationError

from tests.webhooks.conftest import courier_until, turn
from webhooks import (
    claims,
    deliveries,
    endpoints,
    outcomes,
    schedule,
    sequences,
    transport,
)
from webhooks.models import Attempt, Delivery, Endpoint
from webhooks.outcomes import Outcome
from webhooks.transport import Answer

pytestmark = pytest.mark.django_db(transaction=True)
Status = Delivery.Status


@pytest.fixture
def endpoint(receiver, plage) -> Endpoint:
    return endpoints.create(receiver.url, merchant_id=plage.pk)


def make_due(delivery: Delivery) -> None:
    Delivery.objects.filter(pk=delivery.pk).update(next_attempt_at=timezone.now())


def outcome(delivery: Delivery, status_code: int | None) -> Outcome:
    return Outcome(
        delivery=delivery,
        started_at=timezone.now(),
        milliseconds=5,
        headers={},
        answer=Answer(status_code, ""),
    )


def test_the_receiver_verifies_it_with_the_specifications_library(receiver, endpoint, on_its_way):
    on_its_way(endpoint)
    [delivery] = turn()
    [message] = receiver.got
    content = Webhook(endpoint.secret).verify(message.body, message.headers)
    event = delivery.event
    assert content == {
        "type": "order.paid",
        "timestamp": event.created_at.isoformat(),
        "sequence": 1,
        "data": {"total": 3790, "title": "Tongs « été »"},
    }
    assert message.headers["webhook-id"] == f"evt_{event.public_id.hex}"
    assert message.headers["webhook-sequence"] == "1"
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
    on_its_way(endpoint)
    turn()
    [message] = receiver.got
    assert old != new
    assert Webhook(old).verify(message.body, message.headers)
    assert Webhook(new).verify(message.body, message.headers)


def test_a_day_after_a_rotation_the_old_secret_is_over(receiver, endpoint, on_its_way):
    old = endpoint.secret
    endpoints.rotate(endpoint)
    Endpoint.objects.update(previous_secret_until=timezone.now() - timedelta(seconds=1))
    on_its_way(endpoint)
    turn()
    [message] = receiver.got
    with pytest.raises(WebhookVerificationError):
        Webhook(old).verify(message.body, message.headers)


def test_an_old_secret_that_is_ended_signs_no_more(receiver, endpoint, on_its_way):
    old = endpoint.secret
    endpoints.end_old_secret(endpoints.rotate(endpoint))
    on_its_way(endpoint)
    turn()
    [message] = receiver.got
    with pytest.raises(WebhookVerificationError):
        Webhook(old).verify(message.body, message.headers)
    endpoint.refresh_from_db()
    assert Webhook(endpoint.secret).verify(message.body, message.headers)


@pytest.mark.parametrize("code", [500, 503, 408, 425, 429, 307])
def test_a_failure_is_repeated_with_the_same_id_until_it_is_taken(
    code, receiver, endpoint, on_its_way
):
    receiver.statuses, receiver.answer = [code, code, 200], b"down\x00 for a while"
    delivery = on_its_way(endpoint)
    for expected in (5, 300):
        before = timezone.now()
        [after] = turn()
        wait = (after.next_attempt_at - before).total_seconds()
        assert after.status == Status.PENDING
        assert expected * 0.9 <= wait <= expected * 1.1 + 5
        # Not due yet: nothing is sent.
        assert turn() == []
        make_due(delivery)
    [taken] = turn()
    assert taken.status == Status.DELIVERED
    assert len(receiver.got) == 3
    assert len({message.headers["webhook-id"] for message in receiver.got}) == 1
    assert len({message.body for message in receiver.got}) == 1
    assert turn() == []


@pytest.mark.parametrize("code", [400, 401, 403, 404, 409, 413, 422, 499])
def test_what_a_receiver_refuses_is_not_sent_again(code, receiver, endpoint, on_its_way):
    receiver.statuses = [code]
    on_its_way(endpoint)
    [delivery] = turn()
    assert (delivery.status, delivery.next_attempt_at) == (Status.FAILED, None)
    endpoint.refresh_from_db()
    assert (endpoint.active, endpoint.failing_since is None) == (True, False)


def test_a_receiver_that_is_not_there_is_tried_again(endpoint, on_its_way):
    Endpoint.objects.update(url="http://127.0.0.1:1/")
    on_its_way(endpoint)
    [delivery] = turn()
    assert (delivery.status, delivery.last_status_code) == (Status.PENDING, None)
    assert delivery.last_answer.startswith("ConnectError")


def test_one_that_asks_for_time_gets_it(receiver, endpoint, on_its_way):
    receiver.statuses, receiver.headers = [429], {"Retry-After": "1000"}
    on_its_way(endpoint)
    before = timezone.now()
    [delivery] = turn()
    wait = (delivery.next_attempt_at - before).total_seconds()
    assert 1000 <= wait <= 1010


def test_every_attempt_is_logged(receiver, endpoint, on_its_way):
    receiver.statuses, receiver.answer = [500, 200], b"x" * 100_000
    delivery = on_its_way(endpoint)
    turn()
    make_due(delivery)
    turn()
    first, second = Attempt.objects.order_by("pk")
    assert (first.status_code, second.status_code) == (500, 200)
    assert first.answer == "x" * 500
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    sent = receiver.got[0].headers
    assert {name: sent[name] for name in first.headers} == first.headers
    assert endpoint.secret not in str(first.headers)
    assert first.milliseconds < 10_000
    delivery.refresh_from_db()
    assert (delivery.last_status_code, delivery.last_answer) == (200, "x" * 500)


def test_it_is_given_up_after_about_three_days(receiver, endpoint, on_its_way):
    receiver.statuses = [500]
    delivery = on_its_way(endpoint)
    for _ in schedule.BACKOFF:
        [tried] = turn()
        assert tried.status == Status.PENDING
        make_due(delivery)
    [last] = turn()
    assert (last.status, last.next_attempt_at, last.attempts) == (Status.FAILED, None, 10)
    assert 3 <= sum(schedule.BACKOFF) / 86_400 < 4


def test_a_redirect_is_not_followed(receiver, endpoint, on_its_way):
    receiver.statuses = [307]
    receiver.headers = {"Location": receiver.url + "/elsewhere"}
    on_its_way(endpoint)
    [delivery] = turn()
    assert (delivery.status, delivery.last_status_code) == (Status.PENDING, 307)
    assert len(receiver.got) == 1


def test_an_endpoint_switched_off_meanwhile_gets_nothing(receiver, endpoint, on_its_way):
    delivery = on_its_way(endpoint)
    Endpoint.objects.update(active=False)
    assert turn() == []
    delivery.refresh_from_db()
    assert (delivery.status, receiver.got) == (Status.FAILED, [])


def test_a_courier_that_died_leaves_it_due_when_its_lease_ends(receiver, endpoint, on_its_way):
    delivery = on_its_way(endpoint)
    assert [each.pk for each in claims.claim()] == [delivery.pk]
    assert turn() == []
    make_due(delivery)
    [taken] = turn()
    assert taken.status == Status.DELIVERED


def test_a_failure_whose_lease_ran_out_does_not_speak_for_the_attempt_after_it(
    endpoint, on_its_way
):
    delivery = on_its_way(endpoint)
    [late] = claims.claim()
    make_due(delivery)
    [current] = claims.claim()
    outcomes.record([outcome(late, 404)])
    delivery.refresh_from_db()
    assert (delivery.status, delivery.next_attempt_at) == ("pending", current.next_attempt_at)
    outcomes.record([outcome(current, 204)])
    delivery.refresh_from_db()
    assert delivery.status == Status.DELIVERED


def test_what_is_sent_again_during_an_attempt_is_sent_again(endpoint, on_its_way):
    delivery = on_its_way(endpoint)
    [during] = claims.claim()
    deliveries.send_again(delivery)
    outcomes.record([outcome(during, 204)])
    assert [each.pk for each in claims.claim()] == [delivery.pk]


def test_a_message_that_was_taken_while_it_was_given_up_counts_as_delivered(endpoint, on_its_way):
    delivery = on_its_way(endpoint)
    [during] = claims.claim()
    endpoints.edit(endpoint, url=endpoint.url, types=[], active=False)
    outcomes.record([outcome(during, 204)])
    delivery.refresh_from_db()
    assert delivery.status == Status.DELIVERED


def test_a_test_event_goes_to_one_endpoint_alone(receiver, endpoint, plage):
    endpoints.create(receiver.url + "/other", merchant_id=plage.pk)
    endpoints.edit(endpoint, url=endpoint.url, types=["shipment.created"], active=True)
    delivery = deliveries.send_test(endpoint)
    sequences.assign()
    turn()
    [message] = receiver.got
    content = Webhook(endpoint.secret).verify(message.body, message.headers)
    assert content["type"] == "endpoint.test"
    assert content["data"] == {"endpoint": str(endpoint.public_id)}
    assert content["sequence"] == delivery.sequence == 1
    assert Delivery.objects.count() == 1


def test_an_endpoint_that_is_off_is_not_tried(endpoint):
    Endpoint.objects.update(active=False)
    with pytest.raises(deliveries.EndpointOff):
        deliveries.send_test(endpoint)
    endpoint.refresh_from_db()
    assert (Delivery.objects.count(), endpoint.last_sequence) == (0, 0)


def test_the_courier_brings_what_is_due(receiver, endpoint, on_its_way):
    for _ in range(40):
        on_its_way(endpoint)
    courier_until(lambda: Delivery.objects.filter(status=Status.DELIVERED).count() == 40)
    assert sorted(int(each.headers["webhook-sequence"]) for each in receiver.got) == [*range(1, 41)]


def test_a_lease_outlasts_an_attempt_and_not_much_more():
    assert transport.DEADLINE + 15 <= claims.LEASE.total_seconds() <= 120
