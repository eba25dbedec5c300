"""Parcels from before there could be several of a part hold what was sent, and have their history."""

from __future__ import annotations

from datetime import timedelta
from importlib import import_module

import pytest
from django.db import connection
from django.utils import timezone

from checkout.models import OrderLine, Refund, RefundPart
from fulfilment import fulfilment_orders
from fulfilment.models import (
    FulfilmentEvent,
    FulfilmentOrder,
    Shipment,
    ShipmentEvent,
    ShipmentLine,
    TrackingEvent,
)

pytestmark = pytest.mark.django_db(transaction=True)
MIGRATION = import_module("fulfilment.migrations.0009_parcels_hold_what_was_sent").Migration


def as_before(part: FulfilmentOrder, *steps: str) -> Shipment:
    """A part that went those steps, with its one parcel as it was written then."""
    shipment = Shipment.objects.create(
        fulfilment_order=part, carrier="DHL", tracking_number="6a 18-49"
    )
    for step in steps:
        FulfilmentEvent.objects.create(fulfilment_order=part, status=step, note=f"was {step}")
    FulfilmentOrder.objects.filter(pk=part.pk).update(status=steps[-1])
    return shipment


def refund(line: OrderLine, *, pieces: int, status: str, later: bool) -> None:
    made = Refund.objects.create(
        payment=line.order.payments.get(), amount=3400 * pieces, reason="x", status=status
    )
    at = timezone.now() + timedelta(days=1 if later else -1)
    Refund.objects.filter(pk=made.pk).update(created_at=at)
    RefundPart.objects.create(
        refund=made,
        merchant=line.merchant,
        kind="line",
        line=line,
        quantity=pieces,
        amount=3400 * pieces,
    )


def carry_over() -> None:
    with connection.cursor() as cursor:
        for operation in MIGRATION.operations:
            cursor.execute(operation.sql)


def test_a_parcel_holds_what_was_not_refunded_before_it_left(order, plage):
    parts = fulfilment_orders.open_for(order.pk)
    sent, open_part = parts
    line = order.lines.get(merchant=plage)
    OrderLine.objects.filter(pk=line.pk).update(
        quantity=5, total=5 * line.unit_price, refunded_quantity=2
    )
    refund(line, pieces=1, status="succeeded", later=False)
    refund(line, pieces=2, status="failed", later=False)
    refund(line, pieces=1, status="requested", later=True)
    shipment = as_before(sent, "packed", "shipped", "out_for_delivery")
    report = TrackingEvent.objects.create(
        merchant=parts[1].merchant,
        shipment=shipment,
        external_id="1",
        status="x",
        happened_at=timezone.now(),
    )
    carry_over()
    assert list(ShipmentLine.objects.values_list("shipment", "line", "quantity")) == [
        (shipment.pk, line.pk, 4)
    ]
    counted = dict(order.lines.values_list("merchant", "dispatched_quantity"))
    assert counted == {plage.pk: 4, open_part.merchant_id: 0}
    shipment.refresh_from_db()
    assert (shipment.status, shipment.tracking_code) == ("out_for_delivery", "6A1849")
    history = ShipmentEvent.objects.order_by("id").values_list("status", "note")
    assert list(history) == [
        ("dispatched", "was shipped"),
        ("out_for_delivery", "was out_for_delivery"),
    ]
    report.refresh_from_db()
    assert (report.merchant, report.tracking_code) == (plage, "6A1849")
    fulfilment_orders.deliver(sent, actor=None)
    assert sent.status == "delivered"
