"""Django's PostgreSQL, whose connections are looked at once a second rather than once a request."""

from __future__ import annotations

import time

from django.db.backends.postgresql import base

CHECKED_SECONDS = 1.0


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection that answered less than CHECKED_SECONDS ago is taken to be there.

    The check is a round trip. One that broke since fails the request that uses it, and is then
    closed, as it is where it breaks between the check and the first statement.
    """

    health_check_done: bool
    checked_at = 0.0

    def close_if_health_check_failed(self) -> None:
        if self.health_check_done:
            return
        now = time.monotonic()
        if now - self.checked_at < CHECKED_SECONDS:
            self.health_check_done = True
            return
        super().close_if_health_check_failed()
        self.checked_at = now

    def connect(self) -> None:
        super().connect()
        self.checked_at = time.monotonic()
