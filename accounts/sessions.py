"""Sessions in PostgreSQL, read by a statement that is made once: each signed-in request reads one."""

from __future__ import annotations

from copy import deepcopy
from functools import lru_cache
from typing import Any

from django.contrib.sessions.backends import db

from shopping import rows

STORED = "SELECT session_data FROM django_session WHERE session_key = %s AND expire_date > now()"
# Sessions whose text a process remembers the meaning of, some 1 kB each.
KEPT = 4096


class SessionStore(db.SessionStore):
    def load(self) -> dict[str, Any]:
        """What the session holds: nothing where there is none or its time is over."""
        key = self.session_key or ""
        found = "\0" not in key and rows.run(STORED, [key])
        if not found:
            self._session_key = None
            return {}
        # A copy, because what a session holds may be changed in its place.
        return deepcopy(_meaning(found[0][0]))


@lru_cache(maxsize=KEPT)
def _meaning(text: str) -> dict[str, Any]:
    """What a stored session says, {} where its signature is not ours: the same text always says the
    same, and to check and unpack it costs as much as to read its row."""
    decoded: dict[str, Any] = SessionStore().decode(text)
    return decoded
