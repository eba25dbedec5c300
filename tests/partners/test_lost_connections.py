"""A connection that PostgreSQL dropped between two calls costs no call."""

from __future__ import annotations

from unittest.mock import patch

import pytest
from django.db import OperationalError, connection, connections, transaction

from partners import keys
from shopping import rows

pytestmark = pytest.mark.django_db(transaction=True)


def drop_connection() -> None:
    """End the process that serves this one's connection, by another connection."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        [pid] = cursor.fetchone()
    other = connections.create_connection("default")
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])
        assert cursor.fetchone() == (True,)
    other.close()


@pytest.mark.parametrize("known", [True, False])
def test_a_key_opens_on_a_new_connection(secret: str, world, *, known: bool) -> None:
    connection.close()
    if known:
        assert keys.caller_of(secret)
    drop_connection()
    caller = keys.caller_of(secret)
    assert caller is not None
    assert caller.merchant == world.plage.merchant


def test_in_a_transaction_nothing_is_asked_again() -> None:
    with pytest.raises(OperationalError):
        _read_in_a_transaction()


@transaction.atomic
def _read_in_a_transaction() -> None:
    drop_connection()
    rows.run_first("SELECT 1", [])


def test_what_fails_on_a_good_connection_is_not_asked_again() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 50")
    with pytest.raises(OperationalError):
        rows.run_first("SELECT pg_sleep(%s)", [5])
    connection.close()


def test_the_next_request_finds_it_gone_within_the_second_in_which_none_is_asked() -> None:
    drop_connection()  # Which asked it just now.
    connection.close_if_unusable_or_obsolete()  # As each request begins.
    assert rows.run("SELECT 1", []) == [(1,)]


def test_of_a_connection_that_says_nothing_nothing_is_asked() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        cursor.fetchall()
    connection.close_if_unusable_or_obsolete()
    with patch.object(connection, "is_usable") as asked:
        assert rows.run("SELECT 1", []) == [(1,)]
    assert not asked.called
