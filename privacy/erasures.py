"""Forgetting a person: asked for, undone while it waits, and then done table by table.

Nothing is remembered of how far it came: each step looks for what is left to do, so that a worker that
dies is followed by one which begins anew and finds most of it done.
"""

from __future__ import annotations

import logging
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts import emptying, suspensions
from accounts.models import User
from accounts.personal import addresses_of
from checkout.models import Order
from privacy import letters, steps
from privacy.models import Erasure
from shopping import rows
from shopping.hints import wake
from shopping.personal import Blocker, NotYet, blockers, tables

log = logging.getLogger(__name__)

WORKER = "privacy.sweep_erasures"
# How long somebody may come back on it.
WAIT = timedelta(days=14)
# Where something keeps it from beginning meanwhile, it is looked at every day.
LATER = timedelta(days=1)
LEASE = timedelta(seconds=180)
AGAIN = timedelta(minutes=1)

CLAIM = """
UPDATE privacy_erasure SET attempts = attempts + 1, due_at = %s
WHERE id = (
    SELECT id FROM privacy_erasure WHERE due_at <= %s ORDER BY due_at LIMIT 1 FOR UPDATE SKIP LOCKED
)
RETURNING id
"""


class Refused(Exception):
    """It cannot be done now; `blockers` say why, and what to do."""

    def __init__(self, found: list[Blocker]) -> None:
        super().__init__(" ".join(each.says for each in found))
        self.blockers = found


def open_of(person: User) -> Erasure | None:
    """What they asked for and did not undo."""
    return Erasure.objects.filter(user=person, undone_at=None).first()


def ask(person: User) -> Erasure:
    """`person` is forgotten after WAIT; asked again, it is the same. Raises Refused.

    Locks the person.
    """
    return _ask(person, wait=WAIT)


def ask_now(person: User, *, by: str, reason: str) -> Erasure:
    """The same at once, by the operator's staff, who say why. Raises Refused."""
    return _ask(person, wait=timedelta(0), by=by, reason=reason)


def undo(person: User) -> bool:
    """The account stays; whether there was anything to undo. What has begun cannot be undone."""
    with transaction.atomic():
        waiting = Erasure.objects.filter(user=person, undone_at=None, begun_at=None)
        erasure = waiting.select_for_update().first()
        if erasure is None:
            return False
        waiting.filter(pk=erasure.pk).update(undone_at=timezone.now(), due_at=None)
        letters.erasure_undone(erasure)
    return True


def work() -> bool:
    """Do what is due of one erasure; whether there was any."""
    now = timezone.now()
    claimed = rows.run(CLAIM, [now + LEASE, now])
    if not claimed:
        return False
    erasure = Erasure.objects.select_related("user").get(pk=claimed[0][0])
    try:
        if erasure.begun_at is not None or _begin(erasure):
            _take_out(erasure)
    except NotYet as error:
        _postpone(erasure, AGAIN, str(error))
    except Exception as error:
        # Not its words: they may hold what is to be forgotten.
        log.error("an erasure is tried again: %s", type(error).__name__)
        _postpone(erasure, AGAIN, type(error).__name__)
    return True


def _ask(person: User, *, wait: timedelta, by: str = "", reason: str = "") -> Erasure:
    if found := blockers(person):
        raise Refused(found)
    now = timezone.now()
    try:
        with transaction.atomic():
            rows.lock(User, person.pk)
            erasure, new = Erasure.objects.get_or_create(
                user=person,
                undone_at=None,
                defaults={"due_at": now + wait, "asked_by": by, "reason": reason},
            )
            if new and wait:
                letters.erasure_asked(erasure)
            elif not new and not wait:
                # Staff need not wait for what the person asked for.
                sooner = Erasure.objects.filter(pk=erasure.pk, begun_at=None)
                sooner.update(due_at=now, asked_by=by, reason=reason)
            if not wait:
                wake(WORKER)
    except IntegrityError:
        return Erasure.objects.get(user=person, undone_at=None)
    return erasure


def _begin(erasure: Erasure) -> bool:
    """Close the account for good, in one transaction; False where something keeps it open for now."""
    person = erasure.user
    with transaction.atomic():
        rows.lock(User, person.pk)
        if found := blockers(person):
            _postpone(erasure, LATER, " ".join(each.says for each in found))
            return False
        begun = Erasure.objects.filter(pk=erasure.pk, undone_at=None, begun_at=None)
        if not begun.update(begun_at=timezone.now()):
            return False
        # What they bought without signing in, by an address that is shown to be theirs.
        theirs = Order.objects.filter(user=None, test_shop=None, email__in=addresses_of(person))
        theirs.update(user=person)
        suspensions.suspend(person)
        letters.erasure_begun(erasure)
    return True


def _take_out(erasure: Erasure) -> None:
    """Every step, then the account's own row. Raises NotYet where one has to wait."""
    person = erasure.user
    # What was ordered in the very moment in which the account was closed comes to its end first.
    if found := blockers(person):
        raise NotYet(" ".join(each.says for each in found))
    waits = []
    for table in tables():
        try:
            steps.take_out(table, person)
        except NotYet as error:
            # The others need not wait for it; the account's row has to.
            waits.append(str(error))
    if waits:
        raise NotYet("; ".join(waits))
    with transaction.atomic():
        emptying.empty(person)
        done = Erasure.objects.filter(pk=erasure.pk, done_at=None)
        done.update(done_at=timezone.now(), due_at=None, last_error="")


def _postpone(erasure: Erasure, wait: timedelta, why: str) -> None:
    there = Erasure.objects.filter(pk=erasure.pk, attempts=erasure.attempts, done_at=None)
    there.filter(undone_at=None).update(due_at=timezone.now() + wait, last_error=why[:300])
