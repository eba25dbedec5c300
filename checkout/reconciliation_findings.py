"""What a reconciliation finds, kept: one row for each kind and object, however often it is seen."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from checkout import gateway, history
from checkout.models import ReconciliationFinding, ReconciliationRun

log = logging.getLogger(__name__)

Kind = ReconciliationFinding.Kind
Status = ReconciliationFinding.Status

# A run that has shown no sign of life for so long is dead. It shows one at each hundred objects.
LEASE = timedelta(minutes=10)
AMOUNTS = ("expected", "found", "currency", "detail")
# What checkout.stock_checks looks after, apart from Stripe.
STOCK = (Kind.STOCK_RESERVED, Kind.STOCK_ON_HAND)
SUBJECTS = ("order_id", "payment_id", "refund_id", "transfer_id")


class NotOpen(ValidationError):
    """A finding that is not there to be dismissed any more."""

    def __init__(self) -> None:
        super().__init__(_("This finding is not open any more."))


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One thing that differs: amounts in minor units of `currency`, in pieces where that is empty.

    `detail` is for the operator; the ids are ours.
    """

    kind: Kind
    object_id: str
    expected: int | None = None
    found: int | None = None
    currency: str = ""
    detail: str = ""
    order_id: int | None = None
    payment_id: int | None = None
    refund_id: int | None = None
    transfer_id: int | None = None

    @property
    def gap(self) -> tuple[int, str]:
        return (self.found or 0) - (self.expected or 0), self.currency


@dataclass
class Report:
    """What one run compares and finds. A `dry` one only tells: it mends and writes nothing."""

    run: ReconciliationRun | None
    started: datetime
    compared: Counter[str] = field(default_factory=Counter)
    found: list[tuple[Found, Status]] = field(default_factory=list)
    balances: dict[str, dict[str, int]] = field(default_factory=dict)
    # Movements of the ledger of which Stripe's is known, or the difference is reported already.
    explained: set[int] = field(default_factory=set)
    finished: bool = False

    @property
    def dry(self) -> bool:
        return self.run is None

    def count(self, what: str, number: int) -> None:
        """So many more were compared; also the run's sign of life."""
        self.compared[what] += number
        if self.run is not None:
            ReconciliationRun.objects.filter(pk=self.run.pk).update(
                alive_until=timezone.now() + LEASE, compared=dict(self.compared)
            )

    def settle(
        self, differs: Callable[[], Found | None], mend: Callable[[], object] | None = None
    ) -> None:
        """Mend what `differs` finds by a verb of ours, and see whether it is gone; else report it.

        Raises gateway.Unknown: then the run breaks off.
        """
        found = differs()
        if found is None:
            return
        if mend is None or self.dry:
            self.differs(found)
            return
        try:
            mend()
        except gateway.Unknown:
            raise
        except Exception as error:
            # What our own verb refuses is for a person to look at, and must not hide the rest.
            log.warning("%s %s is not mended: %r", found.kind, found.object_id, error)
            self.differs(replace(found, detail=f"{type(error).__name__}: {error}"[:300]))
            return
        left = differs()
        if left is None:
            self.mended(found, how=_("taken in by the reconciliation"))
        else:
            self.differs(left)

    def differs(self, found: Found) -> None:
        """Something that a person has to look at."""
        self.found.append((found, Status.OPEN))
        if self.run is not None:
            keep(found, Status.OPEN, run=self.run)

    def mended(self, found: Found, *, how: str) -> None:
        self.found.append((found, Status.MENDED))
        if self.run is not None:
            keep(found, Status.MENDED, run=self.run, reason=how)


def keep(
    found: Found, status: Status, *, run: ReconciliationRun | None = None, reason: str = ""
) -> None:
    """Write what was found into its one row, and what was mended into its order's history.

    One transaction, which locks the finding. What a person has dismissed stays dismissed as long
    as it differs by the same amount.
    """
    now = timezone.now()
    with transaction.atomic():
        row, _new = ReconciliationFinding.objects.select_for_update().get_or_create(
            kind=found.kind,
            object_id=found.object_id,
            defaults={"run": run, "first_seen_at": now, "last_seen_at": now}
            | {name: getattr(found, name) for name in (*AMOUNTS, *SUBJECTS)},
        )
        kept = row.status == Status.DISMISSED and status == Status.OPEN and _gap(row) == found.gap
        for name in (*AMOUNTS, *SUBJECTS):
            setattr(row, name, getattr(found, name))
        row.run, row.last_seen_at = run, now
        if not kept and row.status != status:
            _move(row, status, reason=reason, actor=None)
        row.save()
        if status == Status.MENDED and found.order_id is not None:
            told = {"kind": found.kind, "object": found.object_id}
            history.note_for(found.order_id, "reconciliation.mended", told)


def _gap(row: ReconciliationFinding) -> tuple[int, str]:
    return (row.found or 0) - (row.expected or 0), row.currency


def _move(row: ReconciliationFinding, status: Status, *, reason: str, actor: User | None) -> None:
    """The one function that sets a finding's status; its lock is the caller's."""
    if status not in ReconciliationFinding.TRANSITIONS[row.status]:
        raise NotOpen
    row.status, row.reason, row.actor = status, reason[:300], actor
    if status == Status.OPEN:
        row.told_at = None


def dismiss(finding_pk: int, *, reason: str, actor: User | None) -> ReconciliationFinding:
    """Somebody has looked at it and nothing is to be done, for `reason`, at most 300 characters.

    It opens again when it differs by another amount. Raises NotOpen; ValidationError without a
    reason.
    """
    if not reason.strip():
        raise ValidationError(_("Say why nothing is to be done about it."))
    with transaction.atomic():
        row = ReconciliationFinding.objects.select_for_update().get(pk=finding_pk)
        _move(row, Status.DISMISSED, reason=reason.strip(), actor=actor)
        row.save()
        if row.order_id is not None:
            told = {"kind": row.kind, "object": row.object_id, "reason": row.reason}
            history.note_for(row.order_id, "reconciliation.dismissed", told, actor=actor)
    return row
