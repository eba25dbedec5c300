# ruff: noqa: S608 - statements are made of names from the models and the catalogue, never of input
"""Rows into tables by COPY, and the tables' indexes aside while they come.

All of it happens in the caller's transaction: whatever breaks off, the tables are as they were.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from io import StringIO
from typing import Any

from django.db import connection, models

# Rows that are sent at once: some hundred kB.
BATCH = 5000
ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})
MEMORY = "256MB"
# What a table has beside its primary key: unique constraints and keys to others; then its other
# indexes. Both are put back from what the catalogue says of them.
CONSTRAINTS = """
SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
WHERE conrelid = ANY(%s::regclass[]) AND contype IN ('u', 'f')
ORDER BY contype = 'f', conrelid::regclass::text, conname
"""
INDEXES = """
SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index
WHERE indrelid = ANY(%s::regclass[]) AND NOT indisprimary
  AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid)
ORDER BY indexrelid::regclass::text
"""


def _array(values: Sequence[str]) -> str:
    quoted = (value.replace("\\", "\\\\").replace('"', '\\"') for value in values)
    return "{" + ",".join(f'"{value}"' for value in quoted) + "}"


def _field(value: Any) -> str:
    """A value as COPY's text format has it.

    https://www.postgresql.org/docs/current/sql-copy.html
    """
    if value is None:
        return "\\N"
    if isinstance(value, (list, tuple)):
        value = _array(value)
    text = str(value)
    return text if text.isprintable() and "\\" not in text else text.translate(ESCAPES)


class Rows:
    """Rows of one table, sent BATCH by BATCH. `columns` are the model's attributes, without an `id`
    that counts up: those follow the ones that were given out so far, as the rows are added. Those of
    `behind` are sent before: the database looks at them when ours come."""

    def __init__(
        self, model: type[models.Model], *columns: str, behind: Rows | None = None
    ) -> None:
        self.behind = behind
        meta = model._meta
        self.table = meta.db_table
        of = {field.attname: field.column for field in meta.concrete_fields}
        names = [of[name] for name in columns]
        self.numbered = meta.pk.attname not in columns
        if self.numbered:
            names.insert(0, meta.pk.column)
        listed = ", ".join(f'"{name}"' for name in names)
        self.statement = f'COPY "{self.table}" ({listed}) FROM STDIN'
        self.first = self.next = self._free() if self.numbered else 0
        self.lines: list[str] = []
        self.count = 0

    def _free(self) -> int:
        """The first key that was never given out."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_get_serial_sequence(%s, 'id')", [self.table])
            (self.sequence,) = cursor.fetchone()
            cursor.execute(
                f'SELECT GREATEST((SELECT COALESCE(max(id), 0) FROM "{self.table}"),'
                f" (SELECT last_value FROM {self.sequence})) + 1"
            )
            (number,) = cursor.fetchone()
        return int(number)

    def add(self, *values: Any) -> int:
        """A row; its key, where the table counts them."""
        return self._add("\t".join(map(_field, values)))

    def add_plain(self, *values: int | float | str) -> int:
        """A row as `add` adds it, of numbers, moments and names that hold no sign of COPY's own: the
        millions are of these."""
        return self._add("\t".join(map(str, values)))

    def _add(self, line: str) -> int:
        key = self.next
        if self.numbered:
            line = f"{key}\t{line}"
            self.next += 1
        self.lines.append(line)
        if len(self.lines) >= BATCH:
            self._send()
        return key

    def _send(self) -> None:
        if self.behind and self.behind.lines:
            self.behind._send()
        self.count += len(self.lines)
        self.lines.append("")
        with connection.cursor() as cursor:
            cursor.copy_expert(self.statement, StringIO("\n".join(self.lines)))
        self.lines.clear()

    def close(self) -> int:
        """Send what is left, and let the table count on behind it. Returns how many rows there were."""
        if self.lines:
            self._send()
        if self.numbered and self.next > self.first:
            with connection.cursor() as cursor:
                cursor.execute("SELECT setval(%s, %s)", [self.sequence, self.next - 1])
        return self.count


def _run(statements: Iterable[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def _rows(statement: str, tables: Sequence[str]) -> list[tuple[str, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, [list(tables)])
        return list(cursor.fetchall())


def _list(tables: Sequence[str]) -> str:
    return ", ".join(f'"{table}"' for table in sorted(tables))


@contextmanager
def without_indexes(tables: Sequence[str]) -> Iterator[None]:
    """Fill `tables` in here: their indexes and their keys to others are made anew at the end, which
    checks every row, as no row by row check could do as quickly.

    Locks the tables against everybody until the transaction's end. Raises what PostgreSQL raises
    where rows break what is put back.
    """
    # What the transaction wrote so far is checked now: a table that waits for a check is not altered.
    _run(["SET CONSTRAINTS ALL IMMEDIATE", f"LOCK TABLE {_list(tables)} IN ACCESS EXCLUSIVE MODE"])
    _run([f"SET LOCAL maintenance_work_mem = '{MEMORY}'"])
    constraints = _rows(CONSTRAINTS, tables)
    _run(
        f'ALTER TABLE {table} DROP CONSTRAINT "{name}"' for table, name, _ in reversed(constraints)
    )
    indexes = _rows(INDEXES, tables)
    _run(f"DROP INDEX {name}" for name, _ in indexes)
    yield
    _run(definition for _, definition in indexes)
    _run(f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {what}' for table, name, what in constraints)


def analyse(tables: Sequence[str]) -> None:
    """Let the planner know what is in `tables`."""
    _run([f"ANALYZE {_list(tables)}"])


def vacuum(tables: Sequence[str]) -> None:
    """Mark what is in `tables` as seen by all, so that reads need not; outside any transaction."""
    _run([f"VACUUM {_list(tables)}"])
