"""Clerks, carriers and refunds at the same part at once: no piece leaves twice, no report is lost."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from accounts.models import OutgoingMail
from catalogue.models import Variant
from checkout import refundable, refunds
from checkout.models import OrderLine
from checkout.quotes import Item
from checkout.refund_previews import preview, whole
from fulfilment import fulfilment_orders, reports, shipments
from fulfilment.dispatching import NotLeft, dispatch
from fulfilment.fulfilment_orders import TransitionRefused
from fulfilment.models import FulfilmentOrder, Shipment, TrackingEvent
from fulfilment.reports import Report
from tests.buying import Basket, Sandbox, pay
from tests.races.crowd import at_once, before_it_is_written

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def part(basket: Basket, flipflops: Variant, sandbox: Sandbox) -> FulfilmentOrder:
    """Four pieces of one line, paid, and open at their shop."""
    order = basket.with_(items=(Item(flipflops.public_id, 4),)).place()
    pay(order.payments.get(), sandbox.token())
    [opened] = fulfilment_orders.open_for(order.pk)
    return opened


def send(part: FulfilmentOrder, pieces: int, *, number: str = "A", key: str = "") -> Shipment:
    row = FulfilmentOrder.objects.get(pk=part.pk)
    [line] = OrderLine.objects.filter(order=part.order_id)
    return dispatch(
        row,
        lines={line.pk: pieces},
        carrier="DHL",
        tracking_number=number,
        actor=None,
        key=key,
    )


def said(status: str, *, number: str = "A") -> Report:
    return Report(
        tracking_number=number,
        external_id=status,
        status=status,
        moves_to=status,
        happened_at=datetime(2026, 1, 12, tzinfo=UTC),
    )


def test_two_clerks_never_send_more_than_is_left(part: FulfilmentOrder) -> None:
    answer = before_it_is_written(lambda: send(part, 3), then=lambda: send(part, 3, number="B"))
    assert isinstance(answer.exception(), NotLeft)
    line = OrderLine.objects.get(order=part.order_id)
    assert line.dispatched_quantity == 3
    assert list(Shipment.objects.values_list("tracking_number", "lines__quantity")) == [("A", 3)]
    assert OutgoingMail.objects.filter(kind="shipped").count() == 1


def test_many_clerks_send_what_is_there_and_no_more(part: FulfilmentOrder) -> None:
    jobs = [lambda number=number: send(part, 1, number=str(number)) for number in range(7)]
    answers = at_once(jobs)
    sent = [each for each in answers if isinstance(each, Shipment)]
    assert len(sent) == 4
    refused = [each for each in answers if not isinstance(each, Shipment)]
    assert {type(each) for each in refused} <= {NotLeft, TransitionRefused}
    part.refresh_from_db()
    assert part.status == "shipped"


def test_a_press_that_comes_twice_at_once_is_one_parcel(part: FulfilmentOrder) -> None:
    answers = at_once([lambda: send(part, 1, key="press")] * 4)
    assert {answer.pk for answer in answers if isinstance(answer, Shipment)} == {
        Shipment.objects.get().pk
    }
    assert all(isinstance(answer, Shipment) for answer in answers)
    assert OrderLine.objects.get(order=part.order_id).dispatched_quantity == 1


def test_what_is_being_refunded_is_not_sent(part: FulfilmentOrder) -> None:
    order = part.order
    left = refundable.read(order)
    asked = whole(left)

    def refund() -> object:
        amount = preview(left, asked).amount
        return refunds.request(order.payments.get().pk, amount=amount, reason="x", parts=asked)

    answer = before_it_is_written(refund, then=lambda: send(part, 1))
    assert isinstance(answer.exception(), TransitionRefused)
    assert not Shipment.objects.exists()


def test_a_report_that_comes_while_its_parcel_is_written_finds_it(part: FulfilmentOrder) -> None:
    merchant = part.merchant_id

    def report() -> None:
        reports.apply(merchant, said("in_transit"))

    answer = before_it_is_written(lambda: send(part, 4), then=report)
    assert answer.exception() is None
    assert Shipment.objects.get().status == "in_transit"
    assert not TrackingEvent.objects.filter(shipment=None).exists()


def test_two_parcels_that_come_at_once_make_the_part_delivered(part: FulfilmentOrder) -> None:
    first, second = send(part, 2), send(part, 2, number="B")

    def arrive(shipment: Shipment) -> Shipment:
        return shipments.move(shipment, Shipment.Status.DELIVERED, actor=None)

    answer = before_it_is_written(lambda: arrive(first), then=lambda: arrive(second))
    assert answer.exception() is None
    part.refresh_from_db()
    assert part.status == "delivered"


def test_the_same_report_at_once_is_one(part: FulfilmentOrder) -> None:
    send(part, 4)
    merchant = part.merchant_id

    def report() -> None:
        reports.apply(merchant, said("delivered"))

    assert at_once([report] * 4) == [None] * 4
    assert TrackingEvent.objects.count() == 1
    assert OutgoingMail.objects.filter(kind="delivered").count() == 1
