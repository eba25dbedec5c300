"""A parcel's way: each step by the table, with its history, event and mail, or no trace."""

from __future__ import annotations

from threading import Barrier, Thread

import pytest
from django.core.exceptions import ValidationError
from django.db import connections

from accounts.models import OutgoingMail
from fulfilment import fulfilment_orders
from fulfilment.fulfilment_orders import NothingToSend, TransitionRefused
from fulfilment.models import FulfilmentEvent, FulfilmentOrder, Shipment
from webhooks.models import Event

pytestmark = pytest.mark.django_db(transaction=True)


def trace(parcel: FulfilmentOrder) -> tuple[object, ...]:
    parcel.refresh_from_db()
    return (
        parcel.status,
        list(parcel.history.values_list("status", flat=True)),
        list(Event.objects.order_by("pk").values_list("type", flat=True)),
        list(OutgoingMail.objects.order_by("pk").values_list("kind", flat=True)),
        Shipment.objects.count(),
    )


def test_the_whole_way(parcel, packer):
    fulfilment_orders.pack(parcel, actor=packer)
    shipment = fulfilment_orders.ship(
        parcel, carrier="Colissimo", tracking_number=" 6A 1849  2207", actor=packer
    )
    fulfilment_orders.mark_out_for_delivery(parcel, actor=None, note="Rennes")
    fulfilment_orders.deliver(parcel, actor=None)
    assert trace(parcel) == (
        "delivered",
        ["open", "packed", "shipped", "out_for_delivery", "delivered"],
        [
            "fulfilment_order.opened",
            "fulfilment_order.packed",
            "shipment.created",
            "fulfilment_order.out_for_delivery",
            "shipment.updated",
            "fulfilment_order.delivered",
            "shipment.updated",
        ],
        ["receipt", "new_order", "shipped", "out_for_delivery", "delivered"],
        1,
    )
    assert (shipment.tracking_number, shipment.tracking_url) == (
        "6A 1849 2207",
        "https://www.laposte.fr/outils/suivre-vos-envois?code=6A18492207",
    )
    actors = list(parcel.history.values_list("actor", "note"))
    assert actors == [(None, ""), (packer.pk, ""), (packer.pk, ""), (None, ""), (None, "")]
    way = list(shipment.history.values_list("status", "actor", "note"))
    assert way == [
        ("dispatched", packer.pk, ""),
        ("out_for_delivery", None, "Rennes"),
        ("delivered", None, ""),
    ]


def test_what_is_refunded_is_neither_packed_nor_sent(parcel, packer):
    parcel.order.lines.update(refunded_quantity=2)
    before = trace(parcel)
    with pytest.raises(NothingToSend) as refusal:
        fulfilment_orders.pack(parcel, actor=packer)
    assert str(refusal.value) == (
        "Everything in this parcel is refunded, so there is nothing left to send."
    )
    with pytest.raises(NothingToSend):
        fulfilment_orders.ship(parcel, carrier="dhl", tracking_number="1", actor=packer)
    assert trace(parcel) == before
    parcel.order.lines.update(refunded_quantity=1)
    assert fulfilment_orders.pack(parcel, actor=packer).status == "packed"


def test_the_shipment_event_holds_the_parcel(parcel, packer):
    shipment = fulfilment_orders.ship(
        parcel, carrier="Colissimo", tracking_number="6A1849", actor=packer
    )
    event = Event.objects.get(type="shipment.created")
    assert event.subject == str(parcel.public_id)
    assert event.payload["status"] == "shipped"
    assert event.payload["shipment"] == str(shipment.public_id)
    line = parcel.order.lines.get()
    assert event.payload["shipments"] == [
        {
            "id": str(shipment.public_id),
            "status": "dispatched",
            "carrier": "Colissimo",
            "tracking_number": "6A1849",
            "tracking_url": "https://www.laposte.fr/outils/suivre-vos-envois?code=6A1849",
            "dispatched_at": shipment.created_at.isoformat(),
            "lines": [{"variant": str(line.variant.public_id), "sku": "FLIP-42", "quantity": 2}],
        }
    ]


REFUSED = [
    ((), "deliver"),
    ((), "mark_out_for_delivery"),
    (("pack",), "pack"),
    (("pack",), "deliver"),
    (("ship",), "pack"),
    (("ship",), "ship"),
    (("ship",), "cancel"),
    (("ship", "deliver"), "mark_out_for_delivery"),
    (("cancel",), "pack"),
    (("cancel",), "ship"),
]


def take(parcel: FulfilmentOrder, step: str) -> None:
    words = {"carrier": "DHL", "tracking_number": "1"} if step == "ship" else {}
    getattr(fulfilment_orders, step)(parcel, actor=None, **words)


@pytest.mark.parametrize(("before", "step"), REFUSED)
def test_a_step_the_table_does_not_know_leaves_no_trace(before, step, parcel):
    for earlier in before:
        take(parcel, earlier)
    left = trace(parcel)
    with pytest.raises(TransitionRefused, match="cannot become"):
        take(parcel, step)
    assert trace(parcel) == left


def test_a_parcel_without_a_carrier_is_refused_without_a_trace(parcel):
    left = trace(parcel)
    with pytest.raises(ValidationError):
        fulfilment_orders.ship(parcel, carrier=" ", tracking_number="1", actor=None)
    assert trace(parcel) == left


def test_of_two_who_press_at_once_one_is_refused(parcel):
    start, outcomes = Barrier(2), []

    def press() -> None:
        mine = FulfilmentOrder.objects.get(pk=parcel.pk)
        start.wait()
        try:
            fulfilment_orders.pack(mine, actor=None)
            outcomes.append("packed")
        except TransitionRefused:
            outcomes.append("refused")
        finally:
            connections.close_all()

    threads = [Thread(target=press) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["packed", "refused"]
    assert FulfilmentEvent.objects.filter(status="packed").count() == 1


@pytest.mark.parametrize(
    ("carrier", "number", "url"),
    [
        ("Unknown & Sons", "1", ""),
        ("Colissimo", "", ""),
        (
            " DHL ",
            "a/b?c",
            "https://www.dhl.com/global-en/home/tracking.html?tracking-id=a%2Fb%3Fc",
        ),
    ],
)
def test_a_link_is_made_for_known_carriers_alone(carrier, number, url, parcel):
    shipment = fulfilment_orders.ship(parcel, carrier=carrier, tracking_number=number, actor=None)
    assert shipment.tracking_url == url
