"""Couriers, workers and people at the same deliveries: each is claimed once, counted once, told once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from accounts.models import OutgoingMail
from catalogue.models import Membership, Merchant
from tests.races.crowd import at_once
from tests.shops import open_shop, person
from webhooks import claims, deliveries, endpoints, replays, sequences
from webhooks.events import record
from webhooks.models import Delivery, Endpoint, Replay

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def shop(transactional_db: None) -> Merchant:
    return open_shop("plage")


@pytest.fixture
def endpoint(shop: Merchant) -> Endpoint:
    return endpoints.create("https://plage.example/hooks", merchant_id=shop.pk)


def happen(shop: Merchant, count: int) -> None:
    with transaction.atomic():
        for number in range(count):
            record("order.paid", subject=str(number), merchant_id=shop.pk, payload={})


def test_couriers_in_the_same_moment_claim_each_delivery_once(
    shop: Merchant, endpoint: Endpoint
) -> None:
    endpoints.create("https://plage.example/more", merchant_id=shop.pk)
    happen(shop, 40)
    sequences.assign()
    rooms = dict.fromkeys(Endpoint.objects.values_list("pk", flat=True), 40)
    claimed: list[Any] = at_once([lambda: claims.claim(rooms, limit=80) for _ in range(8)])
    keys = [delivery.pk for each in claimed for delivery in each]
    assert sorted(keys) == sorted(set(keys))
    keys += [delivery.pk for delivery in claims.claim(rooms, limit=80)]
    assert len(set(keys)) == len(keys) == 80
    assert set(Delivery.objects.values_list("attempts", flat=True)) == {1}


def test_numbers_that_are_given_at_once_are_one_after_another(
    shop: Merchant, endpoint: Endpoint
) -> None:
    happen(shop, 10)
    tests = [lambda: deliveries.send_test(endpoint) for _ in range(6)]
    answers = at_once([sequences.assign, *tests, sequences.assign])
    assert not [each for each in answers if isinstance(each, Exception)]
    numbers = Delivery.objects.order_by("sequence").values_list("sequence", flat=True)
    assert list(numbers) == list(range(1, 17))
    endpoint.refresh_from_db()
    assert endpoint.last_sequence == 16


def test_an_endpoint_is_switched_off_once_whoever_comes_to_it(
    shop: Merchant, endpoint: Endpoint
) -> None:
    owner = person("mai")
    Membership.objects.create(user=owner, merchant=shop, role=Membership.Role.OWNER)
    happen(shop, 20)
    sequences.assign()
    gone = Endpoint.OffReason.GONE
    answers = at_once([lambda: endpoints.switch_off(endpoint.pk, reason=gone) for _ in range(6)])
    assert sorted(answers, key=str) == [False] * 5 + [True]
    assert OutgoingMail.objects.count() == 1


def test_a_batch_of_a_replay_is_one_workers(
    shop: Merchant, endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replays, "BATCH", 2)
    Endpoint.objects.update(active=False)
    happen(shop, 20)
    sequences.assign()
    Endpoint.objects.update(active=True)
    endpoint.refresh_from_db()
    now = timezone.now()
    day = timedelta(days=1)
    replay = replays.ask(endpoint, since=now - day, until=now + day, asked_by=None)
    answers = at_once([replays.work_off for _ in range(6)])
    assert not [each for each in answers if isinstance(each, Exception)]
    replay.refresh_from_db()
    assert replay.sent == 2 * answers.count(True) > 0
    while replays.work_off():
        pass
    replay.refresh_from_db()
    assert (replay.sent, Delivery.objects.count()) == (20, 20)


def test_of_replays_asked_for_at_once_one_begins(shop: Merchant, endpoint: Endpoint) -> None:
    happen(shop, 3)
    sequences.assign()
    now = timezone.now()
    day = timedelta(days=1)
    answers = at_once(
        [
            lambda: replays.ask(endpoint, since=now - day, until=now + day, asked_by=None)
            for _ in range(5)
        ]
    )
    assert Replay.objects.count() == 1
    refused = [each for each in answers if not isinstance(each, Replay)]
    assert [type(each) for each in refused] == [replays.ReplayUnderWay] * 4
    assert {str(each) for each in refused} == {"A replay to this webhook is still under way."}
