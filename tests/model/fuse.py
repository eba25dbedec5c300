"""The places at which a process may end, or at which others may come between two of its steps."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper

from checkout.gateway.connections import Connections


class Died(BaseException):
    """The process has ended: nothing of ours catches it."""


@dataclass
class Fuse:
    """Counts the boundaries that are crossed: before and after each commit, and each call to Stripe.

    At the `left`-th of them from now `burn` is called, once. `calls_only` counts the calls alone:
    there no transaction is open, so others may do anything at all.
    """

    left: int
    burn: Callable[[], None]
    calls_only: bool = False

    def cross(self, *, call: bool) -> None:
        if self.left < 0 or (self.calls_only and not call):
            return
        self.left -= 1
        if self.left < 0:
            self.burn()


_armed: list[Fuse] = []


@contextmanager
def armed(fuse: Fuse | None) -> Iterator[None]:
    """With `fuse` in place. What others do in the meantime burns no fuse of ours."""
    before = _armed[:]
    _armed[:] = [fuse] if fuse else []
    try:
        yield
    finally:
        _armed[:] = before


def die() -> None:
    """End as a killed process does: PostgreSQL rolls back what was not committed, hints are lost."""
    if connection.connection is not None:
        connection.connection.rollback()
    connection.run_on_commit = []
    raise Died


def cross(*, call: bool) -> None:
    for fuse in _armed:
        fuse.cross(call=call)


def lay(patch: pytest.MonkeyPatch) -> None:
    """Have commits and calls tell of themselves."""
    commit, request = BaseDatabaseWrapper.commit, Connections.request

    def committing(self: BaseDatabaseWrapper) -> None:
        cross(call=False)
        commit(self)
        cross(call=False)

    def calling(self: Connections, *args: Any, **more: Any) -> Any:
        cross(call=True)
        answer = request(self, *args, **more)
        cross(call=True)
        return answer

    patch.setattr(BaseDatabaseWrapper, "commit", committing)
    patch.setattr(Connections, "request", calling)
    # Stripe's library would wait between two tries.
    patch.setattr(Connections, "_sleep_time_seconds", lambda *_args: 0)
