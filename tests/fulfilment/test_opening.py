"""A paid order opens one fulfilment order a merchant, once, however often it is asked."""

from __future__ import annotations

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import OutgoingMail
from checkout.models import Order
from fulfilment import fulfilment_orders
from fulfilment.models import FulfilmentEvent, FulfilmentOrder, OpeningFailure
from fulfilment.tasks import open_for_event, sweep_paid_orders
from webhooks.models import Event

pytestmark = pytest.mark.django_db(transaction=True)


def everything() -> dict[str, int]:
    rows = (FulfilmentOrder, FulfilmentEvent, Event, OutgoingMail)
    return {model.__name__: model.objects.count() for model in rows}


ONCE = {"FulfilmentOrder": 2, "FulfilmentEvent": 2, "Event": 2, "OutgoingMail": 3}
NOTHING = dict.fromkeys(ONCE, 0)


def test_each_merchant_gets_an_order_an_event_and_a_mail_and_the_shopper_a_receipt(
    order, plage, rayon
):
    opened = fulfilment_orders.open_for(order.pk)
    assert [(f.merchant, f.status) for f in opened] == [(plage, "open"), (rayon, "open")]
    assert everything() == ONCE
    assert list(OutgoingMail.objects.order_by("pk").values_list("kind", "to")) == [
        ("receipt", "mai@lefort.example"),
        ("new_order", "orders@plage.example"),
        ("new_order", "orders@rayon.example"),
    ]
    assert list(Event.objects.order_by("pk").values_list("type", "merchant", "subject")) == [
        ("fulfilment_order.opened", f.merchant_id, str(f.public_id)) for f in opened
    ]


def test_a_merchants_event_holds_their_own_lines_and_nothing_of_others(order, plage, flipflops):
    fulfilment_orders.open_for(order.pk)
    event = Event.objects.get(merchant=plage)
    line = order.lines.get(merchant=plage)
    fulfilment_order = FulfilmentOrder.objects.get(merchant=plage)
    assert event.payload == {
        "id": str(fulfilment_order.public_id),
        "status": "open",
        "merchant": str(plage.public_id),
        "order": {
            "id": str(order.public_id),
            "number": order.number,
            "reference": f"É-{order.number}",
            "currency": "EUR",
            "email": "mai@lefort.example",
            "locale": "en",
            "placed_at": order.placed_at.isoformat(),
            "paid_at": order.paid_at.isoformat(),
        },
        "lines": [
            {
                "variant": str(flipflops.public_id),
                "sku": "FLIP-42",
                "title": "Corniche flip-flops",
                "options": ["Coral", "42"],
                "quantity": 2,
                "to_send": 2,
                "dispatched": 0,
                "unit_price": 3400,
                "total": 6800,
                "discount": 0,
                "tax": 500,
                "tax_basis_points": 2000,
                "tax_is_included": True,
                "post": str(line.post.public_id),
            }
        ],
        "delivery": {
            "name": "Home",
            "amount": 390,
            "discount": 0,
            "tax": 66,
            "tax_basis_points": 2000,
            "tax_is_included": True,
            "arrives_from": "2025-06-12",
            "arrives_to": "2025-06-13",
        },
        "address": {
            "name": "Maï Lefort",
            "line1": "14 rue des Lices",
            "line2": "",
            "postal_code": "35000",
            "city": "Rennes",
            "region": "",
            "country": "FR",
            "phone": "+33 6 12",
        },
        "totals": {
            "items": 6800,
            "delivery": 390,
            "discount": 0,
            "tax_added": 0,
            "tax_included": 566,
            "total": 7190,
        },
        "shipments": [],
    }


def test_a_part_that_was_refunded_before_is_cancelled_and_nobody_is_told_to_send_it(order, plage):
    order.lines.filter(merchant=plage).update(refunded_quantity=2)
    refunded, wanted = fulfilment_orders.open_for(order.pk)
    assert (refunded.merchant, refunded.status, wanted.status) == (plage, "cancelled", "open")
    assert list(refunded.history.values_list("status", "note")) == [
        ("open", ""),
        ("cancelled", "refunded"),
    ]
    assert list(OutgoingMail.objects.order_by("pk").values_list("kind", "to")) == [
        ("receipt", "mai@lefort.example"),
        ("new_order", "orders@rayon.example"),
    ]
    assert "Plage &amp; Fils is packing" not in OutgoingMail.objects.get(kind="receipt").html
    assert sorted(Event.objects.values_list("type", "subject")) == [
        ("fulfilment_order.cancelled", str(refunded.public_id)),
        ("fulfilment_order.opened", str(wanted.public_id)),
    ]
    assert [invoice.total for invoice in refunded.invoices.all()] == [7190]


def test_what_is_left_to_send_is_told_where_some_of_it_was_refunded(order, plage):
    order.lines.filter(merchant=plage).update(refunded_quantity=1)
    parcel, _other = fulfilment_orders.open_for(order.pk)
    mail = OutgoingMail.objects.get(to="orders@plage.example")
    assert mail.subject == f"Order {order.reference}: 1 piece to send"
    assert "quantity 1" in mail.text
    [line] = Event.objects.get(merchant=plage).payload["lines"]
    assert (line["quantity"], line["to_send"], line["total"]) == (2, 1, 6800)
    fulfilment_orders.ship(parcel, carrier="dhl", tracking_number="1", actor=None)
    assert "quantity 1" in OutgoingMail.objects.get(kind="shipped").text


def test_asked_again_it_does_nothing(order):
    fulfilment_orders.open_for(order.pk)
    assert fulfilment_orders.open_for(order.pk) == []
    assert everything() == ONCE


def test_eight_workers_at_once_open_it_once(order):
    """Without the claim on the order each would try, and all but one would fail."""
    start, opened, failures = Barrier(8), [], []

    def work() -> None:
        start.wait()
        try:
            opened.append(len(fulfilment_orders.open_for(order.pk)))
        except Exception as error:
            failures.append(error)
        finally:
            connections.close_all()

    threads = [Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (failures, sorted(opened)) == ([], [0] * 7 + [2])
    assert everything() == ONCE


def test_an_order_that_is_not_paid_opens_nothing(order_of, flipflops):
    waiting = order_of(
        flipflops, status="awaiting_payment", paid_at=None, reserved_until=timezone.now()
    )
    cancelled = order_of(flipflops, status="cancelled", cancelled_at=timezone.now())
    assert fulfilment_orders.open_for(waiting.pk) == []
    assert fulfilment_orders.open_for(cancelled.pk) == []
    assert everything() == NOTHING


def test_a_failure_on_the_way_leaves_no_trace_and_the_sweep_repeats_it(order, monkeypatch):
    with monkeypatch.context() as broken:
        broken.setattr(fulfilment_orders.letters, "new_order", lambda part: 1 / 0)
        sweep_paid_orders()
    assert everything() == NOTHING
    assert Order.objects.get(pk=order.pk).fulfilment_opened_at is None
    make_due(order)
    sweep_paid_orders()
    assert everything() == ONCE


def make_due(order: Order) -> None:
    OpeningFailure.objects.filter(order=order).update(next_attempt_at=timezone.now())


@pytest.fixture
def poisoned(monkeypatch):
    """Orders that cannot be opened."""
    bad: set[int] = set()
    original = fulfilment_orders.new_parts
    monkeypatch.setattr(
        fulfilment_orders, "new_parts", lambda o: 1 / 0 if o.pk in bad else original(o)
    )
    return bad


def opened() -> list[int]:
    return list(FulfilmentOrder.objects.values_list("order", flat=True))


def test_an_order_that_cannot_be_opened_does_not_hold_up_the_next(
    order_of, flipflops, lamp, poisoned
):
    bad, good = order_of(flipflops), order_of(lamp)
    poisoned.add(bad.pk)
    sweep_paid_orders()
    assert opened() == [good.pk]


def test_a_whole_batch_that_cannot_be_opened_does_not_hide_a_later_order(
    order_of, flipflops, lamp, poisoned, monkeypatch
):
    monkeypatch.setattr(fulfilment_orders, "UNOPENED_BATCH", 2)
    bad = [order_of(flipflops), order_of(flipflops)]
    poisoned.update(order.pk for order in bad)
    good = order_of(lamp)
    sweep_paid_orders()
    assert opened() == []
    sweep_paid_orders()
    assert opened() == [good.pk]


def test_a_failure_is_kept_and_each_wait_is_twice_the_last_up_to_an_hour(order, poisoned):
    poisoned.add(order.pk)
    for attempt, wait in enumerate([5, 10, 20], start=1):
        failure = failed(order, wait=wait)
        assert (failure.attempts, failure.last_error) == (
            attempt,
            "ZeroDivisionError: division by zero",
        )
        assert fulfilment_orders.unopened() == []
        make_due(order)
        assert fulfilment_orders.unopened() == [order.pk]
    OpeningFailure.objects.update(attempts=40)
    failed(order, wait=3600)


def failed(order: Order, *, wait: int) -> OpeningFailure:
    """Sweep, and see that the order waits `wait` seconds from somewhen in between."""
    before = timezone.now()
    sweep_paid_orders()
    failure = OpeningFailure.objects.get(order=order)
    assert before <= failure.next_attempt_at - timedelta(seconds=wait) <= timezone.now()
    return failure


def test_the_paid_event_opens_it(order):
    event = Event.objects.create(type="order.paid", subject=str(order.public_id))
    open_for_event(event.pk)
    assert FulfilmentOrder.objects.filter(order=order).count() == 2


def test_the_sweep_reads_an_index_of_what_is_missing_alone(order, order_of, flipflops):
    """Its cost follows the orders that wait, not all that were ever paid."""
    for _ in range(100):
        order_of(flipflops, fulfilment_opened_at=timezone.now())
    with connection.cursor() as cursor:
        # What other tests wrote and deleted is no part of the question.
        cursor.execute("VACUUM (ANALYZE) checkout_order")
        cursor.execute("SET enable_seqscan = off")
        with CaptureQueriesContext(connection) as statements:
            assert fulfilment_orders.unopened() == [order.pk]
        cursor.execute("EXPLAIN " + statements[0]["sql"])
        plan = "\n".join(row[0] for row in cursor.fetchall())
        cursor.execute("RESET enable_seqscan")
    assert "order_to_fulfil" in plan


def test_the_number_of_statements_does_not_grow_with_the_merchants(order_of, flipflops, lamp):
    one, two = order_of(flipflops), order_of(flipflops, lamp)
    with CaptureQueriesContext(connection) as first:
        fulfilment_orders.open_for(one.pk)
    with CaptureQueriesContext(connection) as second:
        fulfilment_orders.open_for(two.pk)
    # BEGIN, the claim that reads the order, three reads, four inserts, the counters, the invoices, the
    # buyer's notice, COMMIT
    assert (number_of(first), number_of(second)) == (13, 13)


def number_of(statements: CaptureQueriesContext) -> int:
    """Without what each connection prepares once."""
    return len([s for s in statements if not s["sql"].startswith("PREPARE")])
