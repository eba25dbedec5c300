"""What a member prefers, kept with the account."""

from __future__ import annotations

from django.utils import timezone

from accounts.models import User


def remember_language(user: User, locale: str) -> None:
    """Write mails to `user` in `locale` ("en", "fr") from now on."""
    User.objects.filter(pk=user.pk).exclude(locale=locale).update(locale=locale)


def declare_adult(user: User, *, adult: bool) -> None:
    """Keep that `user` says to be 18 or older, or no longer says so."""
    said = User.objects.filter(pk=user.pk)
    if adult:
        said.filter(adult_since=None).update(adult_since=timezone.now())
    else:
        said.update(adult_since=None)
