"""Paying with what an agent was granted: within its limits, once, and again after a decline."""

from __future__ import annotations

import pytest
from django.utils import timezone

from checkout import attempts, payments
from checkout.models import Order, Payment
from tests.buying import RETURN_URL, Sandbox, history

pytestmark = pytest.mark.django_db


def pay(payment: Payment, token: str) -> payments.Outcome:
    return payments.start(payment.pk, granted_token=token, return_url=RETURN_URL)


def test_a_granted_token_pays_the_order(order: Order, payment: Payment, sandbox: Sandbox) -> None:
    token = sandbox.granted(3790, "eur")
    assert pay(payment, token).kind == "succeeded"
    order.refresh_from_db()
    payment.refresh_from_db()
    assert (order.status, payment.captured, payment.card_last4) == ("paid", 3790, "4242")
    assert pay(payment, token).kind == "succeeded"
    assert len(sandbox.charges()) == 1


@pytest.mark.parametrize(("most", "currency"), [(3789, "eur"), (9000, "usd")])
def test_a_token_for_less_or_for_other_money_closes_the_order_unpaid(
    order: Order, payment: Payment, sandbox: Sandbox, most: int, currency: str
) -> None:
    assert pay(payment, sandbox.granted(most, currency)).kind == "declined"
    order.refresh_from_db()
    assert order.status == "cancelled"
    assert sandbox.charges() == []


def test_a_declined_token_may_be_tried_again_on_the_same_intent(
    order: Order, payment: Payment, sandbox: Sandbox
) -> None:
    poor = sandbox.granted(3790, "eur", card="pm_card_visa_chargeDeclinedInsufficientFunds")
    assert pay(payment, poor).decline_code == "insufficient_funds"
    assert pay(payment, poor).decline_code == "insufficient_funds"
    assert pay(payment, sandbox.granted(3790, "eur")).kind == "succeeded"
    assert [intent["status"] for intent in sandbox.intents()] == ["succeeded"]
    assert history(order).count("payment.started") == 3


def test_the_bank_may_want_to_be_asked(payment: Payment, sandbox: Sandbox) -> None:
    token = sandbox.granted(3790, "eur", card="pm_card_authenticationRequired")
    outcome = pay(payment, token)
    assert (outcome.kind, bool(outcome.client_secret)) == ("needs_action", True)
    sandbox.pass_bank(payment)
    assert payments.settle(payment.pk).kind == "succeeded"


def test_a_lost_answer_is_found_and_not_paid_twice(payment: Payment, sandbox: Sandbox) -> None:
    sandbox.fault("drop_after", "payment_intents.create", times=2)
    token = sandbox.granted(3790, "eur")
    assert pay(payment, token).kind == "unknown"
    past = timezone.now() - 2 * attempts.GRACE
    Payment.objects.filter(pk=payment.pk).update(attempted_at=past, next_check_at=past)
    assert pay(payment, token).kind == "succeeded"
    assert len(sandbox.charges()) == 1
