"""`kill -9` at any time of a delivery: every message arrives, and only what was under way twice."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from tests.faults.world import World, wait_for
from tests.webhooks.conftest import Receiver, serve
from webhooks import endpoints
from webhooks.events import record
from webhooks.lines import MOST
from webhooks.models import Attempt, Delivery, Endpoint

pytestmark = [pytest.mark.xdist_group("faults"), pytest.mark.timeout(600)]

# Where the courier dies, and whether its messages were sent but not yet written down: None where some were.
PLACES = {
    "webhooks.claims:_build:before": False,
    "webhooks.outcomes:record:before": True,
    "webhooks.outcomes:record:after": None,
}
COUNT = 12
KILLS = 6


@pytest.fixture
def receiver(settings: Any) -> Iterator[Receiver]:
    settings.DEBUG = True  # An address without TLS.
    receiver = Receiver()
    server = serve(receiver)
    yield receiver
    receiver.gate.set()
    server.shutdown()
    server.server_close()


@pytest.fixture
def endpoint(world: World, receiver: Receiver) -> Endpoint:
    return endpoints.create(receiver.url, merchant_id=world.shop.pk, types=["order.paid"])


def happen(world: World, count: int) -> None:
    with transaction.atomic():
        for number in range(count):
            record("order.paid", subject="0190", merchant_id=world.shop.pk, payload={"n": number})
    world.stack.restart("beat")  # which looks at once for what has no number


def back_after_the_leases(world: World) -> None:
    """The courier starts anew, a minute after it died; nobody waits for that in the test."""
    Delivery.objects.filter(status="pending").update(next_attempt_at=timezone.now())
    world.stack.start("courier")


def all_delivered(count: int) -> None:
    done = Delivery.objects.filter(status="delivered")
    wait_for(lambda: done.count() == count, otherwise="some message was never delivered")


def arrived(receiver: Receiver) -> Counter[int]:
    return Counter(int(each.headers["webhook-sequence"]) for each in list(receiver.got))


def test_the_courier_dies_between_two_steps(
    world: World, receiver: Receiver, endpoint: Endpoint, subtests: pytest.Subtests
) -> None:
    for number, (place, sent) in enumerate(PLACES.items(), 1):
        with subtests.test(place):
            receiver.got.clear()
            world.arm(place, process="courier")
            happen(world, COUNT)
            world.dead_at(place, process="courier")
            written = set(Attempt.objects.values_list("delivery__sequence", flat=True))
            back_after_the_leases(world)
            all_delivered(number * COUNT)
            first = (number - 1) * COUNT + 1
            came = arrived(receiver)
            assert sorted(came) == [*range(first, first + COUNT)]
            doubled = {each: times for each, times in came.items() if times > 1}
            assert set(doubled.values()) <= {2}
            # What was written down is not sent again; what was under way beside it may be.
            assert not written & doubled.keys()
            if sent is not None:
                assert bool(doubled) is sent
    logged = Attempt.objects.filter(status_code=204).values_list("delivery", flat=True)
    assert len(set(logged)) == len(logged) == len(PLACES) * COUNT


def test_the_courier_dies_while_a_subscriber_thinks(
    world: World, receiver: Receiver, endpoint: Endpoint
) -> None:
    receiver.gate.clear()
    happen(world, COUNT)
    wait_for(lambda: len(receiver.got) == 2, otherwise="nothing was under way")
    world.stack.kill9("courier")
    receiver.gate.set()
    assert not Attempt.objects.exists()
    back_after_the_leases(world)
    all_delivered(COUNT)
    came = arrived(receiver)
    assert came == Counter(range(1, COUNT + 1)) + Counter([1, 2])


def test_the_courier_dies_again_and_again(
    world: World, receiver: Receiver, endpoint: Endpoint
) -> None:
    count = 300
    happen(world, count)
    for _ in range(KILLS):
        time.sleep(random.uniform(0, 0.25))
        world.stack.kill9("courier")
        back_after_the_leases(world)
    all_delivered(count)
    came = arrived(receiver)
    assert sorted(came) == [*range(1, count + 1)]
    # What was under way when it died may come a second time, and nothing else.
    assert came.total() - count <= KILLS * MOST
