"""Our books against Stripe's, since the last good point: what was missed is taken in by the verbs
that an event would have called, and the rest is reported.

A run goes on in spans of time. After each its row says how far it came, so that one that breaks off
costs no more than a span. Only one goes at a time. Nothing here runs inside a transaction.
"""

from __future__ import annotations

import logging
import time
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from checkout import (
    gateway,
    reconciliation_balance,
    reconciliation_books,
    reconciliation_movements,
    reconciliation_objects,
)
from checkout import reconciliation_mails as mails
from checkout.models import (
    BalanceTransaction,
    LedgerTransaction,
    ReconciliationFinding,
    ReconciliationRun,
)
from checkout.reconciliation_findings import LEASE, STOCK, Found, Kind, Report, Status
from webhooks import hints

log = logging.getLogger(__name__)

Outcome = ReconciliationRun.Outcome
TASK = "checkout.sweep_reconciliation"
EVERY = timedelta(days=1)
# So much of Stripe's lists is compared at a time at first, and twice as much after each span that
# held fewer than so many things: what a worker begins it must end in CELERY_TASK_TIME_LIMIT.
SPAN = timedelta(hours=1)
LONGEST = timedelta(days=32)
MANY = 1000
# What is younger may be on its way between Stripe and us; the next run sees it again, by OVERLAP.
GRACE = timedelta(minutes=15)
OVERLAP = timedelta(hours=1)
# So many open findings are looked at again in a run, besides those that it meets by itself.
RECHECKED = 500
# A worker begins no further span after so many seconds, well before CELERY_TASK_TIME_LIMIT.
BUDGET_SECONDS = 45.0


class Busy(Exception):
    """Another run is under way."""

    def __init__(self) -> None:
        super().__init__(_("A reconciliation is under way already; it will be done in a moment."))


def request(actor: User | None) -> bool:
    """Ask a worker for a run; whether nobody had asked before."""
    with transaction.atomic():
        _row, new = ReconciliationRun.objects.get_or_create(
            outcome=Outcome.REQUESTED, defaults={"actor": actor}
        )
        hints.wake(TASK)
    return new


def due() -> Report | None:
    """Run if somebody has asked for it, or the last good point is a day old; None if not, or while
    another run is under way."""
    asked = ReconciliationRun.objects.filter(outcome=Outcome.REQUESTED).exists()
    last = last_good()
    if not asked and last is not None and last > timezone.now() - EVERY:
        return None
    if not asked and _rests():
        return None
    try:
        return run(seconds=BUDGET_SECONDS)
    except Busy:
        return None


def _rests() -> bool:
    """Whether the last run broke off so lately that Stripe had better be left alone for a while."""
    newest = ReconciliationRun.objects.order_by("-pk").first()
    return (
        newest is not None
        and newest.outcome == Outcome.FAILED
        and newest.ended_at is not None
        and newest.ended_at > timezone.now() - GRACE
    )


def last_good() -> datetime | None:
    """Up to when everything was compared."""
    reached = ReconciliationRun.objects.exclude(until=None).order_by("-until")
    return reached.values_list("until", flat=True).first()


def run(
    *,
    since: datetime | None = None,
    dry: bool = False,
    actor: User | None = None,
    seconds: float | None = None,
) -> Report:
    """Compare everything since the last good point, or since `since`.

    A `dry` run mends and writes nothing, and tells what it would. With `seconds` no further span is
    begun after so many, and the next run goes on. Raises Busy; gateway.Unknown and gateway.Refused,
    with which the run breaks off; RuntimeError inside a transaction.
    """
    with transaction.atomic(durable=True):
        pass
    began = since or last_good() or _beginning()
    report = Report(None if dry else _begin(actor, began), timezone.now())
    try:
        report.finished = _compare(report, began, seconds=seconds)
        if report.finished:
            mails.tell(report)
    except BaseException as error:
        _end(report, Outcome.FAILED, error=f"{type(error).__name__}: {error}")
        raise
    if not report.finished:
        _end(report, Outcome.PARTIAL)
        return report
    there = (
        ReconciliationFinding.objects.filter(status=Status.OPEN).exclude(kind__in=STOCK).exists()
    )
    _end(report, Outcome.FINDINGS if there else Outcome.CLEAN)
    return report


def _beginning() -> datetime:
    """Where the books begin: nothing of ours moved before."""
    first = LedgerTransaction.objects.order_by("created_at").first()
    return first.created_at if first else timezone.now()


def _begin(actor: User | None, since: datetime) -> ReconciliationRun:
    """The row of a run that may go now. Of two at once the database lets one be running."""
    now = timezone.now()
    ReconciliationRun.objects.filter(outcome=Outcome.RUNNING, alive_until__lt=now).update(
        outcome=Outcome.FAILED, ended_at=now, error="no sign of life"
    )
    going = {"started_at": now, "alive_until": now + LEASE, "since": since}
    try:
        with transaction.atomic():
            asked = ReconciliationRun.objects.filter(outcome=Outcome.REQUESTED)
            row = asked.select_for_update(skip_locked=True).first() or ReconciliationRun()
            row.actor = actor or row.actor
            row.outcome = Outcome.RUNNING
            for name, value in going.items():
                setattr(row, name, value)
            row.save()
    except IntegrityError:
        raise Busy from None
    return row


def _end(report: Report, outcome: ReconciliationRun.Outcome, *, error: str = "") -> None:
    """Close the run, if it has not been taken for dead meanwhile."""
    if report.run is None or outcome not in ReconciliationRun.TRANSITIONS[Outcome.RUNNING]:
        return
    ReconciliationRun.objects.filter(pk=report.run.pk, outcome=Outcome.RUNNING).update(
        outcome=outcome,
        ended_at=timezone.now(),
        compared=dict(report.compared),
        balances=report.balances,
        error=error[:500],
    )


def _compare(report: Report, began: datetime, *, seconds: float | None) -> bool:
    """All spans and then what is compared as a whole; whether there was time for it."""
    end = None if seconds is None else time.monotonic() + seconds
    length, since = SPAN, min(began, report.started)
    # Stripe may list a thing a little later than it was made.
    overlap = OVERLAP
    while True:
        before = report.compared.total()
        until = min(since + length, report.started)
        # Before the list, which then holds at least what the balance holds.
        read_at, balance = timezone.now(), gateway.balance() if until == report.started else None
        listed = _compare_span(report, since - overlap, until, is_last=balance is not None)
        if balance is not None:
            _compare_whole(report, balance, listed, read_at=read_at)
            _reached(report, until)
            return True
        _reached(report, until)
        if end is not None and time.monotonic() >= end:
            return False
        few = report.compared.total() - before < MANY
        length = min(2 * length, LONGEST) if few else SPAN
        since, overlap = until, timedelta(0)


def _compare_span(
    report: Report, since: datetime, until: datetime, *, is_last: bool
) -> list[BalanceTransaction]:
    settled = max(min(until, report.started - GRACE), since)
    reconciliation_objects.compare_intents(report, since=since, until=settled)
    reconciliation_objects.compare_refunds(report, since=since, until=settled)
    listed = reconciliation_movements.take_in(
        report, since=since, until=timezone.now() if is_last else until
    )
    reconciliation_movements.match(report, listed, settled_by=settled)
    # A movement of ours at the end of a span may be one that Stripe has at the next one's beginning.
    reconciliation_balance.unknown_to_stripe(report, since=since - OVERLAP, until=until - GRACE)
    return listed


def _reached(report: Report, until: datetime) -> None:
    if report.run is not None:
        report.run.until = until
        ReconciliationRun.objects.filter(pk=report.run.pk, outcome=Outcome.RUNNING).update(
            until=until
        )


def _compare_whole(
    report: Report,
    balance: dict[str, int],
    listed: list[BalanceTransaction],
    *,
    read_at: datetime,
) -> None:
    reconciliation_balance.compare(report, balance, listed, read_at=read_at)
    reconciliation_books.check(report, turn=report.run.pk if report.run else 0)
    if report.run is None:
        return
    unseen = ReconciliationFinding.objects.filter(
        status=Status.OPEN, last_seen_at__lt=report.started
    ).exclude(kind__in=STOCK)
    for finding in unseen.order_by("last_seen_at")[:RECHECKED]:
        _recheck(report, finding)


def _recheck(report: Report, finding: ReconciliationFinding) -> None:
    """Look again at an open finding that the run has not met by itself; what agrees is mended."""
    seen = len(report.found)
    try:
        if finding.kind.startswith("intent"):
            reconciliation_objects.recheck_intent(report, finding.object_id)
        elif finding.kind.startswith("refund"):
            reconciliation_objects.recheck_refund(report, finding.object_id)
        elif finding.kind == Kind.LEDGER_UNKNOWN:
            reconciliation_balance.recheck_movement(report, finding.object_id)
        elif not finding.kind.startswith("movement") and finding.kind != Kind.BALANCE:
            reconciliation_books.recheck(report, finding)
    except gateway.Refused:
        # Stripe does not know it any more, so it cannot say that all is well.
        return
    if len(report.found) == seen:
        report.mended(
            Found(
                kind=Kind(finding.kind),
                object_id=finding.object_id,
                expected=finding.expected,
                found=finding.found,
                currency=finding.currency,
                detail=finding.detail,
                order_id=finding.order_id,
                payment_id=finding.payment_id,
                refund_id=finding.refund_id,
                transfer_id=finding.transfer_id,
            ),
            how=_("it agrees by now"),
        )
