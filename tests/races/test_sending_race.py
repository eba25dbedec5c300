"""A refund and the step that sends the same parcel, at once: whoever comes second knows of the first."""

from __future__ import annotations

import time
from concurrent.futures import Future, ThreadPoolExecutor

import pytest
from django.db import connections, transaction

from checkout import refundable, refunds
from checkout.models import Order, Payment
from checkout.refund_previews import preview, whole
from fulfilment import fulfilment_orders
from fulfilment.fulfilment_orders import NothingToSend
from fulfilment.models import FulfilmentOrder
from tests.buying import Sandbox, pay
from tests.races.crowd import waiting

pytestmark = pytest.mark.django_db(transaction=True)


def until_it_waits(step: Future[object]) -> None:
    while not step.done() and not waiting():
        time.sleep(0.01)


def test_a_step_waits_for_a_refund_that_is_being_written(
    order: Order, payment: Payment, sandbox: Sandbox
) -> None:
    pay(payment, sandbox.token())
    [parcel] = fulfilment_orders.open_for(order.pk)
    left = refundable.read(order)
    asked = whole(left, restock=frozenset(each.line.pk for each in left[0].lines))

    def pack() -> object:
        try:
            return fulfilment_orders.pack(FulfilmentOrder.objects.get(), actor=None)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            amount = preview(left, asked).amount
            refunds.request(payment.pk, amount=amount, reason="x", parts=asked)
            step: Future[object] = pool.submit(pack)
            until_it_waits(step)
        assert isinstance(step.exception(), NothingToSend)
    parcel.refresh_from_db()
    assert parcel.status == "open"
