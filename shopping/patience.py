"""How long the database may take over what somebody waits for, all its statements together."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import OperationalError, connection
from psycopg2.errors import QueryCanceled


class TookTooLong(Exception):
    """PostgreSQL has given a statement up, or there is no time left to begin one."""


@dataclass(frozen=True)
class Deadline:
    """A moment, `at` seconds of the monotonic clock."""

    at: float

    @classmethod
    def after(cls, milliseconds: float) -> Deadline:
        return cls(time.monotonic() + milliseconds / 1000)

    @property
    def left(self) -> float:
        """Milliseconds until then."""
        return 1000 * (self.at - time.monotonic())

    def of_what_is_left(self, share: float) -> Deadline:
        """The earlier one at which only so much of what is left now is used up; 1 is all of it."""
        return Deadline.after(share * self.left)

    @contextmanager
    def kept(self) -> Iterator[None]:
        """Each statement in it has the time that those before it have left.

        Only for reading, outside a transaction, which a statement that is given up would break off,
        and never within another. Raises TookTooLong.
        """
        with connection.execute_wrapper(self._bounded):
            yield

    def _bounded(self, execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        left = int(self.left)
        if left <= 0:
            raise TookTooLong
        # Of this message alone: it costs no round trip, and leaves nothing behind on the connection.
        bounded = f"SET LOCAL statement_timeout = {left}; {sql}"
        try:
            return execute(bounded, *rest)
        except OperationalError as error:
            if isinstance(error.__cause__, QueryCanceled):
                raise TookTooLong from error
            raise
