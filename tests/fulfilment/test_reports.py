"""What carriers say of a parcel: once, in whatever order, and to nobody else's parcel."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from accounts.models import OutgoingMail
from fulfilment import fulfilment_orders, reports, shipments
from fulfilment.dispatching import dispatch
from fulfilment.models import Shipment, TrackingEvent
from fulfilment.reports import Report
from fulfilment.tasks import sweep_carrier_messages
from fulfilment.tracking import parcels

pytestmark = pytest.mark.django_db(transaction=True)
NOON = datetime(2026, 1, 12, 12, tzinfo=UTC)
ONE = "6A 1849"


def said(status: str, *, hours: int = 0, number: str = ONE, **more) -> Report:
    fields = {
        "tracking_number": number,
        "external_id": f"{status}-{hours}",
        "status": status,
        "moves_to": status,
        "happened_at": NOON + timedelta(hours=hours),
        "place": "Rennes",
    }
    return Report(**(fields | more))


@pytest.fixture
def shipment(parcel) -> Shipment:
    return fulfilment_orders.ship(parcel, carrier="Colissimo", tracking_number=ONE, actor=None)


def stands(shipment: Shipment) -> str:
    shipment.refresh_from_db()
    return shipment.status


def test_a_report_moves_its_parcel_with_its_time_and_place(shipment, plage):
    reports.apply(plage.pk, said("out_for_delivery", number="6a-1849"))
    assert stands(shipment) == "out_for_delivery"
    step = shipment.history.latest("pk")
    assert (step.happened_at, step.note, step.actor) == (NOON, "Rennes", None)
    shipment.fulfilment_order.refresh_from_db()
    assert shipment.fulfilment_order.status == "out_for_delivery"


def test_the_same_report_twice_is_one(shipment, plage):
    for _time in range(2):
        reports.apply(plage.pk, said("delivered"))
    assert shipment.tracking.count() == 1
    assert shipment.history.filter(status="delivered").count() == 1
    assert OutgoingMail.objects.filter(kind="delivered").count() == 1


def test_what_happened_before_never_moves_a_parcel_back(shipment, plage):
    for status, hours in (("in_transit", 5), ("out_for_delivery", 3)):
        reports.apply(plage.pk, said(status, hours=hours))
    assert stands(shipment) == "in_transit"
    reports.apply(plage.pk, said("delivered", hours=9))
    for status, hours in (("in_transit", 8), ("out_for_delivery", 10)):
        reports.apply(plage.pk, said(status, hours=hours))
        assert stands(shipment) == "delivered"
    # It is shown all the same, where it belongs.
    shown = [event.status for event in shipment.tracking.all()]
    assert shown == [
        "out_for_delivery",
        "in_transit",
        "in_transit",
        "delivered",
        "out_for_delivery",
    ]


def test_what_is_known_already_makes_older_news_old(shipment, plage):
    reports.apply(plage.pk, said("in_transit", hours=1))
    reports.apply(plage.pk, said("in_transit", hours=9))
    reports.apply(plage.pk, said("out_for_delivery", hours=5))
    assert stands(shipment) == "in_transit"
    assert not OutgoingMail.objects.filter(kind="out_for_delivery").exists()


def test_a_note_moves_nothing(shipment, plage):
    reports.apply(plage.pk, said("note", moves_to="", description="At customs"))
    assert stands(shipment) == "dispatched"
    assert shipment.tracking.get().words == "At customs"


def test_an_unknown_number_waits_for_its_parcel(parcel, plage):
    for hours, status in enumerate(("in_transit", "out_for_delivery")):
        for _time in range(2):
            reports.apply(plage.pk, said(status, hours=hours))
    assert TrackingEvent.objects.filter(shipment=None).count() == 2
    shipment = fulfilment_orders.ship(parcel, carrier="Colissimo", tracking_number=ONE, actor=None)
    assert stands(shipment) == "out_for_delivery"
    assert shipment.tracking.count() == 2
    parcel.refresh_from_db()
    assert parcel.status == "out_for_delivery"


def test_another_merchants_parcel_is_never_touched(shipment, rayon):
    reports.apply(rayon.pk, said("delivered"))
    reports.apply(rayon.pk, said("delivered", number="", shipment=shipment.public_id))
    assert stands(shipment) == "dispatched"
    assert not shipment.tracking.exists()
    assert TrackingEvent.objects.get().merchant == rayon


def test_a_parcel_is_known_by_our_own_name_too(shipment, plage):
    reports.apply(plage.pk, said("delivered", number="", shipment=shipment.public_id))
    assert stands(shipment) == "delivered"
    reports.apply(plage.pk, said("lost", number="", shipment=UUID(int=1)))
    assert TrackingEvent.objects.count() == 1
    reports.correct(shipment, carrier="Colissimo", tracking_number="OTHER", actor=None)
    assert shipment.tracking.count() == 1


def test_two_orders_in_one_parcel_both_move_and_an_old_one_does_not(
    shipment, plage, order_of, flipflops
):
    def another() -> Shipment:
        [part] = fulfilment_orders.open_for(order_of(flipflops).pk)
        return fulfilment_orders.ship(part, carrier="DHL", tracking_number=ONE, actor=None)

    shipments.move(shipment, "delivered", actor=None)
    both = [another(), another()]
    reports.apply(plage.pk, said("in_transit"))
    assert [stands(each) for each in both] == ["in_transit", "in_transit"]
    assert not shipment.tracking.exists()


def test_a_mistyped_number_is_put_right_with_what_was_reported_of_both(shipment, plage, packer):
    reports.apply(plage.pk, said("out_for_delivery", number="RIGHT1"))
    reports.apply(plage.pk, said("in_transit"))
    reports.correct(shipment, carrier="Colissimo", tracking_number="RIGHT 1", actor=packer)
    assert stands(shipment) == "out_for_delivery"
    assert shipment.tracking_url.endswith("RIGHT1")
    assert [event.tracking_code for event in shipment.tracking.all()] == ["RIGHT1"]
    released = TrackingEvent.objects.get(shipment=None)
    assert released.tracking_code == "6A1849"
    note = shipment.history.get(actor=packer)
    assert (note.status, note.note) == ("in_transit", "before: Colissimo 6A 1849")
    reports.correct(shipment, carrier="Colissimo", tracking_number="RIGHT 1", actor=packer)
    assert shipment.history.filter(actor=packer).count() == 1


def test_numbers_that_were_swapped_find_their_parcels(parcel, plage):
    line = parcel.order.lines.get()
    first, second = (
        dispatch(parcel, lines={line.pk: 1}, carrier="DHL", tracking_number=number, actor=None)
        for number in ("B", "A")
    )
    reports.apply(plage.pk, said("in_transit", number="A"))
    reports.apply(plage.pk, said("note", moves_to="", number="B"))
    reports.correct(first, carrier="DHL", tracking_number="A", actor=None)
    reports.correct(second, carrier="DHL", tracking_number="B", actor=None)
    sweep_carrier_messages()
    assert [event.status for event in first.tracking.all()] == ["in_transit"]
    assert [event.status for event in second.tracking.all()] == ["note"]
    assert stands(first) == "in_transit"


def test_what_a_parcel_was_told_by_its_name_does_not_wait_for_its_number(parcel, plage):
    """The same report came by the number before the parcel had it, and by the parcel's own name."""
    reports.apply(plage.pk, said("in_transit", number="RIGHT"))
    shipment = fulfilment_orders.ship(parcel, carrier="DHL", tracking_number="WRONG", actor=None)
    reports.apply(plage.pk, said("in_transit", number="", shipment=shipment.public_id))
    reports.correct(shipment, carrier="DHL", tracking_number="RIGHT", actor=None)
    assert shipment.tracking.count() == TrackingEvent.objects.count() == 1
    assert stands(shipment) == "in_transit"


def test_a_parcel_that_cannot_be_matched_keeps_none_behind_it_waiting(
    parcel, plage, order_of, flipflops, monkeypatch
):
    [another] = fulfilment_orders.open_for(order_of(flipflops).pk)
    bad, good = (
        fulfilment_orders.ship(part, carrier="DHL", tracking_number=number, actor=None)
        for part, number in ((parcel, "A"), (another, "B"))
    )
    for number in ("A", "B"):
        reports.apply(plage.pk, said("in_transit", number=number))
    TrackingEvent.objects.update(shipment=None)
    attach = reports.attach

    def fails_for_one(shipment):
        if shipment.pk == bad.pk:
            raise ValueError
        attach(shipment)

    monkeypatch.setattr(reports, "attach", fails_for_one)
    sweep_carrier_messages()
    assert (bad.tracking.count(), good.tracking.count()) == (0, 1)


def test_the_page_shows_each_parcel_with_its_contents_and_what_its_carrier_says(parcel, plage):
    line = parcel.order.lines.get()
    dispatch(parcel, lines={line.pk: 1}, carrier="DHL", tracking_number="A", actor=None)
    reports.apply(plage.pk, said("failed_attempt", number="A", description="Nobody there"))
    sent, rest = parcels(parcel.order)
    assert [(sent.place, sent.count), (rest.place, rest.count)] == [(1, 2), (2, 2)]
    assert [(each.pk, pieces) for each, pieces in sent.contents] == [(line.pk, 1)]
    assert [(each.pk, pieces) for each, pieces in rest.contents] == [(line.pk, 1)]
    assert (sent.news, sent.tone) == ("The delivery failed", "sun")
    assert [(step.title, step.state, step.note) for step in sent.steps[2:]] == [
        ("With DHL", "done", ""),
        ("The delivery failed", "now", "Rennes"),
        ("Delivered", "todo", ""),
    ]
    assert [(report.words, report.place) for report in sent.reports] == [("Nobody there", "Rennes")]
    assert rest.news == "Plage & Fils is packing"
