"""A run: one at a time, from the last good point on, by clock, by hand and from the admin."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.utils import timezone

from accounts.models import OutgoingMail, User
from checkout import gateway, reconciliation, reconciliation_findings, reconciliation_objects
from checkout.models import (
    BalanceTransaction,
    LedgerTransaction,
    Payment,
    ReconciliationFinding,
    ReconciliationRun,
)
from tests.buying import Sandbox, history
from tests.reconciliation.conftest import findings, wait_for_movements
from tests.reconciliation.money import take_again

pytestmark = pytest.mark.django_db


@pytest.fixture
def by_day(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each span is a day, however little is in it."""
    monkeypatch.setattr(reconciliation, "SPAN", timedelta(days=1))
    monkeypatch.setattr(reconciliation, "LONGEST", timedelta(days=1))


@pytest.fixture
def odd(paid: Payment) -> Payment:
    """A payment that somebody has changed by hand."""
    Payment.objects.filter(pk=paid.pk).update(captured=3000)
    paid.refresh_from_db()
    return paid


@pytest.fixture
def staff(db: None) -> User:
    return User.objects.create_superuser(
        "books@etal.example", handle="books", display_name="Books", password="x"
    )


def test_of_two_at_once_the_second_stops_with_a_word(
    paid: Payment, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []

    def meanwhile(*_args: object, **_more: object) -> list[Any]:
        with pytest.raises(reconciliation.Busy) as busy:
            reconciliation.run()
        said.append(str(busy.value))
        return []

    monkeypatch.setattr(gateway, "intents_made", meanwhile)
    reconciliation.run()
    assert said == ["A reconciliation is under way already; it will be done in a moment."]
    assert [run.outcome for run in ReconciliationRun.objects.all()] == ["clean"]


def test_a_run_that_died_keeps_none_from_going(paid: Payment) -> None:
    dead = ReconciliationRun.objects.create(alive_until=timezone.now() - timedelta(seconds=1))
    reconciliation.run()
    dead.refresh_from_db()
    assert (dead.outcome, dead.error) == ("failed", "no sign of life")


def test_the_next_run_goes_on_from_the_last_good_point(
    paid: Payment, by_day: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It breaks off in its third day, and the days before are not compared again."""
    began = timezone.now() - timedelta(days=4)
    asked: list[Any] = []
    listed = reconciliation_objects.compare_intents

    def breaks_off(report: Any, *, since: Any, until: Any) -> None:
        asked.append(since)
        if len(asked) == 3:
            raise gateway.Unknown("gone")
        listed(report, since=since, until=until)

    monkeypatch.setattr(reconciliation_objects, "compare_intents", breaks_off)
    with pytest.raises(gateway.Unknown):
        reconciliation.run(since=began)
    broken = ReconciliationRun.objects.get()
    assert (broken.outcome, broken.error) == ("failed", "Unknown: gone")
    assert broken.until == began + timedelta(days=2)
    reconciliation.run()
    assert asked[3] == began + timedelta(days=2) - reconciliation.OVERLAP
    assert [run.outcome for run in ReconciliationRun.objects.order_by("id")] == ["failed", "clean"]
    assert LedgerTransaction.objects.filter(kind="processing_fee").count() == 1


def test_a_run_without_time_leaves_the_rest_to_the_next(paid: Payment, by_day: None) -> None:
    began = timezone.now() - timedelta(days=2, hours=12)
    reconciliation.run(since=began, seconds=0)
    reconciliation.run(seconds=0)
    reconciliation.run(seconds=0)
    outcomes = [run.outcome for run in ReconciliationRun.objects.order_by("id")]
    assert outcomes == ["partial", "partial", "clean"]


@pytest.mark.parametrize(("many", "hours"), [(1000, [2, 2, 4, 8]), (0, [2, 1, 1, 1])])
def test_a_span_grows_while_little_is_in_it(
    many: int, hours: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A busy shop's is short, so that a worker ends it in time. The first looks an hour back."""
    asked: list[Any] = []
    monkeypatch.setattr(reconciliation, "MANY", many)
    monkeypatch.setattr(gateway, "balance", dict)

    def compare(_report: Any, since: Any, until: Any, **_more: object) -> list[Any]:
        asked.append((until - since).total_seconds() / 3600)
        return []

    monkeypatch.setattr(reconciliation, "_compare_span", compare)
    reconciliation.run(since=timezone.now() - timedelta(days=2))
    assert asked[:4] == hours


def test_the_clock_runs_it_once_a_day(paid: Payment) -> None:
    assert reconciliation.due() is not None
    assert reconciliation.due() is None
    ReconciliationRun.objects.update(until=timezone.now() - timedelta(days=1, minutes=1))
    assert reconciliation.due() is not None
    assert ReconciliationRun.objects.count() == 2


def test_who_asks_gets_one_run_however_often_they_press(paid: Payment, staff: User) -> None:
    reconciliation.run()
    assert reconciliation.request(staff)
    assert not reconciliation.request(staff)
    reconciliation.due()
    assert reconciliation.due() is None
    rows = ReconciliationRun.objects.order_by("id")
    assert [(run.outcome, run.actor) for run in rows] == [("clean", None), ("clean", staff)]


def test_what_is_young_is_on_its_way_and_no_finding(
    odd: Payment, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A second payment just now: its own process, or an event, may bring it yet."""
    take_again(odd, sandbox)
    wait_for_movements(sandbox, 2)
    monkeypatch.setattr(reconciliation, "GRACE", timedelta(minutes=15))
    reconciliation.run()
    assert findings() == [("payment_books", "open", 3790, 3000)]
    assert ReconciliationRun.objects.get().balances["EUR"]["not_in_books"] == 3790 - 140
    monkeypatch.setattr(reconciliation, "GRACE", timedelta(0))
    reconciliation.run()
    assert ("intent_doubled", "mended", 0, 3790) in findings()


def test_new_findings_are_mailed_once(odd: Payment, staff: User) -> None:
    reconciliation.run()
    reconciliation.run()
    mail = OutgoingMail.objects.get(kind="reconciliation.findings")
    assert (mail.to, mail.subject) == ("books@etal.example", "2 findings in the books")
    assert "€30.00 → €37.90" in mail.text
    assert "/admin/checkout/reconciliationfinding/" in mail.text
    Payment.objects.filter(pk=odd.pk).update(captured=3790)
    reconciliation.run()
    Payment.objects.filter(pk=odd.pk).update(captured=3000)
    reconciliation.run()
    assert OutgoingMail.objects.filter(kind="reconciliation.findings").count() == 2


def test_the_operators_own_address_is_told_where_it_is_set(
    odd: Payment, staff: User, settings: Any
) -> None:
    settings.OPERATOR_EMAIL = "money@etal.example"
    reconciliation.run()
    mails = OutgoingMail.objects.filter(kind="reconciliation.findings")
    assert [mail.to for mail in mails] == ["money@etal.example"]


def test_what_is_dismissed_stays_so_until_it_differs_otherwise(odd: Payment, staff: User) -> None:
    reconciliation.run()
    finding = ReconciliationFinding.objects.get(kind="payment_books")
    with pytest.raises(ValidationError):
        reconciliation_findings.dismiss(finding.pk, reason=" ", actor=staff)
    reconciliation_findings.dismiss(finding.pk, reason="a test of ours", actor=staff)
    with pytest.raises(reconciliation_findings.NotOpen):
        reconciliation_findings.dismiss(finding.pk, reason="again", actor=staff)
    assert history(odd.order)[-1] == "reconciliation.dismissed"
    reconciliation.run()
    finding.refresh_from_db()
    assert (finding.status, finding.reason, finding.actor) == (
        "dismissed",
        "a test of ours",
        staff,
    )
    Payment.objects.filter(pk=odd.pk).update(captured=2000)
    reconciliation.run()
    finding.refresh_from_db()
    assert (finding.status, finding.reason) == ("open", "")


# The command -----------------------------------------------------------------------------------
def said(*arguments: str) -> tuple[str, int]:
    out = StringIO()
    try:
        call_command("reconcile", *arguments, stdout=out)
    except SystemExit as left:
        return out.getvalue(), int(left.code or 0)
    return out.getvalue(), 0


def test_the_command_tells_that_everything_agrees(paid: Payment) -> None:
    text, code = said()
    assert code == 0
    assert text.endswith("Everything agrees.\n")
    assert "payments at Stripe: 1" in text
    assert "our books: €36.50" in text


def test_the_command_lists_findings_and_fails(odd: Payment) -> None:
    text, code = said()
    assert code == 1
    assert "[open] payment is not what the ledger says" in text
    assert "€37.90 → €30.00" in text


def test_a_dry_run_writes_nothing(paid: Payment) -> None:
    gateway.refund(paid.intent_id or "", amount=500, refund_id="", key="by hand")
    before = LedgerTransaction.objects.count()
    text, code = said("--dry-run")
    assert code == 1
    assert "refund that we had not heard of" in text
    assert LedgerTransaction.objects.count() == before
    for model in (BalanceTransaction, ReconciliationFinding, ReconciliationRun):
        assert model._default_manager.count() == 0
    paid.refresh_from_db()
    assert paid.refunded == 0


def test_a_dry_run_of_what_agrees_finds_nothing(paid: Payment) -> None:
    _text, code = said("--dry-run", "--since", "2020-01-01")
    assert code == 0
