"""What people do with an import: upload a file, say what its columns are, start, cancel, go on.

Workers do the rest: see catalogue.slices.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO
from uuid import uuid4

from django.core.files import File
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from catalogue import columns, csv_table
from catalogue.columns import Layout, UnknownColumns
from catalogue.encodings import CHUNK
from catalogue.models import Import, ImportEvent, Merchant
from shopping import rows
from shopping.hints import wake

WORKER = "catalogue.sweep_imports"
FORGETS = "catalogue.sweep_old_imports"
State = Import.State
# After so long the file and what was staged of it are gone; what was imported, and when, stays.
KEPT = timedelta(days=30)
# A file has at most so many rows: a slice begins with coming to where the last one ended, in seconds.
MOST_FILE_ROWS = 200_000
# A shop has at most so many imports that are not over, and so many of its files are kept.
MOST_OPEN, MOST_KEPT = 5, 20
SURPLUS = """
SELECT id FROM (
    SELECT id, state, row_number() OVER (PARTITION BY merchant_id ORDER BY id DESC) AS place
    FROM catalogue_import WHERE file <> ''
) kept
WHERE place > %s AND state IN ('done', 'cancelled', 'failed') ORDER BY id LIMIT 1
"""
# In how many of a shop's imports we look for what it chose.
MEMORY = 20


class NotNow(Exception):
    """The import cannot do that as it stands; `message` says why to a person."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


def upload(merchant: Merchant, *, content: File[Any], name: str, actor: User | None) -> Import:
    """Keep a file to import; where its columns are known, a worker begins to read it.

    Raises UnreadableFile for a file that is no table, is too long, or lacks a column that it must
    have; NotNow where the shop has too many imports that are not over. Locks the shop.
    """
    _check_room(merchant.pk)
    header = header_of(content)
    try:
        layout = columns.recognised(header)
    except UnknownColumns:
        layout = _remembered(merchant, header)
    content.seek(0)
    new = Import(
        merchant=merchant,
        uploaded_by=actor,
        name=Path(name.replace("\x00", "")).name[:200] or "upload.csv",
        size=content.size,
        currency=merchant.currency,
        header=header,
        layout=layout.kind,
        columns=dict(layout.columns),
    )
    new.file.save(f"{uuid4()}.csv", content, save=False)
    try:
        with transaction.atomic():
            _take_turns(merchant.pk)
            new.save()
            ImportEvent.objects.create(of=new, state=new.state, actor=actor)
            if layout.kind:
                move(new, State.READING, actor=actor)
            wake(FORGETS)
    except NotNow:
        new.file.delete(save=False)
        raise
    return new


def header_of(content: File[Any]) -> list[str]:
    """The columns of a file that may be imported. Raises UnreadableFile, also for too many rows."""
    file = binary(content)
    ends = _line_ends(file)
    table = csv_table.read(file, most_rows=MOST_FILE_ROWS)
    # There are no more rows than line ends, of which some may be in cells.
    if ends > MOST_FILE_ROWS:
        for _row in table.rows:
            pass
    return table.header


def _line_ends(file: BinaryIO) -> int:
    file.seek(0)
    return sum(
        chunk.count(b"\n") + chunk.count(b"\r") for chunk in iter(partial(file.read, CHUNK), b"")
    )


def _take_turns(merchant_id: int) -> None:
    """Lock the shop, and see that it has room for one more open import. Raises NotNow."""
    Merchant.objects.select_for_update(no_key=True).get(pk=merchant_id)
    _check_room(merchant_id)


def _check_room(merchant_id: int) -> None:
    if Import.objects.filter(merchant=merchant_id, state__in=Import.OPEN).count() >= MOST_OPEN:
        message = _(
            "%(most)d imports of this shop are not over. Finish or cancel one of them first."
        )
        raise NotNow(message % {"most": MOST_OPEN})


def binary(file: File[Any]) -> BinaryIO:
    """What Django's wrapper of an open file wraps: text readers need the thing itself."""
    raw: BinaryIO = file.file  # type: ignore[assignment]
    return raw


def _remembered(merchant: Merchant, header: list[str]) -> Layout:
    """What the shop chose for a file of the same columns; of no kind where it never did."""
    names = set(header) - {columns.TO_MEND}
    for before, chosen in _chosen(merchant.pk).values_list("header", "columns")[:MEMORY]:
        if set(before) - {columns.TO_MEND} == names:
            return columns.chosen(header, chosen)
    return Layout("", header, {})


def _chosen(merchant_id: int) -> QuerySet[Import]:
    return Import.objects.filter(merchant=merchant_id, layout=columns.CHOSEN).order_by("-id")


def guess(of: Import) -> dict[str, str]:
    """Field → column, to begin with: as this shop chose before, or as the columns are called."""
    before = _chosen(of.merchant_id).values_list("columns", flat=True)[:MEMORY]
    return columns.guessed(of.header, before)


def layout_of(of: Import) -> Layout:
    return Layout(of.layout, of.header, of.columns)


def choose(of: Import, *, chosen: Mapping[str, str], actor: User | None) -> Import:
    """Say which field is in which column; a worker then reads the file, from its beginning.

    Locks the import. Raises UnreadableFile for columns that will not do, NotNow once something of it
    has been written.
    """
    with transaction.atomic():
        of = locked(of.pk)
        layout = columns.chosen(of.header, chosen)
        if of.state not in (State.UPLOADED, State.READY):
            raise NotNow(_("The columns were chosen, and what was read by them is under way."))
        of.staged.all().delete()
        of.layout, of.columns = layout.kind, dict(layout.columns)
        of.read_to = of.read_bytes = of.rows = 0
        of.read_at = None
        return move(of, State.READING, actor=actor)


def start(of: Import, *, actor: User | None) -> Import:
    """Have the products written that the dry run showed. Locks the import. Raises NotNow."""
    with transaction.atomic():
        of = locked(of.pk)
        if of.state == State.APPLYING:
            return of
        if not of.staged.exclude(fate__in=("same", "refused")).exists():
            raise NotNow(_("There is nothing to import: no row is new or changed."))
        return move(of, State.APPLYING, actor=actor)


def cancel(of: Import, *, actor: User | None) -> Import:
    """Stop: once this has returned, nothing more is written. What was written stays.

    Waits for the batch that is being written, some tenths of a second. Locks the import.
    Raises NotNow where it has ended already.
    """
    with transaction.atomic():
        return move(locked(of.pk), State.CANCELLED, actor=actor)


def resume(of: Import, *, actor: User | None) -> Import:
    """Go on where it was cancelled; what was never begun to be written is shown first.

    Locks the import and the shop. Raises NotNow where it was not cancelled, or where too many of the
    shop's are not over.
    """
    with transaction.atomic():
        of = locked(of.pk)
        if of.state != State.CANCELLED:
            raise NotNow(_("This import was not cancelled."))
        if not of.file or not of.layout:
            raise NotNow(_("There is nothing left to go on with: upload the file again."))
        _take_turns(of.merchant_id)
        if of.applied_to:
            return move(of, State.APPLYING, actor=actor)
        return move(of, State.READY if of.read_at else State.READING, actor=actor)


def locked(pk: int) -> Import:
    """The import, locked until the end of the caller's transaction."""
    found: Import = Import.objects.select_for_update(no_key=True).get(pk=pk)
    return found


def move(of: Import, state: Import.State, *, actor: User | None) -> Import:
    """Give a locked import another state and write its history; in the caller's transaction.

    The one function that consults Import.TRANSITIONS. Whoever was at it is so no longer; where there
    is work, a worker is woken. Raises NotNow for a step that the table does not have.
    """
    before = Import.State(of.state)
    if state not in Import.TRANSITIONS[before]:
        raise NotNow(
            _("An import that is “%(before)s” cannot become “%(after)s”.")
            % {"before": before.label, "after": state.label}
        )
    of.state = state
    of.lease_until = None
    if of.is_busy:
        of.attempts, of.last_error = 0, ""
    of.finished_at = None if of.is_busy or state == State.READY else timezone.now()
    of.save()
    ImportEvent.objects.create(of=of, state=state, actor=actor)
    if of.is_busy:
        wake(WORKER)
    return of


def forget_old() -> bool:
    """Delete the file and the staged rows of one import of long ago, or of one that is over and has
    `MOST_KEPT` newer ones of its shop; whether there was one."""
    old = Import.objects.exclude(file="").exclude(state__in=Import.BUSY)
    found = old.filter(created_at__lt=timezone.now() - KEPT).order_by("pk").first()
    if found is None:
        surplus = rows.run(SURPLUS, [MOST_KEPT])
        found = old.filter(pk=surplus[0][0]).first() if surplus else None
    if found is None:
        return False
    name, storage = str(found.file.name), found.file.storage
    with transaction.atomic():
        of = locked(found.pk)
        if of.is_busy:
            return False
        of.staged.all().delete()
        of.file = ""
        if of.state in (State.UPLOADED, State.READY):
            move(of, State.CANCELLED, actor=None)
        else:
            of.save()
    storage.delete(name)
    return True
