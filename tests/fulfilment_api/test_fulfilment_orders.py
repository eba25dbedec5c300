"""Fulfilment orders by the API: found, read, packed, delivered."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from checkout.models import OrderNote
from fulfilment.models import FulfilmentEvent, FulfilmentOrder

LIST = "/api/v1/fulfilment-orders/"
pytestmark = pytest.mark.django_db


def path(part: FulfilmentOrder, step: str = "") -> str:
    return f"{LIST}{part.public_id}/{step}"


def ids(answer) -> list[str]:
    assert answer.status_code == 200, answer.content
    return [each["id"] for each in answer.json()["data"]]


def test_one_is_read_with_its_lines_and_where_it_goes(plage, world, part):
    OrderNote.objects.create(order=part.order, text="Ring twice")
    shown = plage("get", path(part)).json()
    assert (shown["number"], shown["status"]) == (part.order.reference, "open")
    assert shown["lines"] == [
        {
            "variant_id": str(world.plage.variant.public_id),
            "sku": "plage-41",
            "title": "Plage flip-flops",
            "options": ["41"],
            "quantity": 2,
            "to_send": 2,
            "dispatched": 0,
            "refunded": 0,
            "unit_price": {"amount": 3490, "currency": "EUR"},
            "discount": {"amount": 0, "currency": "EUR"},
        }
    ]
    assert shown["address"]["line1"] == "14 rue des Lices"
    assert (shown["email"], shown["note"]) == ("mai@people.example", "Ring twice")
    assert shown["delivery"]["amount"] == {"amount": 390, "currency": "EUR"}


def test_of_an_order_of_several_shops_nobody_sees_more_than_their_part(plage, world):
    shown = plage("get", path(world.plage.fulfilment_order))
    assert "Rayon" not in shown.content.decode()
    assert [line["sku"] for line in shown.json()["lines"]] == ["plage-41"]
    assert plage("get", path(world.rayon.fulfilment_order)).status_code == 404


def test_a_list_costs_the_same_however_long(plage, bought, django_assert_num_queries):
    parts = [bought() for _ in range(5)]
    for part in parts:
        assert plage("post", path(part, "shipments/"), {"carrier": "DHL"}).status_code == 201
    made = [str(part.public_id) for part in parts]
    with django_assert_num_queries(8):
        first = plage("get", f"{LIST}?limit=3")
    with django_assert_num_queries(8):
        one = plage("get", f"{LIST}?limit=2")
    assert ids(first) == made[:1:-1]
    assert ids(one) == made[:2:-1]
    behind = plage("get", first.json()["next"])
    # And behind them those of the cast.
    assert ids(behind)[:2] == made[1::-1]


def test_filters_narrow_it(plage, world, bought):
    packed = bought()
    FulfilmentOrder.objects.filter(pk=packed.pk).update(status="packed")
    late = bought()
    FulfilmentOrder.objects.filter(pk=late.pk).update(leaves_by=timezone.now() - timedelta(days=1))
    assert ids(plage("get", f"{LIST}?status=packed")) == [str(packed.public_id)]
    assert ids(plage("get", f"{LIST}?queue=late")) == [str(late.public_id)]
    assert ids(plage("get", f"{LIST}?queue=disputed")) == []
    assert ids(plage("get", f"{LIST}?q=%C3%89-{late.order.number}")) == [str(late.public_id)]
    assert ids(plage("get", f"{LIST}?q=%C3%89-{late.order.number}&status=packed")) == []
    for query in ("status=sent", "queue=x", "updated_since=yesterday", "to=1"):
        assert plage("get", f"{LIST}?{query}").status_code == 400, query


def test_one_keeps_up_in_the_order_in_which_they_changed(plage, bought):
    made = [bought() for _ in range(3)]
    at = datetime(2999, 1, 1, tzinfo=UTC)
    for place, each in enumerate([made[1], made[0], made[2]]):
        FulfilmentOrder.objects.filter(pk=each.pk).update(
            updated_at=at + timedelta(days=max(place - 1, 0))
        )
    first = plage("get", f"{LIST}?updated_since=2999-01-01T00:00:00Z&limit=2")
    # Of two of one moment the older comes first.
    assert ids(first) == [str(made[0].public_id), str(made[1].public_id)]
    assert ids(plage("get", first.json()["next"])) == [str(made[2].public_id)]


def test_it_is_packed_once_and_by_whoever_made_the_key(plage, world, part):
    packed = plage("post", path(part, "pack/"))
    assert (packed.status_code, packed.json()["status"]) == (200, "packed")
    event = FulfilmentEvent.objects.get(fulfilment_order=part, status="packed")
    assert event.actor == world.plage.owner
    again = plage("post", path(part, "pack/"))
    assert (again.status_code, again.json()["code"]) == (409, "transition_refused")


def test_it_is_packed_only_as_it_was_seen(plage, part):
    tag = plage("get", path(part))["ETag"]
    stale = plage("post", path(part, "pack/"), **{"If-Match": '"another"'})
    assert stale.status_code == 412
    part.refresh_from_db()
    assert part.status == "open"
    assert plage("post", path(part, "pack/"), **{"If-Match": tag}).status_code == 200
    assert plage("post", path(part, "deliver/"), **{"If-Match": tag}).status_code == 412


def test_what_has_left_is_delivered(plage, part):
    assert plage("post", path(part, "deliver/")).status_code == 409
    plage("post", path(part, "shipments/"), {"carrier": "DHL"})
    assert plage("post", path(part, "out-for-delivery/")).json()["status"] == "out_for_delivery"
    delivered = plage("post", path(part, "deliver/")).json()
    assert delivered["status"] == "delivered"
    assert [each["status"] for each in delivered["shipments"]] == ["delivered"]
