"""Programs that send the same pieces at once: each leaves once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from checkout.models import OrderLine
from fulfilment.models import FulfilmentOrder, Shipment
from partners import keys
from partners.scopes import FOR_SHOPS
from tests.races.crowd import at_once
from tests.shops import buy, person, shop

pytestmark = pytest.mark.django_db(transaction=True)
Answer = tuple[int, str]


class Desk:
    """A shop's program with a part of an order: two pairs that are to be sent."""

    def __init__(self) -> None:
        plage = shop("plage")
        order = buy(person("mai"), plage)
        price = plage.variant.price
        OrderLine.objects.filter(order=order).update(quantity=2, total=2 * price)
        self.part = FulfilmentOrder.objects.get(order=order)
        self.piece = {"variant_id": str(plage.variant.public_id), "quantity": 1}
        self.path = f"/api/v1/fulfilment-orders/{self.part.public_id}/"
        _row, secret = keys.make(
            name="k", scopes=FOR_SHOPS, made_by=plage.owner, merchant=plage.merchant
        )
        self.headers = {"Authorization": f"Bearer {secret}"}

    def send(self, body: dict[str, Any], **headers: str) -> Answer:
        """The status, and the parcel's id or the code of the refusal."""
        given = {**self.headers, **headers}
        address = f"{self.path}shipments/"
        answer = Client().post(address, body, content_type="application/json", headers=given)
        told = answer.json()
        return answer.status_code, told["id"] if answer.status_code == 201 else told["code"]


@pytest.fixture
def desk() -> Desk:
    return Desk()


def told(jobs: list[Callable[[], Answer]]) -> list[Answer]:
    """What each was answered, the parcel first."""
    answers = at_once(jobs)
    return sorted(each for each in answers if not isinstance(each, Exception))


def test_the_same_pieces_at_once_leave_once(desk: Desk) -> None:
    body = {"carrier": "DHL", "tracking_number": "A1"}
    answers = told([lambda: desk.send(body)] * 4)
    assert answers[1:] == [(409, "transition_refused")] * 3
    [parcel] = Shipment.objects.exclude(carrier="Colissimo")
    assert answers[0] == (201, str(parcel.public_id))
    assert OrderLine.objects.get(order=desk.part.order_id).dispatched_quantity == 2


def test_one_call_at_once_is_one_parcel(desk: Desk) -> None:
    body = {"carrier": "DHL", "tracking_number": "A1", "lines": [desk.piece]}
    key = {"Idempotency-Key": "once"}
    answers = told([lambda: desk.send(body, **key)] * 4)
    [parcel] = Shipment.objects.exclude(carrier="Colissimo")
    assert set(answers) <= {(201, str(parcel.public_id)), (409, "call_in_progress")}
    assert desk.send(body, **key) == (201, str(parcel.public_id))
    assert OrderLine.objects.get(order=desk.part.order_id).dispatched_quantity == 1


def test_of_two_who_saw_the_same_part_one_sends(desk: Desk) -> None:
    """Each a piece under a number of its own, so that both could leave."""
    seen = {"If-Match": Client().get(desk.path, headers=desk.headers)["ETag"]}
    bodies = [
        {"carrier": "DHL", "tracking_number": number, "lines": [desk.piece]} for number in "AB"
    ]
    answers = told([lambda body=body: desk.send(body, **seen) for body in bodies])
    [parcel] = Shipment.objects.exclude(carrier="Colissimo")
    assert answers == [(201, str(parcel.public_id)), (412, "changed_meanwhile")]
