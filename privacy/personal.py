"""What the tables of this app itself hold of people."""

from __future__ import annotations

from collections.abc import Iterable

from django.core.files.storage import Storage

from privacy.models import Erasure, Export
from shopping.personal import Fate, Table


def archive_of(export: Export) -> Iterable[tuple[Storage, str]]:
    return [(export.file.storage, str(export.file.name))] if export.file else []


BLOCKERS = ()
TABLES = (
    Table(
        model=Export,
        fate=Fate.DELETE,
        own=("user",),
        files=archive_of,
        hidden=("file", "last_error"),
        kept="its file 7 days, its row 90",
        sweep="privacy.sweep_old_exports",
    ),
    Table(
        model=Erasure,
        fate=Fate.KEEP,
        own=("user",),
        hidden=("asked_by", "last_error"),
        kept="always",
        why="shows that it was done, and when; it leads to an emptied account",
    ),
)
