"""Money that nobody counted on, told of by many at once: it is in the books once."""

from __future__ import annotations

import pytest

from checkout import gateway, intents, refunds
from checkout.models import LedgerTransaction, Order, Payment, Refund
from tests.buying import RETURN_URL, Sandbox, pay
from tests.races.crowd import at_once

pytestmark = pytest.mark.django_db(transaction=True)
MANY = 8


def test_a_refund_made_at_stripe_is_taken_in_by_many_at_once(
    order: Order, payment: Payment, sandbox: Sandbox
) -> None:
    pay(payment, sandbox.token())
    payment.refresh_from_db()
    made = gateway.refund(payment.intent_id or "", amount=1000, refund_id="", key="by hand")
    assert at_once([lambda: refunds.apply(made)] * MANY) == [None] * MANY
    payment.refresh_from_db()
    assert (Refund.objects.get().amount, payment.refunded) == (1000, 1000)
    kinds = LedgerTransaction.objects.order_by("id").values_list("kind", flat=True)
    assert list(kinds) == ["capture", "refund_owed", "refund"]


def test_a_second_intent_is_told_of_by_many_at_once(
    order: Order, payment: Payment, sandbox: Sandbox
) -> None:
    pay(payment, sandbox.token())
    charge = gateway.Charge(
        payment_id=str(payment.public_id),
        order_id=str(order.public_id),
        amount=payment.amount,
        currency=payment.currency,
        return_url=RETURN_URL,
        confirmation_token=sandbox.token(),
    )
    second = gateway.pay(charge, key="a lost one")
    assert at_once([lambda: intents.apply(second)] * MANY) == [payment] * MANY
    assert Refund.objects.get().second_intent_id == second.id
    assert LedgerTransaction.objects.filter(kind="capture").count() == 2
