"""Sessions in PostgreSQL, read by a statement that is made once: each signed-in request reads one."""

from __future__ import annotations

from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session

from shopping import rows


class SessionStore(db.SessionStore):
    def _get_session_from_db(self) -> Session | None:
        """The stored session, None where there is none or its time is over."""
        found = rows.fetch(
            Session, "WHERE session_key = %s AND expire_date > now()", [self.session_key]
        )
        if not found:
            self._session_key = None
            return None
        return found[0]
