"""Who is signed in, read by a statement that is made once."""

from __future__ import annotations

from django.contrib.auth.backends import ModelBackend

from accounts.models import User
from shopping import rows


class MemberBackend(ModelBackend):
    def get_user(self, user_id: int) -> User | None:
        """The member of a session; None when the account is gone or closed."""
        found = rows.fetch(User, "WHERE id = %s", [user_id])
        return found[0] if found and self.user_can_authenticate(found[0]) else None
