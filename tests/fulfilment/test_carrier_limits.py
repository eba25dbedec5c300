"""What carriers POST has a measure: how often, how much, of when, for how long."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from catalogue import merchants
from fulfilment import carrier_messages, reports
from fulfilment.adapters import easypost as easypost_format
from fulfilment.models import CarrierMessage, TrackingEvent
from fulfilment.tasks import sweep_carrier_messages, sweep_old_carrier_messages
from shopping.limits import Limit
from tests.fulfilment.test_carrier_webhook import (  # noqa: F401 – fixtures
    apply_all,
    connection,
    easypost,
    post,
    reported,
    said,
    scan,
    send,
    shipment,
    tracker,
)
from tests.second_factors import sign_in

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def staff(db) -> User:
    return User.objects.create_superuser(
        "staff@etal.example", "x", handle="staff", display_name="Staff"
    )


def due() -> None:
    CarrierMessage.objects.exclude(next_attempt_at=None).update(next_attempt_at=timezone.now())


def test_a_connection_may_send_so_often_and_is_told_when_again(
    connection,  # noqa: F811
    easypost,  # noqa: F811
    send,  # noqa: F811
    settings,
    monkeypatch,
):
    settings.LIMIT_VISITORS = True
    limit = Limit(f"carrier-{connection.public_id}", 2, 600)
    monkeypatch.setattr(carrier_messages, "OF_CONNECTION", limit)
    # Who has not the secret uses up nobody's turns.
    for _ in range(3):
        assert post(connection, reported(scan()), secret="whsec_AAAA").status_code == 401
    for number in range(2):
        assert said(post(connection, reported(scan()), id=f"m{number}")) == (200, "kept")
    answer = post(connection, reported(scan()), id="m9")
    assert answer.status_code == 429
    assert 0 < int(answer["Retry-After"]) <= 600
    assert answer.content.startswith(b"too many messages")
    assert CarrierMessage.objects.count() == 2
    # Each connection has its own turns.
    assert said(send(tracker())) == (200, "kept")


def test_a_suspended_shop_reports_nothing(connection, plage, staff):  # noqa: F811
    merchants.suspend(plage, actor=staff, reason="Fraud")
    answer = post(connection, reported(scan()))
    assert said(answer) == (403, "this shop is suspended")
    assert not CarrierMessage.objects.exists()


def test_a_tracker_tells_so_much_at_once(send):  # noqa: F811
    detail = tracker()["result"]["tracking_details"][0]
    for count, status in ((easypost_format.MOST, 200), (easypost_format.MOST + 1, 400)):
        content = tracker(tracking_details=[detail] * count) | {"id": f"evt_{count}"}
        answer = send(content)
        assert answer.status_code == status
    assert said(answer)[1] == (
        f"result.tracking_details: a list of at most {easypost_format.MOST} is needed"
    )
    assert CarrierMessage.objects.count() == 1


@pytest.mark.parametrize(
    "at", ["0001-01-01T00:00:00+14:00", "0001-01-01T00:00:00Z", "1999-12-31T23:59:59Z"]
)
def test_what_happened_before_there_was_a_shop_did_not(connection, send, at):  # noqa: F811
    answer = post(connection, reported(scan(happened_at=at)))
    assert said(answer) == (400, "reports[0].happened_at: this is before the year 2000")
    detail = tracker()["result"]["tracking_details"][0] | {"datetime": at}
    assert said(send(tracker(tracking_details=[detail]))) == (
        400,
        "result.tracking_details[0].datetime: this is before the year 2000",
    )
    soon = (timezone.now() + timedelta(hours=25)).isoformat()
    assert said(post(connection, reported(scan(happened_at=soon))))[0] == 400
    assert not CarrierMessage.objects.exists()


def test_what_cannot_be_applied_is_given_up_kept_and_shown(
    connection,  # noqa: F811
    shipment,  # noqa: F811
    staff,
    client,
    monkeypatch,
):
    post(connection, reported(scan()))
    with monkeypatch.context() as broken:
        broken.setattr(reports, "apply", lambda *given: 1 / 0)
        for _ in range(carrier_messages.MOST_ATTEMPTS):
            assert len(carrier_messages.due()) == 0
            due()
            sweep_carrier_messages()
    message = CarrierMessage.objects.get()
    assert (message.attempts, message.next_attempt_at) == (carrier_messages.MOST_ATTEMPTS, None)
    assert message.is_given_up
    due()
    sweep_carrier_messages()
    apply_all()
    assert not TrackingEvent.objects.exists()
    page = sign_in(client, staff).get(
        reverse("admin:fulfilment_carrierconnection_change", args=[connection.pk])
    )
    assert "given up: ZeroDivisionError: division by zero" in page.content.decode()


def test_messages_are_forgotten_after_a_month(connection, shipment, monkeypatch):  # noqa: F811
    monkeypatch.setattr(carrier_messages, "BATCH", 2)
    for number in range(6):
        post(connection, reported(scan(id=f"scan-{number}")), id=f"m{number}")
    # The last two are applied never, and young.
    old = CarrierMessage.objects.filter(external_id__in=["m0", "m1", "m2", "m3"])
    for pk in old.values_list("pk", flat=True):
        carrier_messages.apply(pk)
    old.update(received_at=timezone.now() - timedelta(days=31))
    CarrierMessage.objects.filter(external_id="m4").update(
        received_at=timezone.now() - timedelta(days=31)
    )
    sweep_old_carrier_messages()
    kept = CarrierMessage.objects.order_by("pk").values_list("external_id", flat=True)
    assert list(kept) == ["m4", "m5"]
    assert TrackingEvent.objects.count() == 4
