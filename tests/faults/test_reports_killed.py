"""`kill -9` while a parcel leaves and while carriers' reports are applied: each counts, and once."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from itertools import count

import httpx
import pytest
from django.utils import timezone

from accounts.models import OutgoingMail, User
from catalogue.models import Membership
from checkout.models import Order, OrderLine
from feeds.models import Notification
from fulfilment import connections, fulfilment_orders
from fulfilment.models import (
    CarrierConnection,
    CarrierMessage,
    FulfilmentOrder,
    Shipment,
    ShipmentEvent,
    TrackingEvent,
)
from tests.faults.world import World, wait_for
from webhooks.models import Event
from webhooks.signing import headers

pytestmark = [pytest.mark.xdist_group("faults"), pytest.mark.timeout(900)]
PASSWORD = "a-long-enough-word"
# Where the worker dies while it applies a message of three reports.
WORKER = (
    "fulfilment.carrier_messages:apply:before",
    "fulfilment.reports:apply:before",
    "fulfilment.shipments:report:after",
    "fulfilment.reports:apply:after",
    "fulfilment.carrier_messages:apply:after",
)
# Where the web process dies when a clerk presses Ship.
WEB = (
    "fulfilment.dispatching:dispatch:before",
    "fulfilment.reports:attach:before",
    "fulfilment.dispatching:dispatch:after",
)
WAY = ("in_transit", "out_for_delivery", "delivered")
numbers = count(1)


@pytest.fixture
def connection(world: World) -> CarrierConnection:
    return connections.create(merchant_id=world.shop.pk, adapter="generic", name="Warehouse")


def paid_part(world: World) -> FulfilmentOrder:
    scene = world.scene()
    scene.press()
    order: Order = scene.settled()
    return order.fulfilment_orders.get()


def report(world: World, connection: CarrierConnection, number: str) -> None:
    """A parcel's whole way in one message, over real HTTP."""
    start = timezone.now() - timedelta(hours=9)
    found = [
        {
            "tracking_number": number,
            "status": status,
            "happened_at": (start + timedelta(hours=hours)).isoformat(),
        }
        for hours, status in enumerate(WAY)
    ]
    body = json.dumps({"type": "tracking.reported", "reports": found})
    signed = headers(
        body, message_id=f"msg_{number}", timestamp=timezone.now(), secrets=[connection.secret]
    )
    path = f"/webhooks/carriers/generic/{connection.public_id}/"
    answer = httpx.post(world.stack.url + path, content=body, headers=signed)
    assert (answer.status_code, answer.text) == (200, "kept\n")


def told_once(shipment: Shipment) -> None:
    """Each step, report, mail, notice and event of the parcel is there once."""
    steps = ShipmentEvent.objects.filter(shipment=shipment).order_by("id")
    assert list(steps.values_list("status", flat=True)) == ["dispatched", *WAY]
    assert TrackingEvent.objects.filter(shipment=shipment).count() == len(WAY)
    mails = OutgoingMail.objects.filter(reference=str(shipment.public_id)).order_by("id")
    kinds = ["shipped", "out_for_delivery", "delivered"]
    assert list(mails.values_list("kind", flat=True)) == kinds
    assert Notification.objects.filter(reference__endswith=str(shipment.public_id)).count() in (
        0,  # A guest has none.
        2,
    )
    part = shipment.fulfilment_order
    told = Event.objects.filter(subject=str(part.public_id), type="shipment.updated")
    assert told.count() == len(WAY)


def test_the_worker_dies_while_it_applies_reports(
    world: World, connection: CarrierConnection, subtests: pytest.Subtests
) -> None:
    for place in WORKER:
        with subtests.test(place):
            part = paid_part(world)
            number = f"KILL{next(numbers)}"
            shipment = fulfilment_orders.ship(
                part, carrier="DHL", tracking_number=number, actor=None
            )
            world.arm(place, process="worker")
            report(world, connection, number)
            world.died_at(place, process="worker")
            # The hint died with it; nobody waits in the test for the time that a hint has.
            CarrierMessage.objects.exclude(next_attempt_at=None).update(
                next_attempt_at=timezone.now()
            )
            done = CarrierMessage.objects.filter(external_id=f"msg_{number}", next_attempt_at=None)
            wait_for(done.exists, otherwise="the message was never applied")
            part.refresh_from_db()
            assert part.status == "delivered"
            told_once(shipment)


def clerk(world: World) -> httpx.Client:
    """Somebody who packs for the shop, signed in."""
    name = f"clerk{next(numbers)}"
    user = User.objects.create_user(f"{name}@rayon.example", PASSWORD, handle=name)
    Membership.objects.create(user=user, merchant=world.shop, role=Membership.Role.FULFILMENT)
    client = httpx.Client(base_url=world.stack.url, follow_redirects=True, timeout=60)
    client.get("/accounts/login/")
    client.post(
        "/accounts/login/",
        data={
            "login": user.email,
            "password": PASSWORD,
            "csrfmiddlewaretoken": client.cookies["csrftoken"],
        },
        headers={"Referer": world.stack.url},
    )
    return client


def test_the_web_process_dies_while_a_parcel_leaves(
    world: World, subtests: pytest.Subtests
) -> None:
    client = clerk(world)
    for place in WEB:
        with subtests.test(place):
            part = paid_part(world)
            url = f"/admin/fulfilment/fulfilmentorder/{part.pk}/change/"
            page = client.get(url).text
            fields = dict(re.findall(r'<input[^>]* name="([^"]+)" value="([^"]*)"', page))
            fields = {name: fields[name] for name in fields if name != "csrfmiddlewaretoken"} | {
                "csrfmiddlewaretoken": client.cookies["csrftoken"],
                "fulfilment_fulfilmentorder_ship": "",
                "carrier": "DHL",
                "tracking_number": f"KILL{next(numbers)}",
            }
            assert fields["dispatch_key"]
            headers = {"Referer": world.stack.url + url}
            world.arm(place, process="web")
            with pytest.raises(httpx.TransportError):
                client.post(url, data=fields, headers=headers)
            world.died_at(place, process="web")
            # Whoever got no answer presses again.
            answer = client.post(url, data=fields, headers=headers)
            assert answer.status_code == 200
            shipment = part.shipments.get()
            assert [line.quantity for line in shipment.lines.all()] == [1]
            line = OrderLine.objects.get(order=part.order_id)
            assert line.dispatched_quantity == 1
            assert ShipmentEvent.objects.filter(shipment=shipment).count() == 1
            reference = str(shipment.public_id)
            assert OutgoingMail.objects.filter(kind="shipped", reference=reference).count() == 1
            told = Event.objects.filter(subject=str(part.public_id), type="shipment.created")
            assert told.count() == 1
