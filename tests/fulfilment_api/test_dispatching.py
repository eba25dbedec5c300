"""Parcels by the API: one with what is in it, many at once, corrected, and reported on."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.models import OutgoingMail
from checkout.models import OrderLine
from fulfilment.models import FulfilmentOrder, Shipment, TrackingEvent
from partners.models import StoredAnswer
from shopping.ids import public_id

LIST = "/api/v1/shipments/"
BULK = "/api/v1/fulfilment-orders/bulk/dispatch/"
pytestmark = pytest.mark.django_db


def sent(plage, part: FulfilmentOrder, body: dict[str, Any], **headers: str):
    return plage("post", f"/api/v1/fulfilment-orders/{part.public_id}/shipments/", body, **headers)


def pieces(world, quantity: int) -> list[dict[str, Any]]:
    return [{"variant_id": str(world.plage.variant.public_id), "quantity": quantity}]


def test_a_part_leaves_in_parcels(plage, world, part):
    made = sent(
        plage, part, {"carrier": "DHL", "tracking_number": "A 1", "lines": pieces(world, 1)}
    )
    assert made.status_code == 201
    shown = made.json()
    assert (shown["carrier"], shown["tracking_number"], shown["status"]) == (
        "DHL",
        "A 1",
        "dispatched",
    )
    assert [line["quantity"] for line in shown["lines"]] == [1]
    assert made["Location"] == f"http://testserver{LIST}{shown['id']}/"
    part.refresh_from_db()
    assert part.status == "partly_shipped"
    rest = sent(plage, part, {"carrier": "DHL", "tracking_number": "A2"}).json()
    assert [line["quantity"] for line in rest["lines"]] == [1]
    part.refresh_from_db()
    assert part.status == "shipped"
    nothing = sent(plage, part, {"carrier": "DHL"})
    assert (nothing.status_code, nothing.json()["code"]) == (409, "transition_refused")
    assert Shipment.objects.filter(fulfilment_order=part).count() == 2


def test_no_more_than_is_left_is_sent(plage, world, part):
    refused = sent(plage, part, {"carrier": "DHL", "lines": pieces(world, 3)})
    assert (refused.status_code, refused.json()["code"]) == (409, "not_left")
    assert not Shipment.objects.filter(fulfilment_order=part).exists()


def test_a_call_that_comes_twice_is_one_parcel(plage, world, part):
    """Also where its answer was lost before it was kept: the verb knows the key as well."""
    body = {"carrier": "DHL", "tracking_number": "A1", "lines": pieces(world, 1)}
    key = {"Idempotency-Key": "parcel-1"}
    first = sent(plage, part, body, **key).json()
    assert sent(plage, part, body, **key).json() == first
    StoredAnswer.objects.all().delete()
    assert sent(plage, part, body, **key).json() == first
    assert Shipment.objects.filter(fulfilment_order=part).count() == 1
    assert OrderLine.objects.get(order=part.order).dispatched_quantity == 1
    assert OutgoingMail.objects.filter(kind="shipped").count() == 1
    assert sent(plage, part, body, **{"Idempotency-Key": "parcel-2"}).json()["id"] != first["id"]


def test_it_leaves_only_as_it_was_seen(plage, part):
    body = {"carrier": "DHL", "tracking_number": "A1"}
    assert sent(plage, part, body, **{"If-Match": '"another"'}).status_code == 412
    tag = plage("get", f"/api/v1/fulfilment-orders/{part.public_id}/")["ETag"]
    assert sent(plage, part, body, **{"If-Match": tag}).status_code == 201


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "#/carrier"),
        ({"carrier": "x" * 61}, "#/carrier"),
        ({"carrier": "DHL", "lines": []}, "#"),
        ({"carrier": "DHL", "lines": [{"variant_id": str(public_id()), "quantity": 1}]}, None),
        ({"carrier": "DHL", "pieces": 1}, "#/pieces"),
    ],
)
def test_what_is_no_parcel_leaves_no_trace(plage, part, body, pointer):
    refused = sent(plage, part, body)
    assert refused.status_code == 400, refused.content
    found = [each["pointer"] for each in refused.json()["errors"]]
    assert found == [pointer or "#/lines/0/variant_id"]
    part.refresh_from_db()
    assert (part.status, part.shipments.count()) == ("open", 0)


def test_many_are_handed_over_each_by_itself(plage, world, bought):
    good, bad = bought(), bought()

    def item(part: FulfilmentOrder, carrier: str, number: str) -> dict[str, Any]:
        return {
            "fulfilment_order_id": str(part.public_id),
            "carrier": carrier,
            "tracking_number": number,
        }

    items = [
        item(good, "DHL", "A1"),
        item(bad, "", ""),
        item(world.rayon.fulfilment_order, "DHL", "A2"),
        item(bad, "x" * 61, "A3"),
    ]
    results = plage("post", BULK, {"items": items}).json()["results"]
    assert [each["result"] for each in results] == ["done", "refused", "refused", "refused"]
    assert [each["problem"] and each["problem"]["pointer"] for each in results] == [
        None,
        "#/items/1/carrier",
        "#/items/2/fulfilment_order_id",
        "#/items/3/carrier",
    ]
    assert results[2]["problem"]["code"] == "not_found"
    again = plage("post", BULK, {"items": items[:1]}).json()["results"]
    assert [each["result"] for each in again] == ["before"]
    sent_parcels = Shipment.objects.filter(fulfilment_order__in=[good, bad])
    assert list(sent_parcels.values_list("tracking_number", flat=True)) == ["A1"]
    assert not Shipment.objects.filter(fulfilment_order=world.rayon.fulfilment_order).exists()


def test_a_call_whose_answer_was_lost_is_answered_as_it_was(plage, part):
    """Also where somebody has put a parcel's number right meanwhile."""
    item = {"fulfilment_order_id": str(part.public_id), "carrier": "DHL", "tracking_number": "A1"}
    twice = {"items": [item, {**item, "tracking_number": "A2"}]}
    key = {"Idempotency-Key": "bulk-1"}
    first = plage("post", BULK, twice, **key).json()["results"]
    assert [each["result"] for each in first] == ["done", "refused"]
    StoredAnswer.objects.all().delete()
    made = part.shipments.get()
    corrected = plage("patch", f"{LIST}{made.public_id}/", {"tracking_number": "A11"})
    assert corrected.status_code == 200
    assert plage("post", BULK, twice, **key).json()["results"] == first
    assert part.shipments.get().tracking_number == "A11"
    assert OutgoingMail.objects.filter(kind="shipped").count() == 1


@pytest.mark.parametrize("count", [0, 201])
def test_no_more_than_two_hundred_are_handed_over(plage, part, count):
    item = {"fulfilment_order_id": str(part.public_id), "carrier": "DHL"}
    refused = plage("post", BULK, {"items": [item] * count})
    assert refused.status_code == 400
    assert refused.json()["errors"][0]["pointer"] == "#/items"
    assert not part.shipments.exists()


def test_parcels_are_listed_by_their_orders(plage, world, bought, django_assert_num_queries):
    made = []
    for number in range(3):
        part = bought()
        for step in range(2):
            body = {"carrier": "DHL", "tracking_number": f"{number}{step}"}
            made.append(sent(plage, part, {**body, "lines": pieces(world, 1)}).json()["id"])
    with django_assert_num_queries(3):
        first = plage("get", f"{LIST}?limit=3").json()
    assert [each["id"] for each in first["data"]] == made[:2:-1]
    with django_assert_num_queries(3):
        behind = plage("get", first["next"]).json()
    assert [each["id"] for each in behind["data"]] == made[2::-1]
    # And behind them the cast's own.
    assert [each["tracking_number"] for each in plage("get", behind["next"]).json()["data"]] == [
        "Plage1"
    ]
    found = plage("get", f"{LIST}?tracking_number=1-1").json()["data"]
    assert [each["id"] for each in found] == [made[3]]
    found = plage("get", f"{LIST}?fulfilment_order={part.public_id}&status=dispatched").json()
    assert [each["id"] for each in found["data"]] == made[:3:-1]
    assert plage("get", f"{LIST}?fulfilment_order=x").status_code == 400


def test_a_mistyped_number_is_put_right(plage, part):
    made = sent(plage, part, {"carrier": "DHL", "tracking_number": "A1"}).json()
    path = f"{LIST}{made['id']}/"
    tag = plage("get", path)["ETag"]
    stale = plage("patch", path, {"tracking_number": "A2"}, **{"If-Match": '"another"'})
    assert stale.status_code == 412
    mended = plage("patch", path, {"tracking_number": "A2"}, **{"If-Match": tag}).json()
    assert (mended["carrier"], mended["tracking_number"]) == ("DHL", "A2")
    history = Shipment.objects.get(public_id=made["id"]).history.values_list("note", flat=True)
    assert list(history) == ["", "before: DHL A1"]


def test_a_warehouse_reports_on_a_parcel(plage, part):
    made = sent(plage, part, {"carrier": "DHL", "tracking_number": "A1"}).json()
    path = f"{LIST}{made['id']}/tracking/"
    report = {
        "id": "scan-1",
        "status": "delivered",
        "happened_at": "2026-01-12T08:00:00Z",
        "place": "Rennes",
    }
    told = plage("post", path, report)
    assert told.status_code == 201
    assert (told.json()["moves_to"], told.json()["place"]) == ("delivered", "Rennes")
    assert plage("post", path, report).json() == told.json()
    part.refresh_from_db()
    assert part.status == "delivered"
    assert OutgoingMail.objects.filter(kind="delivered").count() == 1
    note = plage("post", path, {**report, "id": "scan-2", "status": "note"}).json()
    assert note["moves_to"] is None
    listed = plage("get", path).json()["data"]
    assert [each["id"] for each in listed] == ["scan-2", "scan-1"]
    assert plage("post", path, {**report, "status": "dispatched"}).status_code == 400
    # Whose number is corrected keeps what named it.
    plage("patch", f"{LIST}{made['id']}/", {"tracking_number": "A2"})
    assert TrackingEvent.objects.filter(shipment__public_id=made["id"]).count() == 2
