"""What platforms hear of their orders: signed, whole, once each, and again until it is taken."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from checkout.models import CheckoutSession, Order
from fulfilment import fulfilment_orders
from fulfilment.models import FulfilmentOrder
from protocols import digests
from protocols.models import OrderNewsMark, Platform
from protocols.signatures import Message, verify
from protocols.ucp import platforms, signing_keys
from protocols.ucp.orders import news
from protocols.ucp.platforms import Agent as Named
from tests.protocols.conftest import Agent
from tests.protocols.ordering import give, met, order, refunded, world
from tests.protocols.schemas import valid
from tests.webhooks.conftest import Receiver, receiver, turn
from webhooks import replays, sequences
from webhooks.events import record
from webhooks.models import Delivery, Endpoint, Event
from webhooks.replays import NothingHappened

__all__ = ["order", "receiver", "world"]
pytestmark = pytest.mark.django_db(transaction=True)

REQUIRED = (
    *("@method", "@authority", "@path", "ucp-agent", "content-digest", "content-type"),
    *("webhook-id", "webhook-timestamp"),
)


@pytest.fixture
def heard(agent: Agent, receiver: Receiver) -> Receiver:
    """The platform's webhook, where it hears of its orders."""
    entry = agent.document["ucp"]["capabilities"]["dev.ucp.shopping.order"][0]
    entry["config"] = {"webhook_url": receiver.url}
    met(agent)
    return receiver


def happened(order: Order, type: str = "order.paid") -> Event:
    with transaction.atomic():
        return record(
            type,
            subject=str(order.public_id),
            merchant_id=None,
            payload={"order": str(order.public_id)},
        )


def platform_of(agent: Agent) -> Platform:
    return Platform.objects.get(profile_url=agent.server.url)


def waiting() -> int:
    return to_platforms().filter(status="pending").count()


def to_platforms() -> QuerySet[Delivery]:
    """The shops' own webhooks hear of other things."""
    return Delivery.objects.filter(endpoint__form="ucp")


def test_a_paid_order_is_told_whole_and_signed(agent: Agent, heard: Receiver, order: Order):
    session = give(agent, order)
    event = happened(order)
    assert news.tell(event)
    turn()
    (message,) = heard.got
    assert valid(message.content, "shopping/order.json")
    assert message.content["checkout_id"] == str(session.public_id)
    assert message.content["ucp"]["capabilities"] == {
        "dev.ucp.shopping.order": [{"version": "2026-04-08"}]
    }
    headers = {name.lower(): value for name, value in message.headers.items()}
    assert UUID(headers["webhook-id"]) == event.public_id
    assert int(headers["webhook-timestamp"]) == int(event.created_at.timestamp())
    assert headers["ucp-agent"] == 'profile="http://localhost:8000/.well-known/ucp"'
    assert digests.fits(headers["content-digest"], message.body)
    signed = Message(method="POST", url=heard.url, headers=headers)
    keys = signing_keys.published()
    assert verify(signed, keys, required=REQUIRED, now=0) == keys[0]["kid"]


def test_what_was_not_taken_is_sent_again_the_same(agent: Agent, heard: Receiver, order: Order):
    heard.statuses = [500, 200]
    give(agent, order)
    news.tell(happened(order))
    turn()
    waits = to_platforms().get().next_attempt_at - timezone.now()
    assert waits.total_seconds() < 3
    Order.objects.filter(pk=order.pk).update(status="cancelled", cancelled_at=timezone.now())
    to_platforms().update(next_attempt_at=timezone.now())
    turn()
    first, second = heard.got
    assert first.body == second.body
    same = ("Webhook-Id", "Webhook-Timestamp", "Content-Digest", "UCP-Agent")
    assert [first.headers[name] for name in same] == [second.headers[name] for name in same]
    assert to_platforms().get().status == "delivered"


def test_each_step_is_told(agent: Agent, heard: Receiver, order: Order):
    give(agent, order)
    part = FulfilmentOrder.objects.filter(order=order).order_by("pk").first()
    before = set(Event.objects.values_list("pk", flat=True))
    news.tell(happened(order))
    fulfilment_orders.ship(part, carrier="Colissimo", tracking_number="6A1", actor=None)
    fulfilment_orders.deliver(part, actor=None)
    refunded(order, pieces=1)
    happened(order, "order.refunded")
    for event in Event.objects.exclude(pk__in=before).order_by("pk"):
        news.tell(event)
        turn()
    told = [
        ([e["type"] for e in each["fulfillment"]["events"]], refunds(each))
        for each in (message.content for message in heard.got)
    ]
    assert told[0] == ([], 0)
    assert told[-1] == (["shipped", "delivered"], 1)
    assert len(told) == len({str(each) for each in told})


def refunds(document: dict[str, Any]) -> int:
    return sum(each["type"] == "refund" for each in document["adjustments"])


def test_one_event_is_told_once(agent: Agent, heard: Receiver, order: Order):
    give(agent, order)
    event = happened(order)
    assert [news.tell(event), news.tell(event)] == [True, False]
    # The order is as it was told last.
    assert not news.tell(happened(order))
    # What comes late is told by what came after it.
    Order.objects.filter(pk=order.pk).update(status="cancelled", cancelled_at=timezone.now())
    assert not news.tell(event)
    assert waiting() == 1


def test_a_sweep_tells_what_no_hint_did(agent: Agent, heard: Receiver, order: Order):
    give(agent, order)
    sequences.assign()
    assert news.sweep() == 0
    happened(order)
    assert news.sweep() == 0  # It has no place in the log yet.
    sequences.assign()
    while news.sweep():
        pass
    assert waiting() == 1
    assert news.sweep() == 0
    assert OrderNewsMark.objects.get().done_to == Event.objects.latest("sequence").sequence


def test_what_cannot_be_told_holds_up_nothing(
    agent: Agent, heard: Receiver, order: Order, monkeypatch: pytest.MonkeyPatch
):
    give(agent, order)
    sequences.assign()
    news.sweep()
    broken, good = happened(order), happened(order)
    sequences.assign()
    tell = news.tell

    def failing(event: Event) -> bool:
        if event.pk == broken.pk:
            raise RuntimeError
        return tell(event)

    monkeypatch.setattr(news, "tell", failing)
    assert news.sweep() >= 2
    assert to_platforms().get().event_id == good.pk


def test_an_order_of_a_process_that_died_is_told(agent: Agent, heard: Receiver, order: Order):
    session = give(agent, order)
    CheckoutSession.objects.update(order=None)
    Order.objects.filter(pk=order.pk).update(idempotency_key=f"session:{session.public_id}:0")
    assert news.tell(happened(order))


def test_others_hear_nothing(
    agent: Agent, heard: Receiver, order: Order, new_agent: Callable[[], Agent]
):
    assert not news.tell(happened(order))  # Nobody's session.
    give(new_agent(), order)  # A platform without a webhook.
    assert not news.tell(happened(order))
    sequences.assign()
    assert waiting() == 0


def test_a_blocked_platform_hears_nothing(agent: Agent, heard: Receiver, order: Order):
    give(agent, order)
    platforms.set_blocked(platform_of(agent), blocked=True)
    assert not news.tell(happened(order))


def test_the_webhook_follows_the_profile(agent: Agent, heard: Receiver):
    def again(url: Any) -> Endpoint | None:
        entry = agent.document["ucp"]["capabilities"]["dev.ucp.shopping.order"][0]
        entry["config"] = {"webhook_url": url}
        Platform.objects.update(fresh_until=None)
        platforms.of(Named(agent.server.url), address="")
        return platform_of(agent).endpoint

    first = again(heard.url)
    assert (first.url, first.form, first.active) == (heard.url, "ucp", True)
    assert again("https://other.example/hook").url == "https://other.example/hook"
    for refused in (None, 3, "ftp://x.example/", "https://me:word@x.example/"):
        assert not again(refused).active
    assert again(heard.url).active
    assert Endpoint.objects.filter(form="ucp").count() == 1


def test_events_are_fanned_out_to_no_platform(agent: Agent, heard: Receiver, order: Order):
    happened(order)
    sequences.assign()
    assert not to_platforms().exists()
    endpoint = platform_of(agent).endpoint
    with pytest.raises(NothingHappened):
        replays.ask(endpoint, since=order.placed_at, until=timezone.now(), asked_by=None)
