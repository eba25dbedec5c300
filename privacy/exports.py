"""A person's copy of all that is theirs: asked for, made in slices, told of, and deleted again."""

from __future__ import annotations

import logging
import time
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from privacy import archives, letters
from privacy.models import Export
from shopping import rows
from shopping.hints import wake
from shopping.private_files import private_files

log = logging.getLogger(__name__)

WORKER = "privacy.sweep_exports"
# How long a copy can be fetched, and how long it is known that there was one.
KEPT = timedelta(days=7)
REMEMBERED = timedelta(days=90)
# One a day: making one reads every table.
EVERY = timedelta(days=1)
# Longer than a task may last (CELERY_TASK_TIME_LIMIT); a slice ends well before.
LEASE = timedelta(seconds=180)
SLICE = 45.0
AGAIN = timedelta(minutes=5)

CLAIM = """
UPDATE privacy_export SET attempts = attempts + 1, due_at = %s
WHERE id = (
    SELECT id FROM privacy_export WHERE due_at <= %s ORDER BY due_at LIMIT 1 FOR UPDATE SKIP LOCKED
)
RETURNING id
"""


def latest_of(person: User) -> Export | None:
    """The copy that they asked for last."""
    return Export.objects.filter(user=person).order_by("-pk").first()


def may_ask(last: Export) -> bool:
    """Whether who has `last` may ask for another."""
    return last.made_at is not None and last.asked_at <= timezone.now() - EVERY


def ask(person: User) -> Export:
    """A copy for `person`, made by a worker; the one there is where they asked within a day.

    In a transaction of its own; asked twice at once, it is one.
    """
    last = latest_of(person)
    if last is not None and not may_ask(last):
        return last
    try:
        with transaction.atomic():
            export = Export.objects.create(user=person)
            wake(WORKER)
    except IntegrityError:
        return Export.objects.get(user=person, made_at=None)
    return export


def work() -> bool:
    """Do one slice of the copy that waits longest; whether there was any.

    It goes on where the last slice ended. A worker that dies leaves it to the next one when its lease
    ends, and may then write a table's part once more.
    """
    now = timezone.now()
    claimed = rows.run(CLAIM, [now + LEASE, now])
    if not claimed:
        return False
    export = Export.objects.select_related("user").get(pk=claimed[0][0])
    try:
        _slice(export)
    except Exception as error:
        log.exception("a copy for a person is tried again")
        _held(export).update(
            due_at=timezone.now() + AGAIN, last_error=f"{type(error).__name__}"[:300]
        )
    return True


def make_now(export: Export) -> None:
    """The whole copy at once, for a command: no slices, no lease. Raises OSError."""
    for number in range(len(archives.sections())):
        archives.write_part(export, number)
    _finish(export)


def _slice(export: Export) -> None:
    began = time.monotonic()
    for number in range(export.reached, len(archives.sections())):
        archives.write_part(export, number)
        if not _held(export).update(reached=number + 1):
            return  # Another worker has it by now.
        if time.monotonic() - began > SLICE:
            _held(export).update(due_at=timezone.now())
            wake(WORKER)
            return
    _finish(export)


def _finish(export: Export) -> None:
    """Put it together and say so, once: whoever claimed it last marks it."""
    name = archives.assemble(export)
    now = timezone.now()
    with transaction.atomic():
        marked = _held(export).update(
            file=name, made_at=now, expires_at=now + KEPT, due_at=None, last_error=""
        )
        if marked:
            letters.export_made(export)
    if marked:
        archives.drop_rest(export)
    else:
        private_files().delete(name)


def _held(export: Export):  # type: ignore[no-untyped-def]
    """The row while nobody else has claimed it since."""
    return Export.objects.filter(pk=export.pk, attempts=export.attempts, made_at=None)


def forget_old() -> int:
    """Delete the files of copies whose time is over, and rows of long ago; returns how many it looked at."""
    over = Export.objects.filter(expires_at__lt=timezone.now()).exclude(file="")
    found = list(over.order_by("expires_at")[:100])
    for export in found:
        private_files().delete(str(export.file.name))
        Export.objects.filter(pk=export.pk).update(file="")
    Export.objects.filter(file="", made_at__lt=timezone.now() - REMEMBERED).delete()
    return len(found)
