"""Stripe's events, applied: thrice, late or out of order they have one effect."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from accounts.models import OutgoingMail
from catalogue.models import StockMovement, Variant
from checkout import gateway, intents, payments, refunds, sweeps
from checkout.models import (
    LedgerEntry,
    LedgerTransaction,
    Order,
    OrderEvent,
    Payment,
    Refund,
    StripeEvent,
)
from tests.buying import Sandbox, history, pay, shelf, signed
from webhooks.models import Event

pytestmark = pytest.mark.django_db
TYPES = ("payment_intent.payment_failed", "payment_intent.succeeded")


def deliver(client: Client, told: dict[str, Any]) -> None:
    """As Stripe, the endpoint and the worker do."""
    assert client.post("/webhooks/stripe/", **signed(told)).status_code == 200
    sweeps.process(StripeEvent.objects.get(event_id=told["id"]).pk)


def effects(order: Order) -> tuple[Any, ...]:
    order.refresh_from_db()
    return (
        order.status,
        LedgerTransaction.objects.filter(kind="capture").count(),
        StockMovement.objects.filter(reason="sale").count(),
        Event.objects.filter(type="order.paid").count(),
        OrderEvent.objects.filter(order=order, type="order.paid").count(),
    )


def lose_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing that our own requests learn is written; only events bring it."""

    def lost(*_args: object, **_more: object) -> None:
        raise gateway.Unknown("lost")

    monkeypatch.setattr(payments, "apply", lost)


@pytest.mark.parametrize("sequence", list(itertools.permutations(range(3))))
def test_events_in_any_order_and_thrice(
    sequence: tuple[int, ...],
    client: Client,
    order: Order,
    payment: Payment,
    flipflops: Variant,
    sandbox: Sandbox,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pay(payment, sandbox.token("pm_card_visa_chargeDeclined"))
    pay(payment, sandbox.token("pm_card_threeDSecure2Required"))
    sandbox.pass_bank(payment)
    told = sandbox.events(*TYPES, "payment_intent.requires_action")
    assert len(told) == 3
    for position in sequence:
        for _ in range(3):
            deliver(client, told[position])
    assert effects(order) == ("paid", 1, 1, 1, 1)
    assert shelf(flipflops) == (9, 0)
    assert StripeEvent.objects.filter(processed_at=None).count() == 0
    assert len(sandbox.charges()) == 1


def test_an_event_brings_home_what_our_own_request_never_learnt(
    client: Client,
    order: Order,
    payment: Payment,
    sandbox: Sandbox,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with monkeypatch.context() as changed:
        lose_answers(changed)
        with pytest.raises(gateway.Unknown):
            pay(payment, sandbox.token())
    payment.refresh_from_db()
    assert (payment.status, payment.intent_id) == ("processing", None)
    [told] = sandbox.events("payment_intent.succeeded")
    deliver(client, told)
    assert effects(order) == ("paid", 1, 1, 1, 1)


def test_an_event_after_the_answer_asks_stripe_nothing(
    client: Client, payment: Payment, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    pay(payment, sandbox.token())
    [told] = sandbox.events("payment_intent.succeeded")
    monkeypatch.setattr(gateway, "retrieve", None)
    deliver(client, told)
    assert StripeEvent.objects.get().processed_at is not None


def test_what_stripe_said_earlier_comes_last(
    order: Order, payment: Payment, flipflops: Variant, sandbox: Sandbox
) -> None:
    earlier = []
    for card in ("pm_card_visa_chargeDeclined", "pm_card_threeDSecure2Required"):
        pay(payment, sandbox.token(card))
        payment.refresh_from_db()
        earlier.append(gateway.retrieve(payment.intent_id or ""))
    sandbox.pass_bank(payment)
    payments.settle(payment.pk)
    assert [intent.status for intent in earlier] == ["requires_payment_method", "requires_action"]
    for intent in earlier:
        assert intents.apply(intent).status == "succeeded"
    assert effects(order) == ("paid", 1, 1, 1, 1)
    assert shelf(flipflops) == (9, 0)


def test_what_stripe_said_before_it_cancelled_comes_last(
    order: Order, payment: Payment, flipflops: Variant, sandbox: Sandbox
) -> None:
    pay(payment, sandbox.token("pm_card_threeDSecure2Required"))
    payment.refresh_from_db()
    earlier = gateway.retrieve(payment.intent_id or "")
    payments.cancel_unpaid(order.pk, reason="shopper")
    assert intents.apply(earlier).status == "cancelled"
    assert effects(order) == ("cancelled", 0, 0, 0, 0)
    assert shelf(flipflops) == (10, 0)


def test_what_stripe_says_of_another_amount_is_not_taken(
    client: Client, order: Order, payment: Payment, sandbox: Sandbox
) -> None:
    pay(payment, sandbox.token("pm_card_visa_chargeDeclined"))
    payment.refresh_from_db()
    intent = gateway.retrieve(payment.intent_id or "")
    for wrong in (
        {"amount": 100, "amount_received": 100},
        {"currency": "USD"},
        {"payment_id": "no uuid"},
        {"status": "requires_capture"},
    ):
        values = {name: getattr(intent, name) for name in intent.__slots__}
        with pytest.raises(intents.Mismatch):
            intents.apply(gateway.Intent(**{**values, "status": "succeeded", **wrong}))
    order.refresh_from_db()
    assert order.status == "awaiting_payment"


def test_late_success_of_a_cancelled_order_goes_back(
    client: Client,
    order: Order,
    payment: Payment,
    flipflops: Variant,
    sandbox: Sandbox,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with monkeypatch.context() as changed:
        lose_answers(changed)
        with pytest.raises(gateway.Unknown):
            pay(payment, sandbox.token())
    # As it could only be if somebody else had cancelled: our own rules ask Stripe first.
    Payment.objects.update(status="cancelled", next_check_at=None)
    order.refresh_from_db()
    with transaction.atomic():
        intents.close(order, reason="expired")
    [told] = sandbox.events("payment_intent.succeeded")
    deliver(client, told)
    payment.refresh_from_db()
    assert (payment.status, payment.captured, payment.refunded) == ("succeeded", 3790, 0)
    assert shelf(flipflops) == (10, 0)
    assert history(order)[-2:] == ["order.cancelled", "refund.requested"]
    mail = OutgoingMail.objects.get(kind="payment.late")
    assert mail.to == order.email
    assert "€37.90" in mail.text
    refund = Refund.objects.get()
    assert (refund.status, refund.amount, refund.reason) == ("requested", 3790, "late_payment")
    refunds.send(refund.pk)
    refunds.send(refund.pk)
    refund.refresh_from_db()
    payment.refresh_from_db()
    assert (refund.status, payment.refunded) == ("succeeded", 3790)
    assert sum(LedgerEntry.objects.values_list("amount", flat=True)) == 0
    assert not LedgerEntry.objects.filter(account="merchant").exists()
    for later in sandbox.events("refund.created", "refund.updated"):
        deliver(client, later)
    assert LedgerTransaction.objects.filter(kind="refund").count() == 1
    assert [charge["amount_refunded"] for charge in sandbox.charges()] == [3790]


@pytest.fixture
def second(
    order: Order, payment: Payment, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> Payment:
    """A payment whose second attempt is on its way to Stripe, after a first that was declined."""
    pay(payment, sandbox.token("pm_card_visa_chargeDeclined"))

    def lose(*_args: object, **_more: object) -> None:
        raise gateway.Unknown("on its way")

    with monkeypatch.context() as changed:
        changed.setattr(gateway, "pay_again", lose)
        assert pay(payment, sandbox.token()).kind == "unknown"
    payment.refresh_from_db()
    return payment


def test_the_first_attempts_decline_is_told_while_the_second_is_under_way(
    client: Client, order: Order, second: Payment, sandbox: Sandbox
) -> None:
    told_before = Event.objects.filter(type="payment.failed").count()
    [told] = sandbox.events("payment_intent.payment_failed")
    deliver(client, told)
    assert StripeEvent.objects.get().processed_at is not None
    assert payments.settle(second.pk).kind == "processing"
    due = second.next_check_at
    second.refresh_from_db()
    assert (second.status, second.next_check_at) == ("processing", due)
    assert history(order).count("payment.declined") == told_before == 1
    assert Event.objects.filter(type="payment.failed").count() == 1


def test_an_attempt_takes_its_own_decline_at_once(
    order: Order, payment: Payment, sandbox: Sandbox
) -> None:
    for declined in (1, 2):
        outcome = pay(payment, sandbox.token("pm_card_visa_chargeDeclined"))
        assert (outcome.kind, outcome.decline_code) == ("declined", "generic_decline")
        assert history(order).count("payment.declined") == declined
    payment.refresh_from_db()
    assert (payment.status, payment.next_check_at) == ("declined", None)


def test_a_card_that_stripe_will_not_confirm_with_is_declined_at_once(
    order: Order, payment: Payment, sandbox: Sandbox
) -> None:
    pay(payment, sandbox.token("pm_card_visa_chargeDeclined"))
    assert pay(payment, "ctoken_unknown").kind == "declined"
    payment.refresh_from_db()
    assert (payment.status, payment.next_check_at) == ("declined", None)


def test_the_bank_asked_the_first_attempt_while_the_second_is_under_way(
    client: Client,
    order: Order,
    payment: Payment,
    sandbox: Sandbox,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pay(payment, sandbox.token("pm_card_threeDSecure2Required"))
    confirm = gateway.pay_again
    [told] = sandbox.events("payment_intent.requires_action")

    def be_overtaken(*args: Any, **more: Any) -> gateway.Intent:
        deliver(client, told)
        payment.refresh_from_db()
        assert payment.status == "processing"
        return confirm(*args, **more)

    monkeypatch.setattr(gateway, "pay_again", be_overtaken)
    assert pay(payment, sandbox.token()).kind == "succeeded"
    assert history(order).count("payment.requires_action") == 1


def test_the_second_attempts_success_is_taken_while_it_is_under_way(
    client: Client, order: Order, second: Payment, sandbox: Sandbox
) -> None:
    """Only what may be older than the attempt is ignored."""
    charge = gateway.Charge(
        payment_id=str(second.public_id),
        order_id=str(order.public_id),
        amount=second.amount,
        currency=second.currency,
        return_url="https://etal.example/",
        confirmation_token=sandbox.token(),
    )
    gateway.pay_again(second.intent_id or "", charge, key="on its way")
    [told] = sandbox.events("payment_intent.succeeded")
    deliver(client, told)
    assert effects(order) == ("paid", 1, 1, 1, 1)
