"""Disputes: what a bank takes back, and gives back, is in our books once, however it is told."""

from __future__ import annotations

import random
import re
import time
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import OutgoingMail
from checkout import disputes, gateway, refunds, stripe_events, sweeps
from checkout.models import Dispute, LedgerEntry, LedgerTransaction, Order, Payment, StripeEvent
from checkout.refund_errors import Disputed
from shopping.money import Money
from tests.buying import Sandbox, history, pay, signed
from webhooks.models import Event

pytestmark = pytest.mark.django_db
# €34.00 and €3.90 for the parcel, our fee €1.70, and the bank's €15.00.
TAKEN = {"stripe": -1500, "merchant": 1500}
PAID = {"stripe": 3790, "merchant": -3620, "fees": -170}


@pytest.fixture
def paid(order: Order, payment: Payment, sandbox: Sandbox) -> Payment:
    return paid_with("pm_card_createDispute", payment, sandbox)


def paid_with(card: str, payment: Payment, sandbox: Sandbox) -> Payment:
    assert pay(payment, sandbox.token(card)).kind == "succeeded"
    payment.refresh_from_db()
    for _ in range(500):
        if stripes(sandbox):
            return payment
        time.sleep(0.02)
    raise AssertionError("the stand-in opened no dispute")


def stripes(sandbox: Sandbox) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = sandbox.state()["disputes"]
    return found


def decide(sandbox: Sandbox, outcome: str) -> None:
    [dispute] = stripes(sandbox)
    answer = sandbox.http.post(f"/_sandbox/disputes/{dispute['id']}", json={"outcome": outcome})
    answer.raise_for_status()


def told(sandbox: Sandbox) -> list[dict[str, Any]]:
    return sandbox.events(*stripe_events.DISPUTE_TYPES)


def deliver(client: Client, events: list[dict[str, Any]]) -> None:
    """Stripe tells of `events` in this order, and a worker takes each of them in."""
    for event in events:
        assert client.post("/webhooks/stripe/", **signed(event)).status_code == 200
        row = StripeEvent.objects.get(event_id=event["id"])
        sweeps.process(row.pk)
        row.refresh_from_db()
        assert (row.processed_at is not None, row.last_error) == (True, "")


def balances(order: Order) -> dict[str, int]:
    sums: dict[str, int] = {}
    for entry in LedgerEntry.objects.filter(transaction__order=order):
        # What is on its way to a merchant is theirs.
        account = "merchant" if entry.account == "transfers" else entry.account
        sums[account] = sums.get(account, 0) + entry.amount
    return {account: amount for account, amount in sums.items() if amount}


def test_a_dispute_takes_its_amount_and_the_banks_fee(
    client: Client, order: Order, paid: Payment, sandbox: Sandbox
) -> None:
    assert balances(order) == PAID
    deliver(client, told(sandbox))
    dispute = Dispute.objects.get()
    assert (dispute.payment, dispute.amount, dispute.reason) == (paid, 3790, "fraudulent")
    assert (dispute.status, dispute.is_open) == ("needs_response", True)
    assert dispute.due_by is not None
    assert dispute.due_by > timezone.now()
    assert balances(order) == TAKEN
    assert history(order)[-1] == "order.dispute_needs_response"
    [stake] = disputes.stakes(dispute).values()
    assert (stake.amount, stake.fee, stake.bank, stake.borne) == (3790, 170, 1500, 5120)


@pytest.mark.parametrize(
    ("outcome", "left"),
    [("lost", TAKEN), ("won", {"stripe": 2290, "merchant": -2120, "fees": -170})],
)
def test_a_dispute_is_decided(
    outcome: str,
    left: dict[str, int],
    client: Client,
    order: Order,
    paid: Payment,
    sandbox: Sandbox,
) -> None:
    deliver(client, told(sandbox))
    decide(sandbox, outcome)
    deliver(client, told(sandbox))
    assert Dispute.objects.get().status == outcome
    assert balances(order) == left
    assert history(order)[-1] == f"order.dispute_{outcome}"
    told_of = Event.objects.filter(type="order.disputed").order_by("pk")
    statuses = [event.payload["status"] for event in told_of]
    assert statuses == ["needs_response", outcome]
    subjects = OutgoingMail.objects.filter(kind="dispute").values_list("subject", "to")
    assert list(subjects.order_by("id")) == [
        (f"Order {order.reference} is disputed", "orders@plage.example"),
        (f"The dispute about order {order.reference} is {outcome}", "orders@plage.example"),
    ]
    first, last = OutgoingMail.objects.filter(kind="dispute").order_by("id")
    page = f"/admin/checkout/dispute/{Dispute.objects.get().pk}/change/"
    assert (page in first.text, page in last.text) == (True, True)
    assert re.search(r"The bank wants an answer by \d+ \w+ \d{4}\.", first.text)
    assert "wants an answer" not in last.text


@pytest.mark.parametrize("seed", range(4))
def test_events_twice_and_in_any_order_have_the_same_effect(
    seed: int, client: Client, order: Order, paid: Payment, sandbox: Sandbox
) -> None:
    decide(sandbox, "won")
    events = told(sandbox) * 2
    random.Random(seed).shuffle(events)
    deliver(client, events)
    kinds = LedgerTransaction.objects.filter(order=order).order_by("id")
    assert list(kinds.values_list("kind", flat=True)) == [
        *["capture", "transfer_owed", "dispute", "dispute_fee", "dispute", "reversal_owed"],
    ]
    assert Dispute.objects.get().status == "won"
    assert balances(order) == {"stripe": 2290, "merchant": -2120, "fees": -170}
    assert history(order).count("order.dispute_won") == 1
    assert OutgoingMail.objects.filter(kind="dispute").count() == 1


def test_what_was_read_before_the_bank_decided_changes_nothing_afterwards(
    order: Order, paid: Payment, sandbox: Sandbox
) -> None:
    """Of two workers the slower one carries an older answer."""
    old = gateway.retrieve_dispute(stripes(sandbox)[0]["id"])
    decide(sandbox, "won")
    disputes.apply(gateway.retrieve_dispute(old.id))
    before = balances(order)
    disputes.apply(old)
    assert Dispute.objects.get().status == "won"
    assert balances(order) == before
    assert history(order)[-1] == "order.dispute_won"


@pytest.mark.parametrize("outcome", [None, "lost"])
def test_a_disputed_payment_is_not_refunded(
    outcome: str | None, client: Client, order: Order, paid: Payment, sandbox: Sandbox
) -> None:
    if outcome:
        decide(sandbox, outcome)
    deliver(client, told(sandbox))
    with pytest.raises(Disputed) as refused:
        refunds.request(paid.pk, amount=Money(100, "EUR"), reason="x")
    assert refused.value.message.startswith("The shopper’s bank has taken this payment back")
    assert not paid.refunds.exists()


def test_a_dispute_that_is_won_leaves_the_payment_to_be_refunded(
    client: Client, order: Order, paid: Payment, sandbox: Sandbox
) -> None:
    decide(sandbox, "won")
    deliver(client, told(sandbox))
    refund = refunds.request(paid.pk, amount=Money(100, "EUR"), reason="x")
    assert refund.status == "requested"


def test_a_bank_that_only_asks_takes_nothing_and_a_refund_may_answer_it(
    client: Client, order: Order, payment: Payment, sandbox: Sandbox
) -> None:
    paid = paid_with("pm_card_createDisputeInquiry", payment, sandbox)
    deliver(client, told(sandbox))
    assert Dispute.objects.get().status == "warning_needs_response"
    assert balances(order) == PAID
    refund = refunds.request(paid.pk, amount=paid.amount_money, reason="x")
    refunds.send(refund.pk)
    refund.refresh_from_db()
    assert refund.status == "succeeded"


def test_a_dispute_that_came_before_our_refund_reached_stripe(
    order: Order, paid: Payment, sandbox: Sandbox
) -> None:
    """We had not heard of it: Stripe refuses, and the refund says why."""
    refund = refunds.request(paid.pk, amount=paid.amount_money, reason="x")
    refunds.send(refund.pk)
    refund.refresh_from_db()
    assert (refund.status, refund.failure) == ("failed", "charge_disputed")
    assert balances(order) == PAID


def test_a_dispute_of_somebody_elses_payment_is_left_alone(
    client: Client, order: Order, paid: Payment, sandbox: Sandbox
) -> None:
    Payment.objects.update(intent_id="pi_another")
    for event in told(sandbox):
        client.post("/webhooks/stripe/", **signed(event))
        sweeps.process(StripeEvent.objects.get(event_id=event["id"]).pk)
    assert not Dispute.objects.exists()
    assert set(StripeEvent.objects.values_list("last_error", flat=True)) == {"not of this shop"}


def test_the_merchant_reads_what_to_do(
    client: Client, order: Order, paid: Payment, sandbox: Sandbox
) -> None:
    deliver(client, told(sandbox))
    mail = OutgoingMail.objects.get(kind="dispute")
    assert "has taken back €37.90" in mail.text
    assert "you bear €51.20" in mail.text
    assert "The bank wants an answer by" in mail.text


def said(payment: Payment, status: str, amount: int, *moved: gateway.Movement) -> gateway.Dispute:
    return gateway.Dispute(
        id="du_1",
        status=status,
        reason="general",
        amount=amount,
        currency="EUR",
        intent_id=payment.intent_id or "",
        due_by=None,
        movements=moved,
    )


@pytest.mark.parametrize("currency", ["EUR", "USD"])
def test_the_bank_disputes_more_or_less_without_another_status(
    currency: str, order: Order, payment: Payment, sandbox: Sandbox
) -> None:
    """Also where our balance is kept in another currency, which says nothing of the order's."""
    pay(payment, sandbox.token())
    payment.refresh_from_db()
    rate = 1 if currency == "EUR" else 2
    first = gateway.Movement("txn_1", -1000 * rate, 0, currency)
    more = gateway.Movement("txn_2", -500 * rate, 0, currency)
    less = gateway.Movement("txn_3", 300 * rate, 0, currency)
    all_back = gateway.Movement("txn_4", 1200 * rate, 0, currency)
    taken = []
    for answer in (
        said(payment, "needs_response", 1000, first),
        said(payment, "needs_response", 1500, first, more),
        said(payment, "needs_response", 1500, first, more),
        said(payment, "needs_response", 1200, first, more, less),
        said(payment, "won", 1200, first, more, less, all_back),
    ):
        disputes.apply(answer)
        dispute = Dispute.objects.get()
        taken.append((dispute.amount, 3790 - balances(order)["stripe"]))
    assert taken == [(1000, 1000), (1500, 1500), (1500, 1500), (1200, 1200), (1200, 0)]
    assert history(order)[-4:] == [
        *["order.dispute_needs_response", "order.dispute_changed"],
        *["order.dispute_changed", "order.dispute_won"],
    ]
    told_of = Event.objects.filter(type="order.disputed").order_by("pk")
    amounts = [(event.payload["status"], event.payload["amount"]) for event in told_of]
    assert amounts == [
        *[("needs_response", 1000), ("needs_response", 1500)],
        *[("needs_response", 1200), ("won", 1200)],
    ]
