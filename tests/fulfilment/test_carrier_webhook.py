"""POST /webhooks/carriers/…: signed, kept at once and once, applied by a worker."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import OutgoingMail
from fulfilment import (
    carrier_messages,
    connections,
    fulfilment_orders,
    reports,
)
from fulfilment.carrier_webhook import MOST_BYTES
from fulfilment.models import CarrierConnection, CarrierMessage, Shipment, TrackingEvent
from fulfilment.tasks import apply_carrier_message, sweep_carrier_messages
from webhooks.signing import headers as signed

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def connection(plage) -> CarrierConnection:
    return connections.create(merchant_id=plage.pk, adapter="generic", name="Warehouse")


@pytest.fixture
def easypost(plage) -> CarrierConnection:
    return connections.create(merchant_id=plage.pk, adapter="easypost", name="EasyPost")


@pytest.fixture
def shipment(parcel) -> Shipment:
    return fulfilment_orders.ship(parcel, carrier="Colissimo", tracking_number="6A1849", actor=None)


def address(connection: CarrierConnection) -> str:
    return reverse("fulfilment:carrier_webhook", args=[connection.adapter, connection.public_id])


def scan(status: str = "in_transit", **more: Any) -> dict[str, Any]:
    found = {"tracking_number": "6A1849", "status": status, "happened_at": "2026-01-12T07:20:00Z"}
    return found | more


def reported(*found: Any) -> dict[str, Any]:
    return {"type": "tracking.reported", "reports": list(found)}


def post(
    connection: CarrierConnection, content: Any, *, id: str = "msg_1", secret: str = "", **more: str
) -> Any:
    """What a warehouse sends, signed with the connection's secret or another one."""
    body = content if isinstance(content, str) else json.dumps(content)
    given = signed(
        body, message_id=id, timestamp=timezone.now(), secrets=[secret or connection.secret]
    )
    return Client().post(
        address(connection), body, content_type="application/json", headers=given | more
    )


def said(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.content.decode().strip()


def apply_all() -> None:
    for pk in CarrierMessage.objects.exclude(next_attempt_at=None).values_list("pk", flat=True):
        apply_carrier_message(pk)


def test_a_report_is_kept_at_once_and_applied_by_a_worker(connection, shipment):
    content = reported(scan(place="Rennes", description="Sorted", id="scan-9"))
    assert said(post(connection, content)) == (200, "kept")
    message = CarrierMessage.objects.get()
    assert (message.external_id, json.loads(message.body)) == ("msg_1", content)
    assert message.next_attempt_at is not None
    assert not TrackingEvent.objects.exists()
    apply_all()
    event = shipment.tracking.get()
    assert (event.external_id, event.place, event.words) == ("scan-9", "Rennes", "Sorted")
    shipment.refresh_from_db()
    assert shipment.status == "in_transit"
    message.refresh_from_db()
    assert message.next_attempt_at is None


def test_the_same_message_again_is_answered_and_not_kept_again(connection, shipment):
    assert said(post(connection, reported(scan("delivered")))) == (200, "kept")
    assert said(post(connection, reported(scan("delivered")))) == (200, "known")
    # The sender forgot that it had sent it, and gave it another name.
    assert said(post(connection, reported(scan("delivered")), id="msg_2")) == (200, "kept")
    apply_all()
    apply_all()
    assert TrackingEvent.objects.count() == 1
    assert OutgoingMail.objects.filter(kind="delivered").count() == 1


def test_a_message_whose_hint_was_lost_is_swept(connection, shipment):
    post(connection, reported(scan()))
    sweep_carrier_messages()
    assert not TrackingEvent.objects.exists()  # The hint has its time first.
    CarrierMessage.objects.update(next_attempt_at=timezone.now())
    sweep_carrier_messages()
    assert TrackingEvent.objects.count() == 1
    assert CarrierMessage.objects.get().next_attempt_at is None


def test_what_fails_waits_ever_longer_and_is_applied_at_last(connection, shipment, monkeypatch):
    post(connection, reported(scan("in_transit"), scan("delivered", id="late")))
    apply = reports.apply

    def broken(merchant_id: int, report: reports.Report) -> None:
        if report.status == "delivered":
            raise RuntimeError("no room")
        apply(merchant_id, report)

    with monkeypatch.context() as patched:
        patched.setattr(carrier_messages.reports, "apply", broken)
        apply_all()
        apply_all()
    message = CarrierMessage.objects.get()
    assert (message.attempts, message.last_error) == (2, "RuntimeError: no room")
    assert message.next_attempt_at > timezone.now() + timedelta(seconds=5)
    assert TrackingEvent.objects.count() == 1
    apply_all()
    shipment.refresh_from_db()
    assert shipment.status == "delivered"
    assert TrackingEvent.objects.count() == 2


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("{", "the body is no JSON"),
        ("[1]", "the body has to be a JSON object"),
        (reported(), "reports: a list of 1 to 100 is needed"),
        ({"type": "tracking.reported"}, "reports: a list of 1 to 100 is needed"),
        (reported(*[scan()] * 101), "reports: a list of 1 to 100 is needed"),
        (reported(1), "reports[0]: an object is needed"),
        (reported(scan(status="here")), "reports[0].status: one of delivered, exception"),
        (reported(scan(status="dispatched")), "reports[0].status: one of"),
        (reported(scan(status=1)), "reports[0].status: a string is needed"),
        (reported(scan(), scan(tracking_number="")), "reports[1]: either tracking_number"),
        (reported(scan(shipment="x")), "reports[0]: either tracking_number or shipment"),
        (reported(scan(tracking_number=None, shipment="x")), "reports[0].shipment: a UUID"),
        (reported(scan(happened_at="2026-01-12")), "reports[0].happened_at: a time with an"),
        (reported(scan(happened_at="2026-13-12T00:00:00Z")), "reports[0].happened_at: a time"),
        (reported(scan(happened_at="2999-01-12T00:00:00Z")), "happened_at: this is yet to come"),
        (
            reported(scan(happened_at="0001-01-01T00:00:00Z")),
            "happened_at: this is before the year",
        ),
        (reported(scan(happened_at="0001-01-01T00:00:00+14:00")), "happened_at: this is before"),
        ("[" * 100_000, "nested too deeply"),
    ],
)
def test_a_signed_body_that_says_nothing_is_told_where(connection, content, words):
    status, answer = said(post(connection, content))
    assert (status, words in answer) == (400, True), answer
    assert not CarrierMessage.objects.exists()


def test_what_the_database_cannot_keep_is_left_out(connection, shipment):
    body = json.dumps(reported(scan(description="\ud800 here\0", place="Rennes")))
    assert said(post(connection, body)) == (200, "kept")
    apply_all()
    assert shipment.tracking.get().description == "? here"


def test_what_is_about_something_else_is_not_kept(connection):
    assert said(post(connection, {"type": "stock.counted"})) == (200, "not needed")
    assert not CarrierMessage.objects.exists()


def test_a_body_that_is_too_large_is_refused_unread(connection):
    answer = post(connection, reported(scan(description="x" * MOST_BYTES)))
    assert said(answer) == (413, f"too large: at most {MOST_BYTES} bytes")


def test_who_has_not_the_secret_is_refused(connection, easypost, rayon):
    other = connections.create(merchant_id=rayon.pk, adapter="generic", name="Rayon's")
    content = reported(scan())
    refused = [
        post(connection, content, secret=other.secret),
        post(connection, content, **{"webhook-signature": "v1"}),
        post(connection, content, **{"webhook-signature": "v1,é"}),
        post(connection, content, **{"webhook-timestamp": "1"}),
        post(connection, content, **{"webhook-id": "msg_2"}),
        Client().post(address(connection), json.dumps(content), content_type="application/json"),
        Client().post(address(easypost), "{}", content_type="application/json"),
        Client().post(address(connection), b"\xff", content_type="application/json"),
        Client().post(
            address(connection),
            b"\xff",
            content_type="application/json",
            headers={
                "webhook-id": "1",
                "webhook-timestamp": str(int(timezone.now().timestamp())),
                "webhook-signature": "v1,AAAA",
            },
        ),
    ]
    assert [answer.status_code for answer in refused] == [401] * len(refused)
    assert not CarrierMessage.objects.exists()


def test_no_such_connection_and_one_that_is_off(connection, easypost):
    url = reverse("fulfilment:carrier_webhook", args=["easypost", connection.public_id])
    assert Client().post(url, "{}", content_type="application/json").status_code == 404
    assert Client().get(address(connection)).status_code == 405
    connections.edit(connection, name="Warehouse", enabled=False)
    assert said(post(connection, reported(scan()))) == (403, "this connection is switched off")


def test_after_a_change_of_secrets_both_are_good_for_a_day_and_the_old_one_can_be_ended(connection):
    old = connection.secret
    connections.rotate(connection)
    assert connection.secret != old
    assert said(post(connection, reported(scan()), id="1", secret=old)) == (200, "kept")
    assert said(post(connection, reported(scan()), id="2")) == (200, "kept")
    CarrierConnection.objects.update(previous_secret_until=timezone.now())
    assert post(connection, reported(scan()), id="3", secret=old).status_code == 401
    connections.rotate(connection)
    connections.end_old_secret(connection)
    assert connection.secrets == [connection.secret]


# EasyPost ------------------------------------------------------------------------------------


def tracker(**more: Any) -> dict[str, Any]:
    """An event as EasyPost sends it, shortened."""
    details = [
        ("pre_transit", "Shipping label created", "2026-01-11T09:00:00Z", None),
        ("in_transit", "Arrived at facility", "2026-01-12T07:20:00Z", "RENNES"),
        ("out_for_delivery", "Out for delivery", "2026-01-12T12:55:00Z", "RENNES"),
    ]
    result = {
        "id": "trk_1",
        "object": "Tracker",
        "mode": "production",
        "tracking_code": "6A1849",
        "status": "out_for_delivery",
        "status_detail": "out_for_delivery",
        "updated_at": "2026-01-12T13:00:00Z",
        "weight": 17.0,
        "carrier": "Colissimo",
        "tracking_details": [
            {
                "object": "TrackingDetail",
                "message": message,
                "status": status,
                "datetime": at,
                "tracking_location": {
                    "object": "TrackingLocation",
                    "city": city,
                    "state": None,
                    "country": "FR" if city else None,
                    "zip": None,
                },
            }
            for status, message, at, city in details
        ],
    }
    return {
        "id": "evt_1",
        "object": "Event",
        "description": "tracker.updated",
        "mode": "production",
        "result": result | more,
    }


@pytest.fixture
def send(easypost) -> Callable[..., Any]:
    """As EasyPost does it: a body with spaces of its own, and its signature over the very bytes."""

    def send(content: dict[str, Any]) -> Any:
        body = json.dumps(content, indent=1).encode()
        digest = hmac.new(easypost.secret.encode(), body, hashlib.sha256).hexdigest()
        return Client().post(
            address(easypost),
            body,
            content_type="application/json",
            headers={"X-Hmac-Signature": f"hmac-sha256-hex={digest}"},
        )

    return send


def test_easyposts_tracker_moves_its_parcel(send, shipment):
    assert said(send(tracker())) == (200, "kept")
    assert said(send(tracker())) == (200, "known")
    apply_all()
    shipment.refresh_from_db()
    assert shipment.status == "out_for_delivery"
    shown = [(event.status, event.moves_to, event.place) for event in shipment.tracking.all()]
    assert shown == [
        ("pre_transit", "", ""),
        ("in_transit", "in_transit", "RENNES, FR"),
        ("out_for_delivery", "out_for_delivery", "RENNES, FR"),
    ]
    # The next event tells the whole way again, and what is new.
    later = tracker(status="delivered", updated_at="2026-01-12T15:00:00Z")
    assert said(send(later | {"id": "evt_2"})) == (200, "kept")
    apply_all()
    shipment.refresh_from_db()
    assert (shipment.status, shipment.tracking.count()) == ("delivered", 4)


def test_a_secret_is_decomposed_before_it_signs(plage):
    connection = connections.create(merchant_id=plage.pk, adapter="easypost", name="E")
    connection.secret = "sÉcret"
    connection.save()
    body = json.dumps(tracker()).encode()
    # É as E and an acute accent.
    digest = hmac.new(b"sE\xcc\x81cret", body, hashlib.sha256).hexdigest()
    for digests, status in ((digest, 200), (digest.upper(), 401)):
        answer = Client().post(
            address(connection),
            body,
            content_type="application/json",
            headers={"X-Hmac-Signature": f"hmac-sha256-hex={digests}"},
        )
        assert answer.status_code == status


def test_easyposts_other_events_are_not_needed(send):
    assert said(send(tracker() | {"description": "batch.updated"})) == (200, "not needed")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"result": None}, "result.tracking_code is needed"),
        ({"id": None}, "id: an event has one"),
        ({"result": tracker(tracking_details=3)["result"]}, "result.tracking_details: a list"),
        (
            {"result": tracker(tracking_details=[{}] * 101)["result"]},
            "result.tracking_details: a list of at most 100",
        ),
        ({"result": tracker(tracking_details=[3])["result"]}, "tracking_details[0]: an object"),
        (
            {"result": tracker(tracking_details=[{"datetime": "x"}])["result"]},
            "tracking_details[0].datetime: a time",
        ),
        (
            {"result": tracker(tracking_details=[{"tracking_location": 1}])["result"]},
            "tracking_details[0].tracking_location: an object",
        ),
    ],
)
def test_an_event_that_is_none_of_easyposts_is_told_where(send, changes, words):
    status, answer = said(send(tracker() | changes))
    assert (status, words in answer) == (400, True), answer
