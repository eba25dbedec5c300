"""A refund that put a piece back on the shelf and then failed: the piece is there, once."""

from __future__ import annotations

import pytest

from catalogue.models import StockMovement, Variant
from checkout import refundable, refunds
from checkout.models import Order, Payment, Refund
from checkout.quotes import Item
from checkout.refund_previews import Asked, preview
from tests.buying import Basket, Sandbox, pay, shelf

pytestmark = pytest.mark.django_db


@pytest.fixture
def order(basket: Basket, flipflops: Variant, sandbox: Sandbox) -> Order:
    """Two pairs, paid."""
    placed = basket.with_(items=(Item(flipflops.public_id, 2),)).place()
    assert pay(placed.payments.get(), sandbox.token()).kind == "succeeded"
    return placed


def give_back(payment: Payment, *, pieces: int) -> Refund:
    """`pieces` of the one line, which are back on the shelf."""
    line = payment.order.lines.get().pk
    asked = Asked(lines={line: pieces}, restock=frozenset({line}))
    amount = preview(refundable.read(payment.order), asked).amount
    return refunds.request(payment.pk, amount=amount, reason="x", parts=asked)


def fail(refund: Refund, sandbox: Sandbox) -> None:
    sandbox.fault("error", "refunds.create", status=400)
    refunds.send(refund.pk)
    refund.refresh_from_db()
    assert refund.status == "failed"


def test_the_second_try_puts_nothing_back_twice(
    order: Order, payment: Payment, flipflops: Variant, sandbox: Sandbox
) -> None:
    payment.refresh_from_db()
    fail(give_back(payment, pieces=1), sandbox)
    assert shelf(flipflops) == (9, 0)
    refunds.send(give_back(payment, pieces=1).pk)
    assert shelf(flipflops) == (9, 0)
    refunds.send(give_back(payment, pieces=1).pk)
    assert shelf(flipflops) == (10, 0)
    assert StockMovement.objects.filter(reason="restock").count() == 2


def test_a_second_try_for_more_pieces_puts_back_the_others(
    order: Order, payment: Payment, flipflops: Variant, sandbox: Sandbox
) -> None:
    payment.refresh_from_db()
    fail(give_back(payment, pieces=1), sandbox)
    give_back(payment, pieces=2)
    assert shelf(flipflops) == (10, 0)
