"""Going through imports slice by slice: a worker claims one, reads or writes for some seconds, and
leaves it to whoever comes next.

What moves an import and how far it has come are one transaction, and no two workers are at the same
one: what a worker does whose lease was taken over is refused. So one that dies at any time repeats
nothing and skips nothing; its lease ends, and the sweep finds the import due.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from catalogue import csv_table, reading, staged_rows, staging
from catalogue.columns import Layout
from catalogue.csv_table import Row
from catalogue.encodings import UnreadableFile
from catalogue.imported import Book, Outcome, Writer
from catalogue.imports import MOST_PRODUCTS, MOST_ROWS, batches
from catalogue.models import Import, StagedProduct
from catalogue.parsed import ParsedProduct
from catalogue.plans import Refused
from catalogue.reading import Run
from shopping import rows, waits

log = logging.getLogger(__name__)

# Longer than a slice may last, so a lease ends only with its worker.
LEASE = timedelta(seconds=60)
# An import that so many workers took, none of which came any further, is given up: whatever kills
# them, kills the next one too. One that fails in words waits twice as long each time.
MOST_ATTEMPTS = 8
FIRST_WAIT = timedelta(seconds=10)
# How long a slice goes on to begin batches, in seconds. Others' work waits for a worker so long.
SECONDS = 5.0
State = Import.State

CLAIM = """
UPDATE catalogue_import SET lease_until = clock_timestamp() + %s, attempts = attempts + 1
WHERE id = (
    SELECT id FROM catalogue_import
    WHERE state IN ('reading', 'applying') AND (lease_until IS NULL OR lease_until <= now())
    ORDER BY lease_until NULLS FIRST, id LIMIT 1 FOR NO KEY UPDATE SKIP LOCKED
)
RETURNING id, lease_until
"""
RELEASE = "UPDATE catalogue_import SET lease_until = now() WHERE id = %s AND lease_until = %s"
POSTPONE = """
UPDATE catalogue_import SET lease_until = now() + %s, last_error = %s WHERE id = %s AND lease_until = %s
"""


class Lost(Exception):
    """The import was cancelled, or another worker is at it: what was begun is not written."""


def work(seconds: float = SECONDS) -> bool:
    """Go on with the import that has waited longest, for about `seconds`; whether there was one."""
    claimed = claim()
    if claimed is None:
        return False
    user = claimed.uploaded_by
    with translation.override(user.locale if user else "en"):
        try:
            if claimed.attempts > MOST_ATTEMPTS:
                _give_up(claimed)
            elif claimed.state == State.READING:
                _read(claimed, seconds=seconds)
            else:
                _apply(claimed, seconds=seconds)
        except Lost:
            log.info("import %d was taken away", claimed.pk)
        except Exception as error:
            log.exception("import %d does not go on", claimed.pk)
            wait = waits.doubled(FIRST_WAIT, attempts=claimed.attempts - 1)
            said = f"{type(error).__name__}: {error}".replace("\0", "")[:500]
            rows.run(POSTPONE, [wait, said, claimed.pk, claimed.lease_until])
            return True
    rows.run(RELEASE, [claimed.pk, claimed.lease_until])
    return True


def claim() -> Import | None:
    """Take the import that has waited longest; it is the caller's until its `lease_until`."""
    found = rows.run(CLAIM, [LEASE])
    if not found:
        return None
    [(key, lease)] = found
    claimed: Import = Import.objects.select_related("merchant", "uploaded_by").get(pk=key)
    # What was claimed is held, and not what somebody may have made of it since.
    claimed.lease_until = lease
    return claimed


def _give_up(claimed: Import) -> None:
    """Let nobody take it again, and say so, and how much of it is written."""
    log.error("import %d is given up after %d attempts", claimed.pk, MOST_ATTEMPTS)
    with transaction.atomic():
        of = _held(claimed, State(claimed.state))
        of.last_error = of.last_error or "no worker came to its end"
        written = of.staged.filter(applied=True).count()
        of.problem = ngettext(
            "We tried several times and could not go on with this file; %(count)d product is as it"
            " says. Upload it again in smaller parts, or write to us.",
            "We tried several times and could not go on with this file; %(count)d products are as it"
            " says. Upload it again in smaller parts, or write to us.",
            written,
        ) % {"count": written}
        staging.move(of, State.FAILED, actor=None)


def writer_of(of: Import) -> Writer:
    return Writer(of.merchant, of.uploaded_by, of.name[:64])


def _held(claimed: Import, state: Import.State) -> Import:
    """The import, locked, while it is ours and in `state`. Raises Lost."""
    of = staging.locked(claimed.pk)
    if of.lease_until != claimed.lease_until or of.state != state:
        raise Lost
    return of


# Reading ---------------------------------------------------------------------------------------


def _read(claimed: Import, *, seconds: float) -> None:
    """Stage what the dry run shows, behind what is staged already, until time is up or all is read.

    The time that it takes to come to where the last slice ended does not count.
    """
    layout, writer = staging.layout_of(claimed), writer_of(claimed)
    until: float | None = None
    try:
        with claimed.file.open("rb") as opened:
            file = staging.binary(opened)
            table = csv_table.read(file, most_rows=staging.MOST_FILE_ROWS)
            found = reading.products(
                table, layout, currency=claimed.currency, after=claimed.read_to
            )
            for batch in batches(found):
                until = until or time.monotonic() + seconds
                _stage(claimed, batch, layout, writer, read_bytes=file.tell())
                if time.monotonic() >= until:
                    return
    except UnreadableFile as error:
        _fail(claimed, error.message)
        return
    except FileNotFoundError:
        _fail(claimed, _("The file is no longer there."))
        return
    with transaction.atomic():
        of = _held(claimed, State.READING)
        of.read_bytes = of.size
        of.read_at = timezone.now()
        staging.move(of, State.READY, actor=None)


def _fail(claimed: Import, problem: str) -> None:
    with transaction.atomic():
        of = _held(claimed, State.READING)
        of.problem, of.last_error = problem[:1000], ""
        staging.move(of, State.FAILED, actor=None)


def _stage(
    claimed: Import,
    batch: Sequence[tuple[Run, ParsedProduct]],
    layout: Layout,
    writer: Writer,
    *,
    read_bytes: int,
) -> None:
    """Write what a batch would come to, and that reading has come so far."""
    outcomes = iter(writer.try_out([parsed for _run, parsed in batch if not parsed.errors]))
    made = []
    for run, parsed in batch:
        outcome = None if parsed.errors else next(outcomes)
        made.append(staged_rows.staged(claimed, run, parsed, outcome, layout))
    with transaction.atomic():
        of = _held(claimed, State.READING)
        staged_rows.write(made)
        of.read_to = batch[-1][0].place
        of.read_bytes = read_bytes
        of.rows += sum(len(run.rows) for run, _parsed in batch)
        of.attempts, of.last_error = 0, ""
        of.save(update_fields=["read_to", "read_bytes", "rows", "attempts", "last_error"])


# Writing ---------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Progress(Book):
    """How far an import has come, moved with the products of a batch."""

    claimed: Import
    layout: Layout
    batch: dict[int, StagedProduct]

    def begin(self) -> None:
        _held(self.claimed, State.APPLYING)

    def note(self, outcomes: Sequence[Outcome]) -> None:
        pairs = [(self.batch[outcome.parsed.row], outcome) for outcome in outcomes]
        as_shown = []
        for staged, outcome in pairs:
            if staged_rows.is_as_shown(staged, outcome, self.layout):
                as_shown.append(staged.pk)
                continue
            staged_rows.say(staged, outcome, self.layout)
            staged.applied = not isinstance(outcome, Refused)
            staged.save()
        StagedProduct.objects.filter(pk__in=as_shown).update(applied=True)
        last = max(staged.place for staged, _outcome in pairs)
        _move_on(self.claimed, last)


def _move_on(claimed: Import, place: int) -> None:
    """Note that all up to the `place`th product are through."""
    went_on = Import.objects.filter(pk=claimed.pk)
    went_on.update(applied_to=place, attempts=0, last_error="")


def _apply(claimed: Import, *, seconds: float) -> None:
    """Write the products that are next, batch by batch, until time is up or all are written."""
    layout, writer = staging.layout_of(claimed), writer_of(claimed)
    until = time.monotonic() + seconds
    for batch in _next(claimed):
        staged = {each.first_row: each for each in batch}
        parsed = [
            reading.parse([Row(*row) for row in each.rows], layout, currency=claimed.currency)
            for each in batch
        ]
        writer.write(parsed, _Progress(claimed, layout, staged))
        if time.monotonic() >= until:
            return
    with transaction.atomic():
        of = _held(claimed, State.APPLYING)
        of.applied_to = of.read_to
        staging.move(of, State.DONE, actor=None)


def _next(claimed: Import) -> Iterator[list[StagedProduct]]:
    """What is still to be written, in the file's order; of as many rows as `imports.batches` has."""
    last = claimed.applied_to
    while True:
        waiting = StagedProduct.objects.filter(of=claimed, place__gt=last)
        sound = waiting.exclude(fate=StagedProduct.Fate.REFUSED).order_by("place")
        sizes = sound.values_list("place", F("last_row") - F("first_row") + 1)[:MOST_PRODUCTS]
        total, end = 0, 0
        for place, size in sizes:
            total, end = total + size, place
            if total >= MOST_ROWS:
                break
        if not end:
            return
        yield list(sound.filter(place__lte=end))
        last = end
