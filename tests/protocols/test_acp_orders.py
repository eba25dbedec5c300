"""Order events by ACP: signed, whole, once each, and told again only where something changed."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from catalogue.models import Variant
from checkout.models import Order
from fulfilment import fulfilment_orders
from fulfilment.models import FulfilmentOrder
from partners.models import Partner
from protocols import tasks
from protocols.acp import connections
from tests.buying import Sandbox
from tests.protocols.acp import Butler, butler, item
from tests.protocols.schemas import errors, valid
from webhooks.courier import attempt
from webhooks.models import Delivery, Event
from webhooks.transport import Wire

pytestmark = pytest.mark.django_db(transaction=True)
ORDER = "schema.agentic_checkout.json#/$defs/Order"
SECRET = "shared-with-the-agent"


@pytest.fixture
def agent(flipflops: Variant, settings: Any) -> Butler:
    settings.DEBUG = True
    found = butler()
    connections.connect(
        Partner.objects.get(code="butler"),
        events_url="http://localhost:9/events",
        events_secret=SECRET,
    )
    return found


def buy(agent: Butler, flipflops: Variant, sandbox: Sandbox) -> Order:
    told = agent.ready(item(flipflops, 2))
    assert agent.complete(told, sandbox.granted(9000, "eur")).json()["status"] == "completed"
    return Order.objects.get()


def sent() -> list[dict[str, Any]]:
    """What is on its way to the agent, the oldest first."""
    rows = Delivery.objects.filter(endpoint__form="acp").order_by("pk")
    return [json.loads(row.body) for row in rows]


def hear() -> None:
    """Whatever happened is told, twice as a worker may."""
    for _time in range(2):
        for event in Event.objects.order_by("pk"):
            tasks.tell_platform_for_event(event.pk)


def test_created_then_sent(agent: Butler, flipflops: Variant, sandbox: Sandbox) -> None:
    order = buy(agent, flipflops, sandbox)
    hear()
    [created] = sent()
    assert created["type"] == "order_create"
    assert valid(created["data"], ORDER)
    assert {"type", "checkout_session_id", "permalink_url", "status"} <= set(created["data"])
    assert created["data"]["status"] == "confirmed"
    fulfilment_orders.open_for(order.pk)
    part = FulfilmentOrder.objects.get()
    fulfilment_orders.ship(part, carrier="Colissimo", tracking_number="8R1", actor=None)
    hear()
    update = sent()[-1]
    assert (update["type"], update["data"]["status"]) == ("order_update", "shipped")
    assert valid(update["data"], ORDER)
    [parcel] = update["data"]["fulfillments"]
    assert (parcel["carrier"], parcel["tracking_number"]) == ("Colissimo", "8R1")
    [line] = update["data"]["line_items"]
    assert (line["quantity"], line["status"]) == (
        {"ordered": 2, "current": 2, "fulfilled": 2},
        "fulfilled",
    )
    assert parcel["line_items"] == [{"id": line["id"], "quantity": 2}]
    many = len(sent())
    hear()
    assert len(sent()) == many


def test_the_courier_brings_it_signed(
    agent: Butler, flipflops: Variant, sandbox: Sandbox, settings: Any
) -> None:
    settings.WEBHOOK_PRIVATE_HOSTS = True
    heard: list[tuple[dict[str, str], bytes]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            heard.append((dict(self.headers), body))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        connections.connect(
            Partner.objects.get(code="butler"),
            events_url=f"http://127.0.0.1:{server.server_port}/events",
            events_secret=SECRET,
        )
        buy(agent, flipflops, sandbox)
        hear()
        rows = Delivery.objects.select_related("event", "endpoint").filter(endpoint__form="acp")
        outcome = asyncio.run(attempt(rows.get(), Wire()))
    finally:
        server.shutdown()
        server.server_close()
    assert outcome.answer.status_code == 200
    [(headers, body)] = heard
    stamp, _comma, digest = headers["Merchant-Signature"].partition(",")
    said = stamp.removeprefix("t=").encode() + b"." + body
    wanted = hmac.new(SECRET.encode(), said, hashlib.sha256).hexdigest()
    assert digest == f"v1={wanted}"
    assert json.loads(body)["type"] == "order_create"


def test_nobody_elses_orders_are_told(agent: Butler, flipflops: Variant, sandbox: Sandbox) -> None:
    other = butler("Other")
    told = other.ready(item(flipflops))
    assert other.complete(told, sandbox.granted(9000, "eur")).json()["status"] == "completed"
    hear()
    assert sent() == []


def test_the_envelope_is_the_protocols(agent: Butler, flipflops: Variant, sandbox: Sandbox) -> None:
    buy(agent, flipflops, sandbox)
    hear()
    [event] = sent()
    schema = "openapi.agentic_checkout_webhook.yaml#/components/schemas/WebhookEvent"
    # The YAML's Order knows fewer members than the JSON schema's; what it has must fit.
    wrong = [each for each in errors(event, schema) if "order_notes" not in each]
    assert not wrong
