"""A shopper cancels while the merchant sends: one of them is refused, and the money follows."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from catalogue.models import Variant
from checkout.models import Order, Payment, Refund
from fulfilment import cancellations, fulfilment_orders
from fulfilment.models import FulfilmentEvent, FulfilmentOrder, Invoice
from stack.waiting import wait_until
from tests.buying import Basket, Sandbox, pay, shelf
from tests.races.crowd import waiting

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def parcel(basket: Basket, sandbox: Sandbox) -> FulfilmentOrder:
    """Paid, and open at its shop."""
    order = basket.place()
    pay(order.payments.get(), sandbox.token())
    [opened] = fulfilment_orders.open_for(order.pk)
    return opened


def said(verb: Callable[[], object]) -> str:
    """What a thread of its own is told."""
    try:
        return "nothing" if verb() == [] else "done"
    except (cancellations.TooLate, fulfilment_orders.TransitionRefused):
        return "refused"
    finally:
        connection.close()


def both_wait(*verbs: Callable[[], object], parcel: FulfilmentOrder) -> list[str]:
    """Start `verbs` one after the other while the parcel's row is locked; what each was told."""
    pressed: list[Future[str]] = []
    with ThreadPoolExecutor(len(verbs)) as pool:
        with transaction.atomic():
            FulfilmentOrder.objects.select_for_update().get(pk=parcel.pk)
            for verb in verbs:
                pressed.append(pool.submit(said, verb))
                count = len(pressed)
                wait_until(
                    lambda count=count: waiting() == count,
                    seconds=30,
                    otherwise="nobody waits for the parcel",
                )
        return [each.result() for each in pressed]


def test_the_merchant_sends_while_the_shopper_cancels(
    parcel: FulfilmentOrder, flipflops: Variant
) -> None:
    def send() -> object:
        row = FulfilmentOrder.objects.get(pk=parcel.pk)
        return fulfilment_orders.ship(row, carrier="Colissimo", tracking_number="", actor=None)

    def cancel() -> object:
        return cancellations.cancel(parcel.order_id)

    # Both have looked before either can write: the merchant was first.
    assert both_wait(send, cancel, parcel=parcel) == ["done", "refused"]
    parcel.refresh_from_db()
    assert parcel.status == "shipped"
    assert Order.objects.get().status == "paid"
    assert not Refund.objects.exists()
    assert shelf(flipflops) == (9, 0)
    assert not FulfilmentEvent.objects.filter(status="cancelled").exists()


def test_the_shopper_cancels_while_the_merchant_sends(
    parcel: FulfilmentOrder, flipflops: Variant
) -> None:
    def send() -> object:
        row = FulfilmentOrder.objects.get(pk=parcel.pk)
        return fulfilment_orders.ship(row, carrier="Colissimo", tracking_number="", actor=None)

    def cancel() -> object:
        return cancellations.cancel(parcel.order_id)

    assert both_wait(cancel, send, parcel=parcel) == ["done", "refused"]
    parcel.refresh_from_db()
    assert parcel.status == "cancelled"
    assert Refund.objects.get().amount == Payment.objects.get().captured
    assert shelf(flipflops) == (10, 0)


def test_two_presses_at_once_give_back_once(parcel: FulfilmentOrder, flipflops: Variant) -> None:
    def cancel() -> object:
        return cancellations.cancel(parcel.order_id)

    assert sorted(both_wait(cancel, cancel, parcel=parcel)) == ["done", "nothing"]
    assert Refund.objects.count() == 1
    assert shelf(flipflops) == (10, 0)


def test_many_orders_opened_at_once_are_numbered_without_gaps(
    basket: Basket, sandbox: Sandbox
) -> None:
    orders = [basket.with_(key=f"key-{number}").place() for number in range(6)]
    for order in orders:
        pay(order.payments.get(), sandbox.token())

    def open_one(order: Order) -> str:
        return said(lambda: fulfilment_orders.open_for(order.pk))

    with ThreadPoolExecutor(6) as pool:
        assert list(pool.map(open_one, orders)) == ["done"] * 6
    sequences = Invoice.objects.order_by("sequence").values_list("sequence", flat=True)
    assert list(sequences) == [1, 2, 3, 4, 5, 6]
