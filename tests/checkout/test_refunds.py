"""Refunds: a row first, then Stripe, and the ledger shows each cent."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone

from checkout import gateway, intents, refunds, sweeps
from checkout.gateway.client import client as stripe_client
from checkout.models import LedgerEntry, LedgerTransaction, Order, Payment, Refund, StripeEvent
from checkout.refund_errors import NotRefundable
from shopping import waits
from shopping.money import Money
from tests.buying import Sandbox, history, pay, signed
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
        # What is on its way to a merchant is theirs.
        account = "merchant" if entry.account == "transfers" else entry.account
        sums[account] = sums.get(account, 0) + entry.amount
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
    with pytest.raises(gateway.Unknown):
        refunds.send(refund.pk)
    refund.refresh_from_db()
    assert (refund.status, refund.stripe_id) == ("requested", None)
    Refund.objects.update(next_attempt_at=timezone.now() - timedelta(seconds=1))
    assert sweeps.refunds_due() == 1
    refund.refresh_from_db()
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


@pytest.mark.parametrize("status", [401, 403, 429])
def test_a_refund_that_is_turned_away_is_asked_for_again(
    status: int, order: Order, paid: Payment, sandbox: Sandbox
) -> None:
    refund = refunds.request(paid.pk, amount=paid.amount_money, reason="x")
    sandbox.fault("error", "refunds.create", status=status)
    with pytest.raises(gateway.Unknown):
        refunds.send(refund.pk)
    refund.refresh_from_db()
    assert refund.status == "requested"
    assert refund.next_attempt_at is not None
    refunds.send(refund.pk)
    refund.refresh_from_db()
    assert refund.status == "succeeded"


@pytest.fixture
def late(order: Order, payment: Payment, sandbox: Sandbox) -> Refund:
    """The refund of a payment that came in after its order was cancelled; Stripe refused it."""
    pay(payment, sandbox.token("pm_card_threeDSecure2Required"))
    sandbox.pass_bank(payment)
    payment.refresh_from_db()
    order.refresh_from_db()
    # As it could only be if somebody else had cancelled: our own rules ask Stripe first.
    with transaction.atomic():
        intents.close(order, reason="expired")
    intents.apply(gateway.retrieve(payment.intent_id or ""))
    refund = Refund.objects.get()
    Payment.objects.update(intent_id="pi_unknown")
    refunds.send(refund.pk)
    Payment.objects.update(intent_id=payment.intent_id)
    refund.refresh_from_db()
    assert refund.status == "failed"
    return refund


def test_a_late_payment_whose_refund_failed_is_refunded_again(
    late: Refund, order: Order, payment: Payment
) -> None:
    assert balances(order) == {"stripe": 3790, "refunds": -3790}
    for amount in (1000, 2790):
        refund = refunds.request(payment.pk, amount=Money(amount, "EUR"), reason="again")
        refunds.send(refund.pk)
        refund.refresh_from_db()
        assert refund.status == "succeeded"
    payment.refresh_from_db()
    assert payment.refunded == 3790
    assert balances(order) == {}


def test_the_second_refund_of_a_late_payment_fails_as_well(
    late: Refund, order: Order, payment: Payment
) -> None:
    refund = refunds.request(payment.pk, amount=payment.amount_money, reason="again")
    Payment.objects.update(intent_id="pi_unknown")
    refunds.send(refund.pk)
    refund.refresh_from_db()
    assert refund.status == "failed"
    assert balances(order) == {"stripe": 3790, "refunds": -3790}


def test_a_refund_that_stripe_made_before_it_forgot_the_key_is_not_made_twice(
    order: Order, paid: Payment, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    refund = refunds.request(paid.pk, amount=Money(1000, "EUR"), reason="x")
    gateway.refund(
        paid.intent_id or "", amount=1000, refund_id=str(refund.public_id), key="forgotten"
    )
    Refund.objects.update(created_at=timezone.now() - waits.KEY_LASTS)
    refunds.send(refund.pk)
    refund.refresh_from_db()
    assert refund.status == "succeeded"
    assert [charge["amount_refunded"] for charge in sandbox.charges()] == [1000]
    assert balances(order)["stripe"] == 2790


# Refunds that somebody makes in Stripe's dashboard ----------------------------------------------
def by_hand(payment: Payment, amount: int) -> str:
    made = stripe_client().v1.refunds.create(
        {"payment_intent": payment.intent_id or "", "amount": amount}
    )
    return made.id


def deliver(client: Client, sandbox: Sandbox) -> None:
    """Stripe tells of all refunds, and a worker takes it in."""
    for told in sandbox.events("refund.created", "refund.updated"):
        client.post("/webhooks/stripe/", **signed(told))
        sweeps.process(StripeEvent.objects.get(event_id=told["id"]).pk)


def test_a_refund_made_in_stripes_dashboard_is_in_the_books(
    client: Client, order: Order, paid: Payment, sandbox: Sandbox
) -> None:
    stripe_id = by_hand(paid, 1000)
    for _ in range(2):
        deliver(client, sandbox)
        StripeEvent.objects.update(processed_at=None)
    deliver(client, sandbox)
    refund = Refund.objects.get()
    paid.refresh_from_db()
    assert (refund.stripe_id, refund.amount, refund.reason) == (stripe_id, 1000, "made_at_stripe")
    assert (refund.status, refund.next_attempt_at, paid.refunded) == ("succeeded", None, 1000)
    kinds = LedgerTransaction.objects.values_list("kind", flat=True).order_by("id")
    assert list(kinds) == [
        *["capture", "transfer_owed", "refund_owed", "reversal_owed", "refund"],
    ]
    assert balances(order)["stripe"] == 2790
    assert history(order)[-2:] == ["refund.requested", "refund.succeeded"]
    assert not StripeEvent.objects.filter(processed_at=None).exists()
    with pytest.raises(NotRefundable):
        refunds.request(paid.pk, amount=Money(2791, "EUR"), reason="x")
    refunds.send(refunds.request(paid.pk, amount=Money(2790, "EUR"), reason="x").pk)
    assert balances(order) == {}


def test_a_refund_made_in_the_dashboard_while_one_of_ours_is_on_its_way(
    client: Client, order: Order, paid: Payment, sandbox: Sandbox
) -> None:
    """Stripe refuses ours then, and only after that there is room for the other."""
    ours = refunds.request(paid.pk, amount=paid.amount_money, reason="x")
    by_hand(paid, 3790)
    deliver(client, sandbox)
    assert Refund.objects.count() == 1
    assert StripeEvent.objects.filter(processed_at=None).exists()
    refunds.send(ours.pk)
    ours.refresh_from_db()
    paid.refresh_from_db()
    assert (ours.status, paid.refunded) == ("failed", 3790)
    assert balances(order) == {}
    StripeEvent.objects.update(next_attempt_at=timezone.now())
    sweeps.stripe_events_due()
    assert not StripeEvent.objects.filter(processed_at=None).exists()
    assert Refund.objects.count() == 2


def test_a_refund_of_somebody_elses_payment_is_left_alone(
    client: Client, order: Order, paid: Payment, sandbox: Sandbox
) -> None:
    by_hand(paid, 1000)
    Payment.objects.update(intent_id="pi_another")
    deliver(client, sandbox)
    assert not Refund.objects.exists()
    errors = StripeEvent.objects.values_list("last_error", flat=True)
    assert set(errors) == {"not of this shop"}


def test_a_refund_that_failed_before_we_heard_of_it_moves_nothing(
    order: Order, paid: Payment, sandbox: Sandbox
) -> None:
    before = balances(order)
    made = gateway.retrieve_refund(by_hand(paid, 1000))
    values = {name: getattr(made, name) for name in made.__slots__}
    refunds.apply(gateway.Refund(**{**values, "status": "failed"}))
    assert not Refund.objects.exists()
    assert balances(order) == before
