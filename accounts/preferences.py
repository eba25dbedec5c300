"""What a member prefers, kept with the account."""

from __future__ import annotations

from accounts.models import User


def remember_language(user: User, locale: str) -> None:
    """Write mails to `user` in `locale` ("en", "fr") from now on."""
    User.objects.filter(pk=user.pk).exclude(locale=locale).update(locale=locale)
