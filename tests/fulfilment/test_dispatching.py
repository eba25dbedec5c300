"""A part leaves whole or in parcels: never more of it than is left, and it is as far as its slowest."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError

from accounts.models import OutgoingMail
from fulfilment import fulfilment_orders, shipments
from fulfilment.dispatching import NotLeft, dispatch
from fulfilment.fulfilment_orders import NothingToSend, TransitionRefused
from fulfilment.models import FulfilmentOrder, Shipment, ShipmentEvent
from fulfilment.parts import left_of
from fulfilment.steps import as_far_as
from webhooks.models import Event

pytestmark = pytest.mark.django_db(transaction=True)
Parcel = Shipment.Status


@pytest.fixture
def line(parcel):
    """Two pairs of flip-flops, to be sent."""
    return parcel.order.lines.get()


def send(
    part: FulfilmentOrder, pieces: dict[int, int] | None, *, number: str = "6A1", **more
) -> Shipment:
    words = {"carrier": "Colissimo", "tracking_number": number, "actor": None}
    return dispatch(part, lines=pieces, **(words | more))


def trace(part: FulfilmentOrder) -> tuple[object, ...]:
    part.refresh_from_db()
    return (
        part.status,
        list(Shipment.objects.values_list("status", "tracking_number")),
        ShipmentEvent.objects.count(),
        list(part.order.lines.values_list("dispatched_quantity", flat=True)),
        Event.objects.count(),
        OutgoingMail.objects.count(),
    )


def test_two_parcels_to_the_door(parcel, line, packer):
    first = send(parcel, {line.pk: 1}, actor=packer)
    assert parcel.status == "partly_shipped"
    line.refresh_from_db()
    assert left_of(line) == 1
    second = send(parcel, None, number="6A2")
    assert parcel.status == "shipped"
    way = [
        (first, Parcel.OUT_FOR_DELIVERY, "shipped"),
        (second, Parcel.OUT_FOR_DELIVERY, "out_for_delivery"),
        (first, Parcel.DELIVERED, "out_for_delivery"),
        (second, Parcel.FAILED_ATTEMPT, "shipped"),
        (second, Parcel.OUT_FOR_DELIVERY, "out_for_delivery"),
        (second, Parcel.DELIVERED, "delivered"),
    ]
    for each, status, then in way:
        shipments.move(each, status, actor=None)
        parcel.refresh_from_db()
        assert parcel.status == then, (each, status)
    assert list(first.lines.values_list("line", "quantity")) == [(line.pk, 1)]
    assert list(first.history.values_list("status", "actor")) == [
        ("dispatched", packer.pk),
        ("out_for_delivery", None),
        ("delivered", None),
    ]
    assert list(parcel.history.values_list("status", flat=True)) == [
        "open",
        "partly_shipped",
        "shipped",
        "out_for_delivery",
        "shipped",
        "out_for_delivery",
        "delivered",
    ]


@pytest.mark.parametrize(
    ("parcels", "left", "status"),
    [
        (["delivered"], 1, "partly_shipped"),
        (["delivered", "delivered"], 0, "delivered"),
        (["delivered", "out_for_delivery"], 0, "out_for_delivery"),
        (["ready_for_pickup", "out_for_delivery"], 0, "out_for_delivery"),
        (["out_for_delivery", "in_transit"], 0, "shipped"),
        (["delivered", "dispatched"], 0, "shipped"),
        (["delivered", "failed_attempt"], 0, "shipped"),
        (["delivered", "exception"], 0, "shipped"),
        (["delivered", "lost"], 0, "shipped"),
        (["returned"], 0, "shipped"),
    ],
)
def test_a_part_is_as_far_as_its_slowest_parcel(parcels, left, status):
    assert as_far_as(parcels, left=left) == status


def test_each_parcel_is_told_of_once_with_what_is_in_it_and_still_to_come(parcel, line):
    first = send(parcel, {line.pk: 1})
    second = send(parcel, {line.pk: 1}, number="6A2")
    for each in (first, second):
        for status in (
            Parcel.OUT_FOR_DELIVERY,
            Parcel.FAILED_ATTEMPT,
            Parcel.OUT_FOR_DELIVERY,
            Parcel.FAILED_ATTEMPT,
            Parcel.DELIVERED,
        ):
            shipments.move(each, status, actor=None)
    mails = OutgoingMail.objects.exclude(kind__in=["receipt", "new_order"]).order_by("pk")
    kinds = ["out_for_delivery", "delivery_failed", "delivered"]
    assert list(mails.values_list("kind", flat=True)) == ["shipped"] * 2 + kinds * 2
    reference = parcel.order.reference
    one, rest = mails[:2]
    assert one.subject == f"Plage & Fils sent a part of your order {reference}"
    assert rest.subject == f"Plage & Fils sent the rest of your order {reference}"
    for text in (one.text, one.html):
        assert "Still to come, in another parcel" in text
        assert text.count("quantity 1") == 2
        assert "€34.00" in text
    assert "Still to come" not in rest.text + rest.html
    assert rest.text.count("quantity 1") == 1
    failed = mails.get(kind="delivery_failed", reference=str(first.public_id))
    assert failed.subject == "Your parcel from Plage & Fils could not be delivered"
    assert "its page says what it needs of you" in failed.text


def test_subscribers_hear_of_each_parcel_with_the_whole_part(parcel, line):
    first = send(parcel, {line.pk: 1})
    shipments.move(first, Parcel.IN_TRANSIT, actor=None)
    created, updated = Event.objects.filter(type__startswith="shipment.").order_by("pk")
    assert (created.type, updated.type) == ("shipment.created", "shipment.updated")
    for event, status in ((created, "dispatched"), (updated, "in_transit")):
        assert event.subject == str(parcel.public_id)
        assert event.payload["shipment"] == str(first.public_id)
        assert event.payload["status"] == "partly_shipped"
        [told] = event.payload["shipments"]
        assert (told["status"], told["lines"][0]["quantity"]) == (status, 1)
        [of_line] = event.payload["lines"]
        assert (of_line["quantity"], of_line["dispatched"], of_line["to_send"]) == (2, 1, 1)


def test_the_same_key_is_the_same_parcel(parcel, line):
    first = send(parcel, {line.pk: 1}, key="press-1")
    left = trace(parcel)
    assert send(parcel, {line.pk: 1}, key="press-1") == first
    assert trace(parcel) == left
    assert send(parcel, {line.pk: 1}, key="press-2") != first


def test_a_key_is_its_parts_own(parcel, order_of, flipflops, line):
    [other] = fulfilment_orders.open_for(order_of(flipflops).pk)
    first = send(parcel, {line.pk: 1}, key="press-1")
    assert send(other, None, key="press-1") != first


def test_what_is_not_left_is_not_sent_and_leaves_no_trace(parcel, line, order_of, lamp):
    foreign = order_of(lamp).lines.get()
    send(parcel, {line.pk: 1})
    before = trace(parcel)
    refused = [
        (NotLeft, {line.pk: 2}, "Of “Corniche flip-flops” only 1 piece is left to send."),
        (ValidationError, {line.pk: 0}, "at least one piece"),
        (ValidationError, {}, "at least one piece"),
        (ValidationError, {line.pk: -1}, "no pieces of this order"),
        (ValidationError, {foreign.pk: 1}, "no pieces of this order"),
    ]
    for error, pieces, words in refused:
        with pytest.raises(error) as refusal:
            send(parcel, pieces)
        assert words in str(refusal.value)
        assert trace(parcel) == before
    with pytest.raises(ValidationError):
        send(parcel, {line.pk: 1}, carrier="")
    assert trace(parcel) == before
    send(parcel, {line.pk: 1})
    with pytest.raises(TransitionRefused, match="cannot become"):
        send(parcel, None)


def test_what_is_refunded_is_no_longer_left(parcel, line):
    parcel.order.lines.update(refunded_quantity=1)
    with pytest.raises(NotLeft):
        send(parcel, {line.pk: 2})
    assert send(parcel, None).lines.get().quantity == 1
    assert parcel.status == "shipped"


def test_what_is_refunded_or_cancelled_whole_is_not_sent(parcel, line):
    parcel.order.lines.update(refunded_quantity=2)
    with pytest.raises(NothingToSend):
        send(parcel, {line.pk: 1})
    parcel.order.lines.update(refunded_quantity=0)
    fulfilment_orders.cancel(parcel, actor=None)
    with pytest.raises(TransitionRefused, match="cannot become"):
        send(parcel, {line.pk: 1})


def test_the_database_knows_too_how_many_there_were(parcel, line):
    with pytest.raises(IntegrityError, match="order_line_dispatched_quantity"):
        parcel.order.lines.update(dispatched_quantity=3)


def test_a_part_that_is_sent_in_part_is_not_marked_as_a_whole(parcel, line):
    send(parcel, {line.pk: 1})
    for verb in (fulfilment_orders.deliver, fulfilment_orders.mark_out_for_delivery):
        with pytest.raises(TransitionRefused):
            verb(parcel, actor=None)
    assert Shipment.objects.get().status == "dispatched"


def allowed() -> list[tuple[str, str]]:
    return [
        (source, target) for source, targets in Shipment.TRANSITIONS.items() for target in targets
    ]


def test_each_step_of_a_parcel_is_taken_where_the_table_knows_it_and_nowhere_else(parcel):
    shipment = send(parcel, None)
    for source in Parcel:
        for target in Parcel:
            Shipment.objects.filter(pk=shipment.pk).update(status=source)
            before = ShipmentEvent.objects.count()
            if (source, target) in allowed():
                shipments.move(shipment, target, actor=None)
                assert Shipment.objects.get().status == target
                assert ShipmentEvent.objects.latest("pk").status == target
            else:
                with pytest.raises(TransitionRefused):
                    shipments.move(shipment, target, actor=None)
                assert Shipment.objects.get().status == source
                assert ShipmentEvent.objects.count() == before
    assert {source for source in Parcel if not Shipment.TRANSITIONS[source]} == {
        "delivered",
        "returned",
    }
