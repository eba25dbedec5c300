"""Returns by the API: answered, counted, and refunded once."""

from __future__ import annotations

from typing import Any

import pytest

from checkout.models import Refund
from fulfilment import fulfilment_orders
from fulfilment.models import Return, ReturnEvent, ReturnLine
from partners.models import StoredAnswer
from tests.fulfilment_api.test_dispatching import sent

LIST = "/api/v1/returns/"
pytestmark = pytest.mark.django_db


@pytest.fixture
def goods(plage, world, part) -> Return:
    """One of two pairs that were delivered is to come back."""
    sent(plage, part, {"carrier": "DHL", "tracking_number": "A1"})
    fulfilment_orders.deliver(part, actor=None)
    row = Return.objects.create(fulfilment_order=part, key="b", words="Too small")
    line = part.order.lines.get()
    ReturnLine.objects.create(parent=row, line=line, quantity=1, reason="does_not_fit")
    return row


def step(plage, row: Return, name: str, body=None, **headers: str):
    return plage("post", f"{LIST}{row.public_id}/{name}/", body, **headers)


def counted(world, pieces: int, condition: str = "as_new") -> dict[str, Any]:
    variant = str(world.plage.variant.public_id)
    return {"lines": [{"variant_id": variant, "received": pieces, "condition": condition}]}


def came(plage, world, row: Return) -> None:
    assert step(plage, row, "approve", {}).status_code == 200
    assert step(plage, row, "receive", counted(world, 1)).status_code == 200


def test_from_wish_to_refund(plage, world, part, goods):
    approved = step(plage, goods, "approve", {"answer": "Of course."}).json()
    assert (approved["status"], approved["answer"]) == ("approved", "Of course.")
    assert approved["send_to"] == "3 quai des Bulles"
    received = step(plage, goods, "receive", counted(world, 1)).json()
    assert received["lines"][0]["received"] == 1
    assert ReturnEvent.objects.get(parent=goods, status="received").actor == world.plage.owner
    seen = plage("get", f"{LIST}{goods.public_id}/refund/").json()
    assert (seen["possible"], seen["amount"]) == (True, {"amount": 3490, "currency": "EUR"})
    assert (seen["delivery"], seen["lines"][0]["restock"]) == (False, True)
    key = {"Idempotency-Key": "back-1"}
    given = step(plage, goods, "refund", {"amount": seen["amount"]}, **key).json()
    assert (given["status"], given["refund"]["amount"]["amount"]) == ("refunded", 3490)
    assert step(plage, goods, "refund", {"amount": seen["amount"]}, **key).json() == given
    [refund] = Refund.objects.filter(payment__order=part.order)
    assert (refund.amount, refund.reason) == (3490, "return")
    assert [each.restocked for each in refund.parts.all()] == [True]


def test_it_is_given_back_once_whatever_the_key(plage, world, part, goods):
    came(plage, world, goods)
    body = {"amount": {"amount": 3490, "currency": "EUR"}, "reason": "Too small"}
    first = step(plage, goods, "refund", body, **{"Idempotency-Key": "a"}).json()
    StoredAnswer.objects.all().delete()
    for key in "ab":
        assert step(plage, goods, "refund", body, **{"Idempotency-Key": key}).json() == first
    assert Refund.objects.filter(payment__order=part.order).count() == 1


def test_another_amount_than_was_seen_gives_nothing_back(plage, world, part, goods):
    came(plage, world, goods)
    body = {"amount": {"amount": 3880, "currency": "EUR"}}
    refused = step(plage, goods, "refund", body, **{"Idempotency-Key": "a"})
    assert (refused.status_code, refused.json()["code"]) == (409, "refund_changed")
    assert step(plage, goods, "refund", body).json()["code"] == "idempotency_key_required"
    goods.refresh_from_db()
    assert (goods.status, goods.refund) == ("received", None)
    assert step(plage, goods, "settle").json()["code"] == "still_refundable"


def test_nothing_goes_back_before_it_came(plage, goods):
    assert plage("get", f"{LIST}{goods.public_id}/refund/").json()["possible"] is False
    body = {"amount": {"amount": 3490, "currency": "EUR"}}
    refused = step(plage, goods, "refund", body, **{"Idempotency-Key": "a"})
    assert (refused.status_code, refused.json()["code"]) == (409, "not_received")


def test_a_refusal_says_why(plage, goods):
    assert step(plage, goods, "refuse", {"answer": " "}).status_code == 400
    refused = step(plage, goods, "refuse", {"answer": "It was worn."}).json()
    assert (refused["status"], refused["answer"]) == ("refused", "It was worn.")
    again = step(plage, goods, "approve", {})
    assert (again.status_code, again.json()["code"]) == (409, "transition_refused")


@pytest.mark.parametrize(
    ("pieces", "status", "code"), [(0, 422, "nothing_received"), (2, 422, "too_many_returned")]
)
def test_what_cannot_have_come_is_not_counted(plage, world, goods, pieces, status, code):
    step(plage, goods, "approve", {})
    refused = step(plage, goods, "receive", counted(world, pieces))
    assert (refused.status_code, refused.json()["code"]) == (status, code)
    strange = {"lines": [*counted(world, 1)["lines"] * 2]}
    twice = step(plage, goods, "receive", strange)
    assert twice.json()["errors"][0]["pointer"] == "#/lines/1/variant_id"
    goods.refresh_from_db()
    assert (goods.status, goods.lines.get().received) == ("approved", None)


def test_returns_are_listed_by_their_orders(plage, world, goods, django_assert_num_queries):
    with django_assert_num_queries(3):
        first = plage("get", f"{LIST}?limit=1").json()
    assert [each["words"] for each in first["data"]] == ["Too small"]
    with django_assert_num_queries(3):
        behind = plage("get", first["next"]).json()
    assert [each["id"] for each in behind["data"]] == [str(world.rows["return"].public_id)]
    assert behind["next"] is None
    found = plage("get", f"{LIST}?status=requested&fulfilment_order={behind['data'][0]['id']}")
    assert found.json()["data"] == []
    foreign = f"{LIST}{world.rows['rayons_return'].public_id}/"
    assert plage("get", foreign).status_code == 404
