"""A merchant sends a part in parcels, moves one by itself, and puts its number right."""

from __future__ import annotations

import pytest
from django.urls import reverse

from fulfilment.models import Shipment
from tests.admin.filled import errors, opened, said

PRESS = "fulfilment_fulfilmentorder_"
ON_PARCEL = "fulfilment_shipment_"


@pytest.fixture
def client(browser, world):
    return browser(world.plage.members["fulfilment"])


@pytest.fixture
def part(world):
    """Three pairs are to be sent."""
    world.order.lines.filter(merchant=world.plage.merchant).update(
        quantity=3, total=3 * world.plage.variant.price
    )
    return world.plage.fulfilment_order


@pytest.fixture
def url(part):
    return reverse("admin:fulfilment_fulfilmentorder_change", args=[part.pk])


@pytest.fixture
def pieces(part):
    """The name of the field of its line."""
    line = part.order.lines.get(merchant=part.merchant)
    return f"pieces_{line.pk}"


def filled(client, url, **fields):
    return opened(client, url) | {PRESS + "ship": "", "carrier": "DHL"} | fields


def parcels(part):
    found = part.shipments.order_by("id")
    return list(found.values_list("tracking_number", "lines__quantity", "status"))


def on_parcel(client, parcel, button, **fields):
    page = reverse("admin:fulfilment_shipment_change", args=[parcel.pk])
    data = opened(client, page) | {ON_PARCEL + button: ""} | fields
    return client.post(page, data, follow=True)


def test_a_part_leaves_in_two_parcels_from_its_page(client, url, part, pieces):
    page = client.post(url, filled(client, url, tracking_number="A", **{pieces: "1"}), follow=True)
    assert said(page) == [f"{part}: partly sent."]
    assert parcels(part) == [("A", 1, "dispatched")]
    assert "2 of 3 × Plage flip-flops" in page.content.decode()
    assert [each.description for each in page.context["actions_submit_line"]] == ["Ship"]
    form = page.context["adminform"].form
    assert form[pieces].value() == 2
    assert "of 2 left" in page.content.decode()
    page = client.post(url, filled(client, url, tracking_number="B"), follow=True)
    assert said(page) == [f"{part}: with the carrier."]
    assert parcels(part) == [("A", 1, "dispatched"), ("B", 2, "dispatched")]
    assert pieces not in page.context["adminform"].form.fields
    for parcel in part.shipments.all():
        link = reverse("admin:fulfilment_shipment_change", args=[parcel.pk])
        assert f'href="{link}">{parcel.tracking_number}</a>' in page.content.decode()


def test_a_press_that_comes_twice_is_one_parcel(client, url, part, pieces):
    data = filled(client, url, tracking_number="A", **{pieces: "3"})
    for _time in range(2):
        assert said(client.post(url, data, follow=True)) == [f"{part}: with the carrier."]
    assert parcels(part) == [("A", 3, "dispatched")]


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("4", "Ensure this value is less than or equal to 3."),
        ("-1", "Ensure this value is greater than or equal to 0."),
        ("x", "Enter a whole number."),
        ("0", "Choose what is in the parcel: at least one piece."),
        ("", "Choose what is in the parcel: at least one piece."),
    ],
)
def test_pieces_that_cannot_be_are_said_below_their_field_and_all_stays(
    client, url, part, pieces, typed, words
):
    response = client.post(url, filled(client, url, tracking_number="6A1", **{pieces: typed}))
    assert errors(response) == {pieces: [words]}
    form = response.context["adminform"].form
    assert (form["tracking_number"].value(), form["carrier"].value()) == ("6A1", "DHL")
    assert parcels(part) == []


def test_pieces_that_somebody_else_sent_meanwhile_are_said(client, url, part, pieces):
    data = filled(client, url, tracking_number="A", **{pieces: "2"})
    other = filled(client, url, tracking_number="B", **{pieces: "2"})
    client.post(url, data)
    response = client.post(url, other)
    assert errors(response) == {pieces: ["Ensure this value is less than or equal to 1."]}
    assert parcels(part) == [("A", 2, "dispatched")]


def test_a_parcel_goes_its_way_by_its_own_buttons(client, url, part, pieces):
    client.post(url, filled(client, url, tracking_number="A", **{pieces: "1"}))
    client.post(url, filled(client, url, tracking_number="B"))
    first, second = part.shipments.order_by("id")
    page = on_parcel(client, first, "delivered")
    assert said(page) == ["DHL A: delivered."]
    offered = [each.description for each in page.context["actions_submit_line"]]
    assert offered == ["Correct carrier and number"]
    part.refresh_from_db()
    assert part.status == "shipped"
    on_parcel(client, second, "delivered")
    part.refresh_from_db()
    assert part.status == "delivered"
    step = second.history.latest("pk")
    assert (step.status, step.actor.handle) == ("delivered", "plage_fulfilment")


def test_a_mistyped_number_is_put_right(client, url, part):
    client.post(url, filled(client, url, tracking_number="6A 12"))
    parcel = part.shipments.get()
    response = on_parcel(client, parcel, "correct", carrier="Colissimo", tracking_number="6A 13")
    assert said(response) == ["Colissimo 6A 13: handed over."]
    parcel.refresh_from_db()
    assert parcel.tracking_url == "https://www.laposte.fr/outils/suivre-vos-envois?code=6A13"
    assert parcel.history.latest("pk").note == "before: DHL 6A 12"


def test_parcels_are_found_by_any_spelling_of_their_number(client, url, part):
    client.post(url, filled(client, url, tracking_number="6A 12"))
    lists = reverse("admin:fulfilment_shipment_changelist")
    for term in ("6a12", "6A-12", f"É-{part.order.number}"):
        found = client.get(lists, {"q": term}).context["cl"].result_list
        assert [row.pk for row in found] == [part.shipments.get().pk], term


def test_who_may_only_read_sends_nothing(browser, world, url, part, pieces):
    for role in ("editor", "read_only"):
        reader = browser(world.plage.members[role])
        assert pieces not in reader.get(url).content.decode()
        data = {PRESS + "ship": "", "carrier": "DHL", pieces: "1"}
        assert reader.post(url, data).status_code == 403
    assert not Shipment.objects.filter(fulfilment_order=part).exists()


def test_a_line_of_another_shop_cannot_be_sent(client, world, url, part, pieces):
    foreign = world.order.lines.get(merchant=world.rayon.merchant)
    fields = {pieces: "1", f"pieces_{foreign.pk}": "1"}
    client.post(url, filled(client, url, tracking_number="A", **fields))
    foreign.refresh_from_db()
    assert (parcels(part), foreign.dispatched_quantity) == ([("A", 1, "dispatched")], 0)


def test_the_list_says_each_step_in_words(client, url, part, pieces):
    client.post(url, filled(client, url, tracking_number="A", **{pieces: "3"}))
    parcel = part.shipments.get()
    lists = reverse("admin:fulfilment_shipment_changelist")
    for status, label in Shipment.Status.choices:
        Shipment.objects.filter(pk=parcel.pk).update(status=status)
        page = client.get(lists)
        cells = page.content.decode().split("<tbody", 1)[1].split("</tbody", 1)[0]
        assert str(label) in cells, status
