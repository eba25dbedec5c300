"""A platform's profile is read by one call at a time, and of an order it is told once what is so."""

from __future__ import annotations

import threading
from contextlib import suppress
from functools import partial
from typing import Any

import pytest
from django.db import transaction

from checkout.models import Order
from protocols.models import Platform
from protocols.ucp import platforms
from protocols.ucp.agents import Agent as Named
from protocols.ucp.orders import documents, news
from tests.protocols.conftest import Agent, agent, in_development, new_agent
from tests.protocols.ordering import give, met, order, world
from tests.races.crowd import at_once
from webhooks.events import record
from webhooks.models import Delivery, Event

__all__ = ["agent", "in_development", "new_agent", "order", "world"]
pytestmark = pytest.mark.django_db(transaction=True)

# How long whoever comes first waits for the others, who must not come.
WAIT = 1.0


def test_an_old_profile_is_read_by_one_call(agent: Agent, monkeypatch: pytest.MonkeyPatch):
    met(agent)
    Platform.objects.update(fresh_until=None)
    asked, together, known = agent.server.asked, threading.Barrier(4), platforms._known

    def seen_by_all(url: str) -> Platform | None:
        """All have looked at the row before any of them goes on."""
        found = known(url)
        together.wait(10)
        return found

    monkeypatch.setattr(platforms, "_known", seen_by_all)
    at_once([partial(platforms.of, Named(agent.server.url), address="")] * 4)
    assert agent.server.asked == asked + 1


def test_two_events_of_one_state_are_told_once(
    agent: Agent, order: Order, monkeypatch: pytest.MonkeyPatch
):
    entry = agent.document["ucp"]["capabilities"]["dev.ucp.shopping.order"][0]
    entry["config"] = {"webhook_url": "https://agent.example/orders"}
    give(agent, order)
    together, made = threading.Barrier(2), documents.order

    def slowly(*args: Any) -> dict[str, Any]:
        """Both are at it at once, if nothing keeps the second one out."""
        with suppress(threading.BrokenBarrierError):
            together.wait(WAIT)
        return made(*args)

    monkeypatch.setattr(documents, "order", slowly)
    at_once([partial(news.tell, happened(order)) for _time in range(2)])
    assert Delivery.objects.filter(endpoint__form="ucp").count() == 1


def happened(order: Order) -> Event:
    with transaction.atomic():
        payload = {"order": str(order.public_id)}
        return record("order.paid", subject=payload["order"], merchant_id=None, payload=payload)
