"""Emptying the database behind a test that commits: only the tables that hold rows, and row by row.

Django truncates all tables there are, which makes the files of each and of its indexes anew: nearly all
the time of a short test. What is left behind here is the same. Where it would not be, Django does it.
"""

from __future__ import annotations

from contextlib import suppress
from functools import cache

from django.core.management import CommandError
from django.db import OperationalError, connection, transaction
from django.db.backends.utils import CursorWrapper
from django.test import TransactionTestCase

TRIES = 5
# What migrating fills. Django makes it anew after it has truncated it, and here it stays.
STANDING = ("django_content_type", "auth_permission")
# Rows of larger tables are not worth deleting one by one.
LARGE_BYTES = 8_000_000

truncate_all = TransactionTestCase._fixture_teardown  # type: ignore[attr-defined]
standing: list[str] = []


def remember() -> None:
    """Take what stands in `STANDING` for what belongs there: before the first test, and no later."""
    with connection.cursor() as cursor:
        standing[:] = _standing(cursor)


def empty(test: TransactionTestCase) -> None:
    """In the place of `TransactionTestCase._fixture_teardown`; sequences go on, as they do there.

    It waits for the transactions that write, so that nothing of a test comes after its end. Emptying
    may deadlock with a stack that still works on the tables, and is then repeated.
    """
    for _ in range(TRIES - 1):
        with suppress(OperationalError, CommandError):
            return _empty(test)
    return _empty(test)


def _empty(test: TransactionTestCase) -> None:
    assert not connection.in_atomic_block, (
        "a test that commits, within a transaction: see tests.shared"
    )
    special = test.available_apps is not None or test.serialized_rollback
    if special or not _may_skip_triggers() or not _delete_rows():
        truncate_all(test)
        remember()


def _delete_rows() -> bool:
    """Delete every row but those that stand. False where that is Django's to do, and nothing is done."""
    tables = _tables()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"LOCK TABLE {', '.join(tables)} IN SHARE ROW EXCLUSIVE MODE")
        if _standing(cursor) != standing:
            return False
        filled = _filled(cursor, tables)
        if any(_bytes(cursor, table) > LARGE_BYTES for table in filled):
            return False
        # All rows go: no key has to be followed, and no trigger that keeps books append-only asked.
        statements = [f"DELETE FROM {table}" for table in filled]
        cursor.execute("; ".join(["SET LOCAL session_replication_role = replica", *statements]))
    return True


@cache
def _may_skip_triggers() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
        return bool(cursor.fetchone()[0])


@cache
def _tables() -> list[str]:
    """Those that Django would empty, without those that stand; quoted."""
    names = connection.introspection.django_table_names(only_existing=True, include_views=False)
    return [connection.ops.quote_name(name) for name in sorted({*names} - {*STANDING})]


def _filled(cursor: CursorWrapper, tables: list[str]) -> list[str]:
    """Which of `tables` hold rows, in one question."""
    cursor.execute("SELECT " + ", ".join(f"EXISTS (SELECT FROM {table})" for table in tables))
    return [table for table, holds in zip(tables, cursor.fetchone(), strict=True) if holds]


def _bytes(cursor: CursorWrapper, table: str) -> int:
    cursor.execute("SELECT pg_relation_size(%s)", [table])
    return int(cursor.fetchone()[0])


def _standing(cursor: CursorWrapper) -> list[str]:
    """A digest of each table in `STANDING`."""
    digests = [
        f"(SELECT md5(string_agg(t::text, '\n' ORDER BY t.id)) FROM {table} t)"
        for table in STANDING
    ]
    cursor.execute("SELECT " + ", ".join(digests))
    return list(cursor.fetchone())
