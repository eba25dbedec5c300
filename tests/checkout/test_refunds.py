"""Refunds: a row first, then Stripe, and the ledger shows each cent."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from checkout import refunds, sweeps
from checkout.errors import NotRefundable
from checkout.models import LedgerEntry, Order, Payment, Refund
from shopping.money import Money
from tests.buying import Sandbox, history, pay
from webhooks.models import Event

pytestmark = pytest.mark.django_db


@pytest.fixture
def paid(order: Order, payment: Payment, sandbox: Sandbox) -> Payment:
    assert pay(payment, sandbox.token()).kind == "succeeded"
    payment.refresh_from_db()
    return payment


def balances(order: Order) -> dict[str, int]:
    sums: dict[str, int] = {}
    for entry in LedgerEntry.objects.filter(transaction__order=order):
        sums[entry.account] = sums.get(entry.account, 0) + entry.amount
    return {account: amount for account, amount in sums.items() if amount}


def test_a_full_refund(order: Order, paid: Payment, sandbox: Sandbox) -> None:
    refund = refunds.request(paid.pk, amount=paid.amount_money, reason="returned")
    assert balances(order) == {"stripe": 3790, "refunds": -3790}
    assert sandbox.state()["refunds"] == []
    refunds.send(refund.pk)
    refund.refresh_from_db()
    paid.refresh_from_db()
    assert (refund.status, paid.refunded) == ("succeeded", 3790)
    assert refund.stripe_id
    assert refund.next_attempt_at is None
    assert balances(order) == {}
    assert history(order)[-2:] == ["refund.requested", "refund.succeeded"]
    event = Event.objects.get(type="payment.refunded")
    assert event.payload["amount"] == 3790


def test_partial_refunds_are_shared_to_the_cent(order: Order, paid: Payment) -> None:
    for amount in (1, 1000, 2789):
        refunds.send(refunds.request(paid.pk, amount=Money(amount, "EUR"), reason="part").pk)
    assert balances(order) == {}
    paid.refresh_from_db()
    assert paid.refunded == 3790


@pytest.mark.parametrize(
    "amount", [Money(3791, "EUR"), Money(0, "EUR"), Money(-5, "EUR"), Money(100, "USD")]
)
def test_no_more_is_refunded_than_was_paid(amount: Money, order: Order, paid: Payment) -> None:
    before = balances(order)
    with pytest.raises(NotRefundable):
        refunds.request(paid.pk, amount=amount, reason="x")
    assert not Refund.objects.exists()
    assert balances(order) == before


def test_two_refunds_together_are_no_more_than_was_paid(paid: Payment) -> None:
    refunds.request(paid.pk, amount=Money(2000, "EUR"), reason="x")
    with pytest.raises(NotRefundable):
        refunds.request(paid.pk, amount=Money(1791, "EUR"), reason="x")


def test_what_is_not_paid_is_not_refunded(payment: Payment) -> None:
    with pytest.raises(NotRefundable):
        refunds.request(payment.pk, amount=Money(1, "EUR"), reason="x")


@pytest.mark.parametrize("kind", ["drop", "drop_after", "error", "error_after"])
def test_stripes_answer_to_a_refund_is_lost(
    kind: str, order: Order, paid: Payment, sandbox: Sandbox
) -> None:
    refund = refunds.request(paid.pk, amount=paid.amount_money, reason="x")
    sandbox.fault(kind, "refunds.create", times=2)
    for _ in range(2):
        Refund.objects.update(next_attempt_at=timezone.now() - timedelta(seconds=1))
        assert sweeps.refunds_due() == 1
        refund.refresh_from_db()
        if refund.status == "succeeded":
            break
    assert refund.status == "succeeded"
    assert sweeps.refunds_due() == 0
    assert [charge["amount_refunded"] for charge in sandbox.charges()] == [3790]
    assert balances(order) == {}


def test_killed_between_stripe_and_our_rows(
    order: Order, paid: Payment, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    refund = refunds.request(paid.pk, amount=Money(1000, "EUR"), reason="x")

    def die(*_args: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as changed:
        changed.setattr(refunds, "apply", die)
        with pytest.raises(KeyboardInterrupt):
            refunds.send(refund.pk)
    refunds.send(refund.pk)
    refund.refresh_from_db()
    assert refund.status == "succeeded"
    assert [charge["amount_refunded"] for charge in sandbox.charges()] == [1000]


def test_stripe_refuses_a_refund(order: Order, paid: Payment, sandbox: Sandbox) -> None:
    before = balances(order)
    refund = refunds.request(paid.pk, amount=paid.amount_money, reason="x")
    Payment.objects.filter(pk=paid.pk).update(intent_id="pi_unknown")
    refunds.send(refund.pk)
    refund.refresh_from_db()
    paid.refresh_from_db()
    assert (refund.status, refund.next_attempt_at, paid.refunded) == ("failed", None, 0)
    assert balances(order) == before
    assert history(order)[-1] == "refund.failed"


def test_the_bank_returns_a_refund_that_had_succeeded(
    order: Order, paid: Payment, sandbox: Sandbox
) -> None:
    before = balances(order)
    refund = refunds.request(paid.pk, amount=paid.amount_money, reason="x")
    refunds.send(refund.pk)
    refund.refresh_from_db()
    answer = refunds.gateway.retrieve_refund(refund.stripe_id or "")
    values = {name: getattr(answer, name) for name in answer.__slots__}
    failed = refunds.gateway.Refund(**{**values, "status": "failed"})
    refunds.apply(failed)
    refunds.apply(failed)
    refund.refresh_from_db()
    paid.refresh_from_db()
    assert (refund.status, paid.refunded) == ("failed", 0)
    assert balances(order) == before
