# ruff: noqa: S608 - the texts are the checks' own files, never input
"""Runs the checks in one snapshot of the database that cannot be written to."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import IO, Any

from django.db import DatabaseError, connection, transaction

from audit.checks_on_file import Check
from audit.stripe_tables import TABLES

MOMENT = """
CREATE TEMPORARY TABLE audit_moment ON COMMIT DROP AS
SELECT %s::timestamptz AS since, %s::timestamptz AS settled, least(%s::timestamptz, now()) AS due
"""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is not as it was proved: what and where in a sentence, and what to do next."""

    check: str
    what: str
    do: str
    row: dict[str, Any]


@dataclass(slots=True)
class Result:
    """What came of one check; `more` where there are further findings than were kept, `error` where
    it could not be finished."""

    check: Check
    findings: list[Finding] = field(default_factory=list)
    more: bool = False
    error: str = ""
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Moment:
    """What a run looks at: things from `since` on (None: from the first), which were there by
    `settled`; what is younger may still be on its way."""

    since: datetime | None
    settled: datetime


@contextmanager
def snapshot(*, seconds: float) -> Iterator[None]:
    """A repeatable-read transaction, given up at its end; no statement of it runs for more than
    `seconds`, and none waits for a lock."""
    with transaction.atomic(durable=True):
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            cursor.execute(f"SET LOCAL statement_timeout = {round(seconds * 1000)}")
            cursor.execute("SET LOCAL lock_timeout = '5s'")
        try:
            yield
        finally:
            transaction.set_rollback(True)


def fill(files: Mapping[str, IO[str]], moment: Moment) -> None:
    """Stripe's lists as temporary tables of the caller's transaction, which from here on can write to
    nothing else."""
    with connection.cursor() as cursor:
        cursor.execute(MOMENT, [moment.since or "-infinity", moment.settled, moment.settled])
        for table in TABLES:
            cursor.execute(f"CREATE TEMPORARY TABLE {table.name} ({table.columns}) ON COMMIT DROP")
        cursor.execute("SET TRANSACTION READ ONLY")
        for table in TABLES:
            cursor.copy_expert(f"COPY {table.name} FROM STDIN WITH (FORMAT csv)", files[table.name])
            cursor.execute(f"ANALYZE {table.name}")


def results(checks: Sequence[Check], *, most: int) -> Iterator[Result]:
    """What each of `checks` finds, `most` findings each, in the caller's snapshot; one that breaks
    off or runs out of time says so, and the others go on."""
    for check in checks:
        result, start = Result(check), time.monotonic()
        try:
            with transaction.atomic():
                _run(result, most=most)
        except DatabaseError as error:
            result.error = str(error).strip().partition("\n")[0]
        result.seconds = time.monotonic() - start
        yield result


def _run(result: Result, *, most: int) -> None:
    check = result.check
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM (\n{check.sql}\n) found LIMIT {most + 1}")
        names = [column[0] for column in cursor.description]
        rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    result.more = len(rows) > most
    result.findings = [
        Finding(check.name, check.found.format(**row), check.do.format(**row), row)
        for row in rows[:most]
    ]
