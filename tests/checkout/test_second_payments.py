"""A second intent that took money for the same order: all of it goes back, once."""

from __future__ import annotations

import pytest
from django.test import Client

from accounts.models import OutgoingMail
from checkout import gateway, refunds, sweeps
from checkout.models import LedgerEntry, Order, Payment, Refund, StripeEvent
from tests.buying import RETURN_URL, Sandbox, history, pay, signed

pytestmark = pytest.mark.django_db


def take_again(order: Order, payment: Payment, sandbox: Sandbox) -> gateway.Intent:
    """As a call would that was lost, and came through after all when nobody counted on it."""
    charge = gateway.Charge(
        payment_id=str(payment.public_id),
        order_id=str(order.public_id),
        amount=payment.amount,
        currency=payment.currency,
        return_url=RETURN_URL,
        confirmation_token=sandbox.token("pm_card_mastercard"),
    )
    return gateway.pay(charge, key="a lost one")


def deliver_all(client: Client, sandbox: Sandbox, *types: str) -> None:
    for told in sandbox.events(*types):
        assert client.post("/webhooks/stripe/", **signed(told)).status_code == 200
        sweeps.process(StripeEvent.objects.get(event_id=told["id"]).pk)


def accounts(order: Order) -> dict[str, int]:
    sums: dict[str, int] = {}
    for entry in LedgerEntry.objects.filter(transaction__order=order):
        # What is on its way to a merchant is theirs.
        account = "merchant" if entry.account == "transfers" else entry.account
        sums[account] = sums.get(account, 0) + entry.amount
    return {account: amount for account, amount in sums.items() if amount}


def test_a_second_intent_is_refunded_in_full(
    client: Client, order: Order, payment: Payment, sandbox: Sandbox
) -> None:
    assert pay(payment, sandbox.token()).kind == "succeeded"
    before = accounts(order)
    second = take_again(order, payment, sandbox)
    for _ in range(3):
        deliver_all(client, sandbox, "payment_intent.succeeded")
        StripeEvent.objects.update(processed_at=None)
    deliver_all(client, sandbox, "payment_intent.succeeded")
    assert not StripeEvent.objects.filter(processed_at=None).exists()
    assert accounts(order) == {**before, "stripe": 2 * 3790, "refunds": -3790}
    assert history(order)[-2:] == ["payment.second", "refund.requested"]
    refund = Refund.objects.get()
    assert (refund.amount, refund.reason, refund.second_intent_id) == (
        3790,
        "second_payment",
        second.id,
    )
    mail = OutgoingMail.objects.get(kind="payment.second")
    assert (mail.to, "€37.90" in mail.text) == (order.email, True)

    refunds.send(refund.pk)
    refunds.send(refund.pk)
    deliver_all(client, sandbox, "refund.created")
    refund.refresh_from_db()
    payment.refresh_from_db()
    order.refresh_from_db()
    assert (order.status, payment.status) == ("paid", "succeeded")
    assert (refund.status, payment.captured, payment.refunded) == ("succeeded", 3790, 0)
    assert accounts(order) == before
    given_back = {
        charge["payment_intent"]: charge["amount_refunded"] for charge in sandbox.charges()
    }
    assert given_back == {payment.intent_id: 0, second.id: 3790}


def test_the_order_itself_can_still_be_refunded_in_full(
    client: Client, order: Order, payment: Payment, sandbox: Sandbox
) -> None:
    pay(payment, sandbox.token())
    take_again(order, payment, sandbox)
    deliver_all(client, sandbox, "payment_intent.succeeded")
    refunds.send(Refund.objects.get().pk)
    refunds.send(refunds.request(payment.pk, amount=payment.amount_money, reason="x").pk)
    payment.refresh_from_db()
    assert payment.refunded == 3790
    assert accounts(order) == {}
    assert [charge["amount_refunded"] for charge in sandbox.charges()] == [3790, 3790]


def test_a_second_intent_that_pays_before_the_first(
    client: Client, order: Order, payment: Payment, sandbox: Sandbox
) -> None:
    """The order's own intent still waits for a card that pays."""
    pay(payment, sandbox.token("pm_card_visa_chargeDeclined"))
    take_again(order, payment, sandbox)
    deliver_all(client, sandbox, "payment_intent.succeeded")
    order.refresh_from_db()
    assert order.status == "awaiting_payment"
    refunds.send(Refund.objects.get().pk)
    assert accounts(order) == {}
    assert pay(payment, sandbox.token()).kind == "succeeded"
    assert accounts(order)["stripe"] == 3790


def test_a_second_intent_that_took_nothing_changes_nothing(
    client: Client, order: Order, payment: Payment, sandbox: Sandbox
) -> None:
    pay(payment, sandbox.token())
    before = history(order)
    charge = gateway.Charge(
        payment_id=str(payment.public_id),
        order_id=str(order.public_id),
        amount=payment.amount,
        currency=payment.currency,
        return_url=RETURN_URL,
        confirmation_token=sandbox.token("pm_card_visa_chargeDeclined"),
    )
    with pytest.raises(gateway.Declined):
        gateway.pay(charge, key="a lost one")
    deliver_all(client, sandbox, "payment_intent.payment_failed")
    assert not StripeEvent.objects.filter(processed_at=None).exists()
    assert history(order) == before
    assert not Refund.objects.exists()


def test_somebody_has_refunded_the_second_intent_in_stripes_dashboard(
    client: Client, order: Order, payment: Payment, sandbox: Sandbox
) -> None:
    pay(payment, sandbox.token())
    before = accounts(order)
    second = take_again(order, payment, sandbox)
    gateway.refund(second.id, amount=3790, refund_id="", key="by hand")
    deliver_all(client, sandbox, "payment_intent.succeeded")
    refunds.send(Refund.objects.get().pk)
    statuses = list(Refund.objects.order_by("id").values_list("reason", "status"))
    assert statuses == [("second_payment", "failed"), ("made_at_stripe", "succeeded")]
    payment.refresh_from_db()
    assert payment.refunded == 0
    assert accounts(order) == before
