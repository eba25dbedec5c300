"""The order's way as the shopper sees it, live."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from checkout import orders
from checkout.models import Order
from fulfilment import fulfilment_orders, tracking
from fulfilment.dispatching import dispatch

pytestmark = pytest.mark.django_db(transaction=True)
HTMX = {"HX-Request": "true"}


def address(order: Order) -> str:
    return reverse("fulfilment:tracking", args=[orders.token(order)])


def part(client: Client, order: Order, **query: str) -> str:
    response = client.get(address(order), query, headers=HTMX)
    assert response.status_code == 200
    return response.content.decode()


def steps(order: Order) -> list[tuple[str, str]]:
    [parcel] = tracking.parcels(order)
    return [(step.title, step.state) for step in parcel.steps]


def test_each_step_moves_the_way(parcel):
    order = parcel.order
    assert steps(order) == [
        ("Paid", "done"),
        ("Plage & Fils is packing", "now"),
        ("Sent", "todo"),
        ("Out for delivery", "todo"),
        ("Delivered", "todo"),
    ]
    fulfilment_orders.pack(parcel, actor=None)
    assert steps(order)[1:3] == [("Packed by Plage & Fils", "now"), ("Sent", "todo")]
    fulfilment_orders.ship(parcel, carrier="Colissimo", tracking_number="6A", actor=None)
    assert steps(order)[1:3] == [("Packed by Plage & Fils", "done"), ("With Colissimo", "now")]
    fulfilment_orders.mark_out_for_delivery(parcel, actor=None)
    assert steps(order)[3:] == [("Out for delivery", "now"), ("Delivered", "todo")]
    fulfilment_orders.deliver(parcel, actor=None)
    assert [state for _, state in steps(order)] == ["done"] * 5


def test_a_step_that_was_left_out_is_not_shown_as_taken(parcel):
    fulfilment_orders.ship(parcel, carrier="Colissimo", tracking_number="", actor=None)
    fulfilment_orders.deliver(parcel, actor=None)
    assert [title for title, _ in steps(parcel.order)] == [
        "Paid",
        "Packed by Plage & Fils",
        "With Colissimo",
        "Delivered",
    ]


def test_a_paid_order_that_no_worker_saw_yet_shows_its_parcels(order):
    assert [parcel.news for parcel in tracking.parcels(order)] == [
        "Plage & Fils is packing",
        "Rayon is packing",
    ]


def test_the_part_shows_the_carrier_the_number_and_its_link(client, parcel):
    fulfilment_orders.ship(parcel, carrier="Colissimo", tracking_number="6A 1849", actor=None)
    shown = part(client, parcel.order)
    assert "With Colissimo" in shown
    assert 'href="https://www.laposte.fr/outils/suivre-vos-envois?code=6A1849"' in shown
    assert ">6A 1849</a>" in shown
    assert "Thu 12 – Fri 13 June" in shown
    assert "14 rue des Lices, 35000 Rennes" in shown
    assert 'aria-current="step"' in shown
    assert "style=" not in shown


def poll(shown: str) -> str:
    return re.search(r'hx-get="([^"]+)" hx-trigger="every 3s"', shown).group(1)


def test_a_poll_gets_nothing_until_something_changed_and_then_says_it_once(client, parcel):
    url = poll(part(client, parcel.order))
    nothing = client.get(url, headers=HTMX)
    assert (nothing.status_code, nothing.content) == (204, b"")
    fulfilment_orders.pack(parcel, actor=None)
    news = client.get(url, headers=HTMX).content.decode()
    assert '<p id="tracking-said" hx-swap-oob="innerHTML">Packed by Plage &amp; Fils. </p>' in news
    assert 'id="tracking-steps"' in news
    assert client.get(poll(news), headers=HTMX).status_code == 204


def test_an_order_that_came_to_its_end_is_not_polled(client, parcel):
    fulfilment_orders.cancel(parcel, actor=None, note="Lost in a fire")
    shown = part(client, parcel.order)
    assert "every 3s" not in shown
    assert "Cancelled" in shown


def test_a_poll_that_finds_nothing_costs_two_statements(client, parcel):
    url = poll(part(client, parcel.order))
    with CaptureQueriesContext(connection) as statements:
        client.get(url, headers=HTMX)
    assert len(statements) == 2


def statements(client: Client, order: Order) -> int:
    with CaptureQueriesContext(connection) as counted:
        part(client, order)
    return len(counted)


def test_statements_do_not_grow_with_parcels(client, parcel, order):
    fulfilment_orders.open_for(order.pk)
    assert statements(client, parcel.order) == statements(client, order) == 7
    for sent in range(2):
        line = parcel.order.lines.get()
        dispatch(parcel, lines={line.pk: 1}, carrier="DHL", tracking_number=str(sent), actor=None)
        assert statements(client, parcel.order) == 10


def test_a_browser_that_has_it_is_told_so(client, parcel):
    first = client.get(address(parcel.order), headers=HTMX)
    assert first["Cache-Control"] == "private, no-cache"
    again = client.get(address(parcel.order), headers={**HTMX, "If-None-Match": first["ETag"]})
    assert again.status_code == 304
    page = client.get(address(parcel.order), headers={"If-None-Match": first["ETag"]})
    assert page.status_code == 200


def test_without_script_it_is_a_page(client, parcel):
    page = client.get(address(parcel.order)).content.decode()
    assert "<!doctype html>" in page
    assert "Plage &amp; Fils is packing" in page


def test_a_wrong_token_opens_nothing(client, parcel):
    token = orders.token(parcel.order)
    for wrong in (token[:-1], str(parcel.order.public_id), token + "x", "x"):
        url = reverse("fulfilment:tracking", args=[wrong])
        assert client.get(url, headers=HTMX).status_code == 404
    assert client.post(address(parcel.order)).status_code == 405


def test_an_unpaid_order_waits_and_a_cancelled_one_says_so(client, order_of, flipflops):
    waiting = order_of(
        flipflops, status="awaiting_payment", paid_at=None, reserved_until=timezone.now()
    )
    gone = order_of(flipflops, status="cancelled", cancelled_at=timezone.now())
    assert "waiting for the payment" in part(client, waiting)
    assert "every 3s" in part(client, waiting)
    assert "Nothing will be sent" in part(client, gone)
    assert "every 3s" not in part(client, gone)


def test_times_are_the_readers_and_utc_without_a_script(client, parcel):
    Order.objects.filter(pk=parcel.order.pk).update(paid_at="2026-11-30T10:29:00Z")
    page = part(client, parcel.order)
    moment = (
        '<time datetime="2026-11-30T10:29:00+00:00" data-yours>Mon 30 November, 10:29 UTC</time>'
    )
    assert moment in page
    for url in (
        address(parcel.order),
        reverse("checkout:order", args=[orders.token(parcel.order)]),
    ):
        assert "times.js" in client.get(url).content.decode()
