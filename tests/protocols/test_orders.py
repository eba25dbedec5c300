"""An order as the platform reads it that placed it, and nobody else."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone
from pytest_django import Settings

from checkout.models import Order
from fulfilment import fulfilment_orders
from fulfilment.models import FulfilmentOrder, Return, ReturnLine
from tests.protocols.conftest import Agent
from tests.protocols.ordering import give, met, order, refunded, world
from tests.protocols.schemas import valid
from tests.shops import Cast

__all__ = ["order", "world"]
pytestmark = pytest.mark.django_db(transaction=True)


def read(agent: Agent, order: Order) -> dict[str, Any]:
    response = agent.get(f"/ucp/v1/orders/{order.public_id}")
    assert response.status_code == 200, response.content
    document: dict[str, Any] = response.json()
    assert valid(document, "shopping/order.json")
    return document


def test_the_platform_reads_the_whole_order(agent: Agent, order: Order, world: Cast):
    session = give(agent, order)
    told = read(agent, order)
    assert told["id"] == str(order.public_id)
    assert told["checkout_id"] == str(session.public_id)
    # It is a person's, who has it in their account: its own address opens to whoever holds it.
    assert told["permalink_url"] == "http://localhost:8000/orders/"
    assert list(told["ucp"]["capabilities"]) == ["dev.ucp.shopping.order"]
    assert [line["id"] for line in told["line_items"]] == ["li_0", "li_1"]
    assert told["line_items"][0]["item"] == {
        "id": "item 0",
        "title": world.plage.product.title,
        "price": 3490,
    }
    assert told["line_items"][0]["quantity"] == {"original": 1, "total": 1, "fulfilled": 0}
    assert told["line_items"][0]["status"] == "processing"
    amounts = {total["type"]: total["amount"] for total in told["totals"]}
    assert amounts == {"subtotal": 6980, "fulfillment": 780, "total": 7760}
    assert sum(amounts.values()) == 2 * amounts["total"]
    assert told["fulfillment"]["events"] == []


def test_what_is_expected_says_where_it_goes_and_how(agent: Agent, order: Order):
    order.deliveries.update(name="Home")
    give(agent, order)
    for expected in read(agent, order)["fulfillment"]["expectations"]:
        assert expected["description"] == "Home"
        assert expected["method_type"] == "shipping"
        assert expected["destination"]["address_locality"] == "Rennes"
        assert expected["destination"]["first_name"] == "Maï"


def test_a_parcels_steps_are_events(agent: Agent, order: Order):
    give(agent, order)
    part = FulfilmentOrder.objects.filter(order=order).order_by("pk").first()
    fulfilment_orders.ship(part, carrier="Colissimo", tracking_number="6A1", actor=None)
    told = read(agent, order)
    assert told["line_items"][0]["status"] == "fulfilled"
    assert told["line_items"][1]["status"] == "processing"
    (shipped,) = told["fulfillment"]["events"]
    assert (shipped["type"], shipped["tracking_number"], shipped["carrier"]) == (
        "shipped", "6A1", "Colissimo",
    )  # fmt: skip
    assert shipped["line_items"] == [{"id": "li_0", "quantity": 1}]
    fulfilment_orders.deliver(part, actor=None)
    events = read(agent, order)["fulfillment"]["events"]
    assert [event["type"] for event in events] == ["shipped", "delivered"]
    assert events[0] == shipped


def test_a_refund_is_an_adjustment_below_zero(agent: Agent, order: Order):
    give(agent, order)
    refund = refunded(order, pieces=1)
    told = read(agent, order)
    assert told["line_items"][0]["quantity"] == {"original": 1, "total": 0, "fulfilled": 0}
    assert told["line_items"][0]["status"] == "removed"
    (adjustment,) = [each for each in told["adjustments"] if each["type"] == "refund"]
    assert adjustment == {
        "id": str(refund.public_id),
        "type": "refund",
        "occurred_at": refund.created_at.isoformat(),
        "status": "completed",
        "totals": [{"type": "total", "amount": -3490}],
        "line_items": [{"id": "li_0", "quantity": -1}],
    }


def test_a_return_is_an_adjustment(agent: Agent, order: Order):
    give(agent, order)
    line = order.lines.first()
    part = FulfilmentOrder.objects.get(order=order, merchant=line.merchant)
    row = Return.objects.create(fulfilment_order=part, key="k")
    ReturnLine.objects.create(parent=row, line=line, quantity=1, reason="changed_mind")
    adjustments = {each["id"]: each for each in read(agent, order)["adjustments"]}
    adjustment = adjustments[str(row.public_id)]
    assert (adjustment["type"], adjustment["status"]) == ("return", "pending")
    assert adjustment["line_items"] == [{"id": "li_0", "quantity": -1}]


def test_what_was_cancelled_has_no_pieces_left(agent: Agent, order: Order):
    give(agent, order)
    Order.objects.filter(pk=order.pk).update(status="cancelled", cancelled_at=timezone.now())
    lines = read(agent, order)["line_items"]
    assert {(line["quantity"]["total"], line["status"]) for line in lines} == {(0, "removed")}


def test_the_root_answers_as_well(agent: Agent, order: Order):
    give(agent, order)
    at_root = agent.get(f"/orders/{order.public_id}").json()
    assert at_root == read(agent, order)


def test_nobody_else_reads_it(new_agent: Callable[[], Agent], order: Order):
    agent, stranger = new_agent(), new_agent()
    give(agent, order)
    met(stranger)
    for path in (order.public_id, uuid4()):
        response = stranger.get(f"/ucp/v1/orders/{path}")
        assert response.status_code == 404
        assert valid(response.json(), "shopping/types/error_response.json")
        assert response.json()["messages"][0]["code"] == "not_found"
    unsigned = agent.send("GET", f"/ucp/v1/orders/{order.public_id}", b"", agent.headers())
    assert unsigned.status_code == 401


def test_what_is_not_paid_is_no_order_yet(agent: Agent, order: Order):
    give(agent, order)
    later = timezone.now() + timedelta(hours=1)
    Order.objects.filter(pk=order.pk).update(
        status="awaiting_payment", paid_at=None, reserved_until=later
    )
    assert agent.get(f"/ucp/v1/orders/{order.public_id}").status_code == 404


def test_a_suite_may_have_parcels_sent_in_development(
    agent: Agent, order: Order, settings: Settings
):
    give(agent, order)
    path = f"/testing/simulate-shipping/{order.public_id}"
    assert agent.client.post(path).status_code == 404
    settings.SIMULATION_SECRET = "a word"
    assert agent.client.post(path).status_code == 403
    assert agent.client.post(path, headers={"Simulation-Secret": "another"}).status_code == 403
    for _time in range(2):
        response = agent.client.post(path, headers={"Simulation-Secret": "a word"})
        assert response.status_code == 200
    events = read(agent, order)["fulfillment"]["events"]
    assert [event["type"] for event in events] == ["shipped", "shipped"]
    assert all(event["tracking_number"] for event in events)
