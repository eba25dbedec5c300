"""Each kind of difference in the books, made to happen at Stripe or in our rows, is found."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from checkout import gateway, reconciliation, reconciliation_movements, refunds
from checkout.ledger import Account
from checkout.models import (
    BalanceTransaction,
    LedgerEntry,
    LedgerTransaction,
    Order,
    Payment,
    ReconciliationFinding,
    ReconciliationRun,
)
from checkout.reconciliation_findings import Report, dismiss
from tests.buying import Sandbox, pay
from tests.reconciliation.conftest import findings, movements, wait_for_movements
from tests.reconciliation.money import on, stripe_balance, take_again

pytestmark = pytest.mark.django_db


def tamper(statement: str) -> None:
    """As somebody with all rights on the database can, past its triggers."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(statement)
        cursor.execute("SET LOCAL session_replication_role = DEFAULT")


def test_a_clean_run_reports_nothing_and_the_balances_agree_to_the_cent(
    paid: Payment, sandbox: Sandbox
) -> None:
    refunds.send(refunds.request(paid.pk, amount=paid.amount_money, reason="x").pk)
    report = reconciliation.run()
    assert (findings(), report.found) == ([], [])
    run = ReconciliationRun.objects.get()
    assert (run.outcome, run.ended_at is None, run.error) == ("clean", False, "")
    # 2.9 % of €37.90 and 30 cents.
    assert on(Account.COSTS) == 140
    assert run.balances == {
        "EUR": {
            "ledger": -140,
            "not_at_stripe": 0,
            "not_in_books": 0,
            "later": 0,
            "stripe": -140,
        }
    }
    assert on(Account.STRIPE) == stripe_balance() == -140
    assert BalanceTransaction.objects.filter(movement=None).count() == 0


def test_a_second_run_posts_nothing_more(paid: Payment) -> None:
    reconciliation.run()
    before = LedgerTransaction.objects.count()
    reconciliation.run()
    assert LedgerTransaction.objects.count() == before
    assert [run.outcome for run in ReconciliationRun.objects.all()] == ["clean", "clean"]


def test_our_payout_and_stripes_fees_are_posted(paid: Payment, sandbox: Sandbox) -> None:
    answer = sandbox.http.post("/_sandbox/payouts", json={"currency": "eur", "amount": 1000})
    answer.raise_for_status()
    reconciliation.run()
    assert findings() == []
    assert (on(Account.BANK), on(Account.COSTS)) == (1000, 140)
    assert on(Account.STRIPE) == stripe_balance() == 3790 - 140 - 1000
    payout = LedgerTransaction.objects.get(kind="payout")
    assert (payout.order_id, payout.reference) == (None, movements(sandbox)[0]["id"])


def test_a_movement_that_stripe_does_not_know_is_reported(paid: Payment) -> None:
    movement = LedgerTransaction.objects.create(kind="refund", reference="x", order=paid.order)
    for account, amount in ((Account.REFUNDS, 700), (Account.STRIPE, -700)):
        LedgerEntry.objects.create(
            transaction=movement, account=account, amount=amount, currency="EUR"
        )
    reconciliation.run()
    assert findings() == [("ledger_unknown", "open", -700, 0)]
    # It explains why the balances differ, so that is no finding of its own.
    assert ReconciliationRun.objects.get().balances["EUR"]["not_at_stripe"] == -700


def test_a_balance_that_nothing_explains_is_reported(paid: Payment) -> None:
    reconciliation.run()
    BalanceTransaction.objects.update(created_at=timezone.now() - timedelta(days=3))
    tamper("UPDATE checkout_ledgerentry SET amount = amount + 1 WHERE amount = 3790")
    reconciliation.run()
    assert findings() == [
        ("balance", "open", 3651, 3650),
        ("ledger_unbalanced", "open", 0, 1),
        ("payment_books", "open", 3791, 3790),
    ]


def test_a_movement_of_another_amount_is_reported_once(paid: Payment, sandbox: Sandbox) -> None:
    tamper("UPDATE checkout_ledgerentry SET amount = 3000 WHERE amount = 3790")
    reconciliation.run()
    assert findings()[0] == ("movement_differs", "open", 3000, 3790)
    assert {kind for kind, *_ in findings()} == {
        "movement_differs",
        "ledger_unbalanced",
        "payment_books",
    }


def test_of_a_movement_that_a_person_dismissed_stripe_is_not_asked_again(
    paid: Payment, monkeypatch: pytest.MonkeyPatch
) -> None:
    tamper("UPDATE checkout_ledgerentry SET amount = 3000 WHERE amount = 3790")
    reconciliation.run()
    asked: list[str] = []
    retrieve = gateway.retrieve

    def ask(intent_id: str) -> gateway.Intent:
        asked.append(intent_id)
        return retrieve(intent_id)

    monkeypatch.setattr(gateway, "retrieve", ask)

    def again() -> int:
        now = timezone.now()
        report = Report(ReconciliationRun.objects.latest("pk"), now)
        reconciliation_movements.match(report, [], settled_by=now)
        return len(asked)

    assert again() == 1
    finding = ReconciliationFinding.objects.get(kind="movement_differs")
    dismiss(finding.pk, reason="a test of ours", actor=None)
    assert again() == 1
    finding.refresh_from_db()
    assert (finding.status, finding.expected, finding.found) == ("dismissed", 3000, 3790)


def test_a_cancelled_order_that_keeps_money_is_reported(paid: Payment) -> None:
    reconciliation.run()
    Order.objects.filter(pk=paid.order_id).update(status="cancelled", cancelled_at=timezone.now())
    reconciliation.run()
    assert findings() == [("order_keeps", "open", 0, 3790)]


def test_a_paid_order_without_a_payment_is_reported(order: Order, sandbox: Sandbox) -> None:
    order.payments.update(status="cancelled")
    Order.objects.filter(pk=order.pk).update(
        status="paid", paid_at=timezone.now(), reserved_until=None
    )
    type(order.lines.get().variant.stock).objects.update(reserved=0)
    reconciliation.run()
    assert findings() == [("order_unpaid", "open", 3790, 0)]


def test_a_dispute_that_we_have_not_heard_of_is_taken_in(
    payment: Payment, sandbox: Sandbox
) -> None:
    assert pay(payment, sandbox.token("pm_card_createDispute")).kind == "succeeded"
    wait_for_movements(sandbox, 2)
    reconciliation.run()
    assert payment.disputes.count() == 1
    assert findings() == [("movement_unbooked", "mended", 0, -3790 - 1500)]
    assert on(Account.STRIPE) == stripe_balance() == -140 - 1500
    # The dispute's own fee is borne by merchants already, and posted once.
    assert on(Account.COSTS) == 140


def test_a_movement_that_stripe_has_twice_is_reported(paid: Payment) -> None:
    reconciliation.run()
    first = BalanceTransaction.objects.get()
    first.pk, first.movement, first.stripe_id = None, None, "txn_twice"
    first.save()
    reconciliation.run()
    assert ("movement_unbooked", "open", 0, 3650) in findings()
    assert LedgerTransaction.objects.filter(kind="processing_fee").count() == 1


def in_dollars(each: gateway.BalanceTransaction) -> gateway.BalanceTransaction:
    return replace(each, currency="USD", amount=2 * each.amount, fee=2 * each.fee)


def test_a_balance_in_another_currency_comes_to_the_same_with_a_disputes_fee(
    payment: Payment, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A Stripe account that keeps dollars alone, at two for a euro."""
    listed, held, disputed = (
        gateway.balance_transactions,
        gateway.balance,
        gateway.retrieve_dispute,
    )

    def dispute_in_dollars(stripe_id: str) -> gateway.Dispute:
        found = disputed(stripe_id)
        moved = [replace(m, currency="USD", amount=2 * m.amount, fee=3000) for m in found.movements]
        return replace(found, movements=tuple(moved))

    monkeypatch.setattr(
        gateway, "balance_transactions", lambda **more: map(in_dollars, listed(**more))
    )
    monkeypatch.setattr(gateway, "balance", lambda: {"USD": 2 * held()["EUR"]})
    monkeypatch.setattr(gateway, "retrieve_dispute", dispute_in_dollars)
    assert pay(payment, sandbox.token("pm_card_createDispute")).kind == "succeeded"
    wait_for_movements(sandbox, 2)
    reconciliation.run()
    assert [status for _kind, status, *_ in findings()] == ["mended"]
    sums = ReconciliationRun.objects.get().balances
    assert (sums["EUR"]["ledger"], sums["USD"]["ledger"]) == (0, 2 * (-140 - 1500))
    assert sums["USD"]["stripe"] == 2 * (-140 - 1500)
    assert on(Account.COSTS) == 2 * (140 + 1500)
    exchanged = LedgerEntry.objects.filter(account=Account.EXCHANGE)
    assert {entry.currency for entry in exchanged} == {"EUR", "USD"}


def test_a_sale_between_the_balance_and_the_list_is_no_difference(
    paid: Payment, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = gateway.balance

    def then_sell() -> dict[str, int]:
        held = read()
        take_again(paid, sandbox)
        wait_for_movements(sandbox, 2)
        return held

    monkeypatch.setattr(gateway, "balance", then_sell)
    reconciliation.run()
    sums = ReconciliationRun.objects.get().balances["EUR"]
    assert (sums["stripe"], sums["later"]) == (3650, 3650)
    assert "balance" not in {kind for kind, *_ in findings()}


def test_a_finding_names_the_order_that_it_is_about(paid: Payment) -> None:
    Payment.objects.filter(pk=paid.pk).update(captured=3000)
    reconciliation.run()
    rows = ReconciliationFinding.objects.all()
    assert {(row.order_id, row.payment_id) for row in rows} == {(paid.order_id, paid.pk)}
