"""`kill -9` between each two steps of the click: paid and fulfilled once, or nothing charged."""

from __future__ import annotations

import pytest

from accounts.models import OutgoingMail
from checkout.models import Order
from tests.faults.world import LONG_RESERVATION_SECONDS, World, wait_for

pytestmark = [pytest.mark.xdist_group("faults"), pytest.mark.timeout(900)]

CHARGED_UNHEARD = "checkout.gateway.intents:pay:after"

# Where the web process dies, and how the order must end although the shopper never comes back.
WEB = {
    "checkout.orders:place:after": "cancelled",
    "checkout.payments:_claim:after": "cancelled",
    CHARGED_UNHEARD: "paid",
    "checkout.intents:apply:after": "paid",
    "checkout.stripe_events:record:before": "paid",
    "checkout.stripe_events:record:after": "paid",
}
# Where the shopper's own request dies, and they may come back and press Pay again.
PRESS = tuple(WEB)[:4]

# Where the worker dies. In the first four the web process has died before it heard of the charge,
# so that all is left to the worker.
WORKER = (
    (CHARGED_UNHEARD, "checkout.sweeps:process:before"),
    (CHARGED_UNHEARD, "checkout.gateway.intents:retrieve:after"),
    (CHARGED_UNHEARD, "checkout.intents:apply:before"),
    (CHARGED_UNHEARD, "checkout.intents:apply:after"),
    ("fulfilment.fulfilment_orders:open_for:before",),
    ("fulfilment.fulfilment_orders:open_for:after",),
    ("webhooks.sequences:assign:after",),
)


def one_receipt(order: Order) -> None:
    """The shopper's mail went out, once."""
    mails = OutgoingMail.objects.filter(to=order.email, reference__contains=str(order.public_id))
    wait_for(mails.filter(sent_at__isnull=False).exists, otherwise="the shopper got no receipt")
    assert mails.count() == 1


def test_web_process_dies_and_the_shopper_is_gone(world: World, subtests: pytest.Subtests) -> None:
    for place, end in WEB.items():
        with subtests.test(place):
            scene = world.scene()
            world.arm(place, process="web")
            scene.press()
            world.died_at(place, process="web")
            order = scene.settled()
            assert order.status == end
            scene.check(order)


def test_web_process_dies_and_the_shopper_presses_pay_again(
    world: World, subtests: pytest.Subtests
) -> None:
    for place in PRESS:
        with subtests.test(place):
            scene = world.scene()
            world.arm(place, process="web")
            scene.press()
            world.died_at(place, process="web")
            scene.press()
            scene.check(scene.settled())


@pytest.mark.parametrize("reservation_seconds", [LONG_RESERVATION_SECONDS])
def test_worker_dies(world: World, subtests: pytest.Subtests) -> None:
    for places in WORKER:
        with subtests.test(places[-1]):
            scene = world.scene()
            *in_web, in_worker = places
            world.arm(*in_web, process="web")
            world.arm(in_worker, process="worker")
            scene.press()
            for place in in_web:
                world.died_at(place, process="web")
            world.died_at(in_worker, process="worker")
            order = scene.settled()
            assert order.status == Order.Status.PAID
            scene.check(order)
            one_receipt(order)


def test_redis_loses_everything_between_payment_and_fulfilment(
    world: World, redis_url: str
) -> None:
    scene = world.scene()
    world.stack.kill9("worker")
    world.stack.stop("beat")
    assert scene.shopper.pay(scene.form).json()["kind"] == "paid"
    world.empty_redis(redis_url)
    world.stack.start("worker", "beat")
    order = scene.settled()
    assert order.status == Order.Status.PAID
    scene.check(order)
    one_receipt(order)


def test_redis_loses_everything_before_the_shopper_pays(world: World, redis_url: str) -> None:
    scene = world.scene()
    world.empty_redis(redis_url)
    assert scene.shopper.pay(scene.form).json()["kind"] == "paid"
    order = scene.settled()
    assert order.status == Order.Status.PAID
    scene.check(order)
    one_receipt(order)
