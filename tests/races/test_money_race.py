"""Money that nobody counted on, told of by many at once: it is in the books once."""

from __future__ import annotations

import pytest

from catalogue.models import Variant
from checkout import disputes, gateway, intents, refundable, refunds
from checkout.models import Dispute, LedgerTransaction, Order, Payment, Refund
from checkout.quotes import Item
from checkout.refund_errors import NotRefundable, TooManyPieces
from checkout.refund_previews import Asked
from shopping.money import Money
from tests.buying import RETURN_URL, Basket, Sandbox, pay
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
    assert list(kinds) == [
        *["capture", "transfer_owed", "refund_owed", "reversal_owed", "refund"],
    ]


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


def test_two_pieces_are_refunded_twice_by_however_many(
    basket: Basket, flipflops: Variant, sandbox: Sandbox
) -> None:
    order = basket.with_(items=(Item(flipflops.public_id, 2),)).place()
    payment = order.payments.get()
    pay(payment, sandbox.token())
    line = order.lines.get()
    asked = Asked(lines={line.pk: 1})

    def give_back() -> Refund:
        amount = Money(3400, "EUR")
        return refunds.request(payment.pk, amount=amount, reason="x", parts=asked)

    answers = at_once([give_back] * MANY)
    assert sum(isinstance(answer, Refund) for answer in answers) == 2
    assert sum(isinstance(answer, TooManyPieces) for answer in answers) == MANY - 2
    line.refresh_from_db()
    assert line.refunded_quantity == 2
    assert [part.amount for part in refundable.read(order)] == [390]


def test_one_form_sent_by_many_at_once_is_one_refund(
    order: Order, payment: Payment, sandbox: Sandbox
) -> None:
    pay(payment, sandbox.token())
    asked = Asked(goodwill={order.lines.get().merchant_id: 100})

    def press() -> Refund:
        amount = Money(100, "EUR")
        return refunds.request(payment.pk, amount=amount, reason="x", parts=asked, key="form")

    answers = at_once([press] * MANY)
    assert answers == [Refund.objects.get()] * MANY


def test_parts_and_the_whole_at_once_give_back_no_more_than_was_paid(
    order: Order, payment: Payment, sandbox: Sandbox
) -> None:
    pay(payment, sandbox.token())
    asked = Asked(lines={order.lines.get().pk: 1})
    jobs = [
        lambda: refunds.request(payment.pk, amount=Money(3400, "EUR"), reason="x", parts=asked),
        lambda: refunds.request(payment.pk, amount=Money(3790, "EUR"), reason="x"),
    ] * 3
    answers = at_once(jobs)
    assert sum(isinstance(answer, Refund) for answer in answers) == 1
    assert sum(isinstance(answer, NotRefundable) for answer in answers) == 5


def test_a_dispute_is_told_of_by_many_at_once(
    order: Order, payment: Payment, sandbox: Sandbox
) -> None:
    pay(payment, sandbox.token())
    payment.refresh_from_db()
    answer = gateway.Dispute(
        id="du_1",
        status="needs_response",
        reason="fraudulent",
        amount=3790,
        currency="EUR",
        intent_id=payment.intent_id or "",
        due_by=None,
        movements=(gateway.Movement("txn_1", -3790, 1500, "EUR"),),
    )
    assert at_once([lambda: disputes.apply(answer)] * MANY) == [None] * MANY
    assert Dispute.objects.count() == 1
    kinds = LedgerTransaction.objects.order_by("id").values_list("kind", flat=True)
    assert list(kinds) == ["capture", "transfer_owed", "dispute", "dispute_fee"]
