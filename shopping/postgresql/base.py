"""Django's PostgreSQL, whose connections are looked at once a second rather than once a request."""

from __future__ import annotations

import select
import time

from django.db.backends.postgresql import base

CHECKED_SECONDS = 1.0


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection that answered less than CHECKED_SECONDS ago is taken to be there, unless its socket
    has something to read: nobody asked, so PostgreSQL has most likely said that it drops it.

    The check is a round trip, a look at the socket is none. Where the other end is gone without a word,
    the request that uses the connection fails, and it is closed then.
    """

    health_check_done: bool
    checked_at = 0.0

    def close_if_health_check_failed(self) -> None:
        if self.health_check_done:
            return
        now = time.monotonic()
        if now - self.checked_at < CHECKED_SECONDS and not self._is_spoken_to():
            self.health_check_done = True
            return
        super().close_if_health_check_failed()
        self.checked_at = now

    def connect(self) -> None:
        super().connect()
        self.checked_at = time.monotonic()

    def _is_spoken_to(self) -> bool:
        """Whether PostgreSQL has sent or ended something that nothing has read yet."""
        if self.connection is None or self.connection.closed:
            return True
        seen = select.poll()  # `select.select` takes no descriptor above 1023.
        seen.register(self.connection.fileno(), select.POLLIN)
        return bool(seen.poll(0))
