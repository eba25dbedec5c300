"""What the list says of an order, and what its page tells of the way it went."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import timezone

from checkout import history, orders, standing
from checkout.models import Order, Payment
from fulfilment import fulfilment_orders
from fulfilment.models import FulfilmentOrder


def stands(order: Order) -> str:
    return standing.of(Order.objects.get(pk=order.pk))


def part(order: Order, merchant) -> FulfilmentOrder:
    return FulfilmentOrder.objects.get(order=order, merchant=merchant)


def send(order: Order, merchant) -> FulfilmentOrder:
    parcel = part(order, merchant)
    fulfilment_orders.ship(parcel, carrier="Colissimo", tracking_number="", actor=None)
    return parcel


def test_an_order_on_its_way(order, plage, rayon):
    assert stands(order) == "paid"
    fulfilment_orders.open_for(order.pk)
    assert stands(order) == "packing"
    fulfilment_orders.pack(part(order, plage), actor=None)
    assert stands(order) == "packing"
    parcels = [send(order, plage)]
    assert stands(order) == "sent"
    parcels.append(send(order, rayon))
    for parcel in parcels:
        assert stands(order) == "sent"
        fulfilment_orders.deliver(parcel, actor=None)
    assert stands(order) == "delivered"


def test_a_cancelled_part_does_not_hold_the_order_up(order, plage, rayon):
    fulfilment_orders.open_for(order.pk)
    fulfilment_orders.cancel(part(order, rayon), actor=None)
    fulfilment_orders.deliver(send(order, plage), actor=None)
    assert stands(order) == "delivered"


def test_money_that_went_back(order):
    fulfilment_orders.open_for(order.pk)
    Payment.objects.filter(order=order).update(refunded=100)
    assert stands(order) == "partly_refunded"
    Payment.objects.filter(order=order).update(refunded=order.total)
    assert stands(order) == "refunded"


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"status": "awaiting_payment", "paid_at": None}, "awaiting_payment"),
        ({"status": "cancelled", "cancelled_at": timezone.now(), "paid_at": None}, "cancelled"),
    ],
)
def test_an_order_that_was_not_paid(order_of, flipflops, fields, expected):
    held = timezone.now() if fields["status"] == "awaiting_payment" else None
    order = order_of(flipflops, **fields, reserved_until=held)
    Payment.objects.filter(order=order).update(status="cancelled", captured=0)
    assert stands(order) == expected


def test_the_list_says_it_with_date_shops_and_total(client, order, mai):
    fulfilment_orders.open_for(order.pk)
    client.force_login(mai)
    page = " ".join(client.get("/orders/").content.decode().split())
    for words in ("being packed", "Plage &amp; Fils", "Rayon", "€174.80"):
        assert words in page


def test_the_page_tells_the_history_in_words(order, plage):
    history.note(order, "order.paid", {"amount": order.total})
    fulfilment_orders.open_for(order.pk)
    fulfilment_orders.pack(part(order, plage), actor=None)
    send(order, plage)
    history.note(order, "refund.succeeded", {"amount": 390})
    page = Client().get(f"/orders/{orders.token(order)}/").content.decode()
    told = [
        "Paid: €174.80",
        'Packed <span class="sub">Plage &amp; Fils</span>',
        'Handed to Colissimo <span class="sub">Plage &amp; Fils</span>',
        "Refund of €3.90 given to your bank",
    ]
    places = [page.index(words) for words in told]
    assert places == sorted(places)
