"""A merchant works an order from the parcel's table to the door."""

from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils import timezone

from fulfilment.models import FulfilmentOrder
from tests.admin.filled import WHY, errors, opened, said
from webhooks.models import Event

PRESS = "fulfilment_fulfilmentorder_"


@pytest.fixture
def client(browser, world):
    return browser(world.plage.members["fulfilment"])


@pytest.fixture
def parcel(world):
    return world.plage.fulfilment_order


@pytest.fixture
def url(parcel):
    return reverse("admin:fulfilment_fulfilmentorder_change", args=[parcel.pk])


def press(client, url, button, **fields):
    """Press one of the buttons of the page, with these fields filled in."""
    return client.post(url, opened(client, url) | {PRESS + button: ""} | fields, follow=True)


def buttons(page):
    return [button.description for button in page.context["actions_submit_line"]]


def test_a_parcel_goes_its_way_by_buttons(client, url, parcel, world):
    assert buttons(client.get(url)) == ["Ship", "Mark packed"]
    press(client, url, "pack")
    assert buttons(client.get(url)) == ["Ship"]
    press(client, url, "ship", carrier="Colissimo", tracking_number="6A 12")
    assert buttons(client.get(url)) == ["Delivered", "Out for delivery"]
    press(client, url, "out_for_delivery")
    page = press(client, url, "deliver")
    assert said(page) == [f"{parcel}: delivered."]
    assert buttons(page) == []
    steps = list(parcel.history.order_by("id").values_list("status", "actor__handle"))
    who = "plage_fulfilment"
    assert steps == [
        ("open", None),
        ("packed", who),
        ("shipped", who),
        ("out_for_delivery", who),
        ("delivered", who),
    ]
    shipment = parcel.shipments.get()
    assert (shipment.carrier, shipment.tracking_number) == ("Colissimo", "6A 12")
    assert Event.objects.filter(type="shipment.created").count() == 1


def test_a_parcel_without_carrier_is_asked_for_one_and_the_number_stays(client, url, parcel):
    response = press(client, url, "ship", carrier=" ", tracking_number="6A12")
    assert errors(response) == {"carrier": ["Who takes the parcel?"]}
    assert response.context["adminform"].form["tracking_number"].value() == "6A12"
    parcel.refresh_from_db()
    assert (parcel.status, parcel.shipments.count()) == ("open", 0)


def test_a_button_that_came_too_late_is_answered_in_words(client, url, parcel):
    data = opened(client, url) | {PRESS + "pack": ""}
    FulfilmentOrder.objects.filter(pk=parcel.pk).update(status="delivered")
    page = client.post(url, data, follow=True)
    assert said(page) == ["This is “delivered” and cannot become “packed”."]


def test_a_save_without_a_button_changes_nothing(client, url, parcel):
    before = parcel.updated_at
    data = opened(client, url) | {"_save": "", "status": "delivered", "merchant": "1"}
    assert client.post(url, data).status_code == 302
    parcel.refresh_from_db()
    assert (parcel.status, parcel.updated_at) == ("open", before)


def test_the_list_moves_what_can_be_moved_and_names_the_rest(client, browser, world, parcel):
    other = world.rayon.fulfilment_order
    FulfilmentOrder.objects.filter(pk=other.pk).update(status="delivered")
    page = browser(world.staff).post(
        reverse("admin:fulfilment_fulfilmentorder_changelist"),
        {"action": "pack_all", "_selected_action": [parcel.pk, other.pk], "operator_reason": WHY},
        follow=True,
    )
    assert said(page) == [
        f"{other}: This is “delivered” and cannot become “packed”.",
        "1 parcel moved on.",
    ]
    parcel.refresh_from_db()
    assert parcel.status == "packed"


def test_orders_are_found_by_number_and_mail(browser, world):
    client = browser(world.staff)
    lists = reverse("admin:checkout_order_changelist")
    for term in (f"é-{world.order.number}", str(world.order.number), "MAI@people.example"):
        found = client.get(lists, {"q": term}).context["cl"].result_list
        assert [row.pk for row in found] == [world.order.pk], term
    assert not client.get(lists, {"q": "9" * 30}).context["cl"].result_list


def test_today_counts_what_is_the_shops_own(browser, world):
    page = browser(world.plage.owner).get("/admin/")
    assert page.context["to_send_count"] == "1"
    assert page.context["late_count"] == "0"
    assert page.context["low_count"] == "1"
    assert [str(amount) for amount in page.context["paid_today"]] == ["38.80 EUR"]
    assert "rayon" not in page.content.decode().lower()
    staff = browser(world.staff).get("/admin/")
    assert staff.context["to_send_count"] == "2"
    world.order.fulfilment_orders.update(leaves_by=timezone.now())
    page = browser(world.plage.owner).get("/admin/")
    assert page.context["late_count"] == "1"
    lists = reverse("admin:fulfilment_fulfilmentorder_changelist")
    assert f'href="{lists}?queue=late"' in page.content.decode()
    assert [str(amount) for amount in staff.context["paid_today"]] == ["77.60 EUR"]
