"""Credit notes by several workers at once: one a refund, and numbers without gaps."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from catalogue.models import Variant
from checkout import refundable, refunds
from checkout.models import Order, Refund
from checkout.refund_previews import Asked, preview
from fulfilment import credit_notes, fulfilment_orders
from fulfilment.models import Invoice, InvoiceCounter
from stack.waiting import wait_until
from tests.buying import Basket, Sandbox, pay
from tests.races.crowd import waiting

pytestmark = pytest.mark.django_db(transaction=True)


def refunded(basket: Basket, sandbox: Sandbox, key: str) -> Refund:
    """An order that is paid and opened, and of which the parcel's delivery went back."""
    order: Order = basket.with_(key=key).place()
    payment = order.payments.get()
    pay(payment, sandbox.token())
    fulfilment_orders.open_for(order.pk)
    left = refundable.read(order)
    asked = Asked(deliveries=frozenset(part.merchant.pk for part in left))
    amount = preview(left, asked).amount
    refund = refunds.request(payment.pk, amount=amount, reason="late", parts=asked)
    refunds.send(refund.pk)
    return refund


def credit(refund: Refund) -> int:
    """How many credit notes a thread of its own writes."""
    try:
        return len(credit_notes.credit(refund.pk))
    finally:
        connection.close()


def test_two_workers_at_one_refund_write_one_note(basket: Basket, sandbox: Sandbox) -> None:
    refund = refunded(basket, sandbox, "key-1")
    with ThreadPoolExecutor(2) as pool:
        with transaction.atomic():
            InvoiceCounter.objects.select_for_update().get()
            both = [pool.submit(credit, refund) for _ in range(2)]
            wait_until(
                lambda: waiting() == 2, seconds=30, otherwise="they do not wait for each other"
            )
        assert sorted(each.result() for each in both) == [0, 1]
    assert list(Invoice.objects.values_list("sequence", flat=True)) == [1, 2]


def test_many_refunds_at_once_are_numbered_without_gaps(
    basket: Basket, sandbox: Sandbox, flipflops: Variant
) -> None:
    made = [refunded(basket, sandbox, f"key-{number}") for number in range(5)]
    with ThreadPoolExecutor(5) as pool:
        assert list(pool.map(credit, made)) == [1] * 5
    sequences = Invoice.objects.order_by("sequence").values_list("sequence", flat=True)
    assert list(sequences) == list(range(1, 11))
