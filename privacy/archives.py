"""What is in a person's copy: a JSON file for each table with rows of theirs, and their pictures."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from typing import IO, Any
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from django.core.files import File
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Model
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.models import User
from privacy.models import Export
from shopping.personal import Table, tables
from shopping.private_files import private_files

FOLDER = "exports"
CHUNK = 1000
# By what a row of another table is named, the first that it has.
NAMES = ("handle", "public_id", "client_id", "name")


def sections() -> list[Table]:
    """The tables that people take their rows along from."""
    return [table for table in tables() if table.own]


def write_part(export: Export, number: int) -> None:
    """Write the rows of section `number` into a file of its own, anew where it is there already.

    Raises OSError. No transaction is open meanwhile.
    """
    table = sections()[number]
    with tempfile.TemporaryFile("w+b") as file:
        rows = _write_rows(file, table, export.user)
        _replace(_part(export, number), file)
    if not rows:
        private_files().delete(_part(export, number))


def assemble(export: Export) -> str:
    """Put the parts and all pictures into one archive, and return its name in the private storage: of
    this claim alone, so that nobody who is late writes over what another has made. Raises OSError.
    """
    name = name_of(export, attempt=export.attempts)
    with tempfile.TemporaryFile("w+b") as file:
        with ZipFile(file, "w", ZIP_DEFLATED, allowZip64=True) as archive:
            there = [
                n for n, _ in enumerate(sections()) if private_files().exists(_part(export, n))
            ]
            archive.writestr("README.txt", _readme(export.user, there))
            for number in there:
                _copy(archive, _path(sections()[number].model), _part(export, number))
            for inner, storage, stored in _files(export.user):
                with (
                    storage.open(stored) as content,
                    archive.open(_stored_as_is(inner), "w", force_zip64=True) as out,
                ):
                    _pump(content, out)
        _replace(name, file)
    return name


def name_of(export: Export, *, attempt: int) -> str:
    return f"{FOLDER}/{export.public_id}-{attempt}.zip"


def drop_rest(export: Export) -> None:
    """Delete what `assemble` has put together, and what claims before this one left behind."""
    for number in range(len(sections())):
        private_files().delete(_part(export, number))
    for attempt in range(export.attempts):
        private_files().delete(name_of(export, attempt=attempt))


def rows_of(table: Table, person: User) -> Iterator[dict[str, Any]]:
    """Their rows of `table`, as they take them along, oldest first."""
    paths = _columns(table)
    found = table.of(person).order_by("pk").values_list(*paths.values())
    for values in found.iterator(chunk_size=CHUNK):
        yield dict(zip(paths, values, strict=True))


def _columns(table: Table) -> dict[str, str]:
    """Column → what is read for it: of another table's row not its key, which says nothing outside."""
    columns = {}
    for field in table.model._meta.concrete_fields:
        if field.name in table.hidden:
            continue
        other = field.related_model
        if isinstance(other, type) and issubclass(other, Model):
            names = {each.name for each in other._meta.concrete_fields}
            named = next((name for name in NAMES if name in names), "pk")
            columns[field.name] = f"{field.name}__{named}"
        else:
            columns[field.name] = field.attname
    return columns


def _write_rows(file: IO[bytes], table: Table, person: User) -> int:
    count = 0
    for row in rows_of(table, person):
        file.write(b",\n" if count else b"[\n")
        file.write(json.dumps(row, cls=DjangoJSONEncoder, ensure_ascii=False).encode())
        count += 1
    file.write(b"\n]\n")
    return count


def _files(person: User) -> Iterator[tuple[str, Any, str]]:
    for table in sections():
        if table.files is None or table.model is Export:
            continue
        for row in table.of(person).order_by("pk").iterator(chunk_size=CHUNK):
            for storage, name in table.files(row):
                if storage.exists(name):
                    yield f"files/{name}", storage, name


def _part(export: Export, number: int) -> str:
    return f"{FOLDER}/{export.public_id}/{number}.json"


def _path(model: type[Model]) -> str:
    return f"{model._meta.app_label}/{model._meta.model_name}.json"


def _readme(person: User, numbers: list[int]) -> str:
    with translation.override(person.locale):
        head = _(
            "This is a copy of what is kept of %(email)s, as of %(moment)s. Each file holds rows of one"
            " kind, as JSON; your pictures are in the folder “files”. Amounts are in the currency’s"
            " smallest unit, times in UTC."
        )
        said = head % {"email": person.email, "moment": f"{timezone.now():%Y-%m-%d %H:%M}"}
        lines = [
            f"{_path(sections()[n].model)}: {sections()[n].model._meta.verbose_name_plural}"
            for n in numbers
        ]
    return "\n".join([said, "", *lines, ""])


def _stored_as_is(name: str) -> ZipInfo:
    """Pictures are packed already."""
    info = ZipInfo(name, date_time=timezone.now().timetuple()[:6])
    info.compress_type = ZIP_STORED
    return info


def _copy(archive: ZipFile, name: str, stored: str) -> None:
    with private_files().open(stored) as content, archive.open(name, "w", force_zip64=True) as out:
        _pump(content, out)


def _pump(content: Any, out: IO[bytes]) -> None:
    for chunk in iter(lambda: content.read(64 * 1024), b""):
        out.write(chunk)


def _replace(name: str, file: IO[bytes]) -> None:
    """Store `file` under `name`, in place of what is there."""
    private_files().delete(name)
    file.seek(0)
    private_files().save(name, File(file))
