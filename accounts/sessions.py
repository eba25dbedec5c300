"""Sessions in PostgreSQL, read by a statement that is made once: each signed-in request reads one."""

from __future__ import annotations

from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session

from shopping import rows


class SessionStore(db.SessionStore):
    def _get_session_from_db(self) -> Session | None:
        """The stored session, None where there is none or its time is over."""
        key = self.session_key or ""
        found = "\0" not in key and rows.fetch(
            Session, "WHERE session_key = %s AND expire_date > now()", [key]
        )
        if not found:
            self._session_key = None
            return None
        return found[0]
