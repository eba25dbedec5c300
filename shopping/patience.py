"""How long the database may take over one statement of what somebody waits for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import OperationalError, connection, transaction
from psycopg2.errors import QueryCanceled


class TookTooLong(Exception):
    """PostgreSQL has given a statement up."""


@contextmanager
def at_most(milliseconds: int) -> Iterator[None]:
    """A transaction of which no statement takes longer. Only for reading: raises TookTooLong where one
    does, and nothing that was done in it stays."""
    try:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT set_config('statement_timeout', %s, true)", [str(milliseconds)]
                )
            yield
    except OperationalError as error:
        if isinstance(error.__cause__, QueryCanceled):
            raise TookTooLong from error
        raise
