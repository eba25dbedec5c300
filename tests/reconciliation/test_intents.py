"""What Stripe took and gave back, and we did not hear of, or know otherwise: taken in or reported."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from checkout import gateway, payments, reconciliation, refunds
from checkout.ledger import Account
from checkout.models import Order, Payment, ReconciliationRun, Refund
from tests.buying import Sandbox, history, pay
from tests.reconciliation.conftest import findings, wait_for_movements
from tests.reconciliation.money import on, stripe_balance, take_again

pytestmark = pytest.mark.django_db


def test_a_payment_that_only_stripe_knows_of_is_taken_in(
    order: Order, payment: Payment, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lost(*_args: object, **_more: object) -> None:
        raise gateway.Unknown("lost")

    with monkeypatch.context() as changed:
        changed.setattr(payments, "apply", lost)
        with pytest.raises(gateway.Unknown):
            pay(payment, sandbox.token())
    wait_for_movements(sandbox, 1)
    # A first point to go on from: our own books know of nothing yet.
    reconciliation.run(since=timezone.now() - timedelta(hours=1))
    order.refresh_from_db()
    assert order.status == "paid"
    assert findings() == [("intent_missed", "mended", 0, 3790)]
    assert history(order)[-1] == "reconciliation.mended"
    assert on(Account.STRIPE) == stripe_balance() == 3650
    assert ReconciliationRun.objects.get().outcome == "clean"


def test_an_order_that_was_paid_twice_gives_the_second_payment_back(
    paid: Payment, sandbox: Sandbox
) -> None:
    second = take_again(paid, sandbox)
    wait_for_movements(sandbox, 2)
    reconciliation.run()
    refund = Refund.objects.get()
    assert (refund.second_intent_id, refund.amount) == (second.id, 3790)
    assert findings() == [("intent_doubled", "mended", 0, 3790)]
    refunds.send(refund.pk)
    reconciliation.run()
    assert findings() == [("intent_doubled", "mended", 0, 3790)]
    assert on(Account.STRIPE) == stripe_balance() == 3790 - 2 * 140


def test_a_refund_made_at_stripe_is_taken_in(paid: Payment, sandbox: Sandbox) -> None:
    gateway.refund(paid.intent_id or "", amount=500, refund_id="", key="by hand")
    reconciliation.run()
    paid.refresh_from_db()
    assert paid.refunded == 500
    assert findings() == [("refund_missed", "mended", 0, 500)]
    assert on(Account.STRIPE) == stripe_balance()


def test_an_intent_of_another_amount_is_reported(paid: Payment, sandbox: Sandbox) -> None:
    take_again(paid, sandbox, amount=100)
    wait_for_movements(sandbox, 2)
    report = reconciliation.run()
    assert report.finished
    assert findings() == [
        ("intent_differs", "open", 3790, 100),
        ("movement_unbooked", "open", 0, 67),
    ]
    assert ReconciliationRun.objects.get().outcome == "findings"
    assert not Refund.objects.exists()


def test_an_intent_of_an_order_that_we_do_not_have_is_reported(
    paid: Payment, sandbox: Sandbox
) -> None:
    take_again(paid, sandbox, payment_id="0199a1b2-0000-7000-8000-000000000000")
    wait_for_movements(sandbox, 2)
    reconciliation.run()
    assert findings() == [
        ("intent_unknown", "open", None, 3790),
        ("movement_unbooked", "open", 0, 3650),
    ]


def test_a_payment_changed_by_hand_is_reported_and_forgotten_when_it_is_put_right(
    paid: Payment,
) -> None:
    reconciliation.run()
    Payment.objects.filter(pk=paid.pk).update(captured=3000)
    reconciliation.run()
    assert findings() == [
        ("intent_differs", "open", 3000, 3790),
        ("payment_books", "open", 3790, 3000),
    ]
    reconciliation.run()
    assert len(findings()) == 2
    Payment.objects.filter(pk=paid.pk).update(captured=3790)
    reconciliation.run()
    assert [(kind, status) for kind, status, *_ in findings()] == [
        ("intent_differs", "mended"),
        ("payment_books", "mended"),
    ]
