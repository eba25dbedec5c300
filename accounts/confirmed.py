"""Whose e-mail address is known to be theirs."""

from __future__ import annotations

from allauth.account.models import EmailAddress

from accounts.models import User


def is_confirmed(user: User) -> bool:
    """Whether `user` has shown that their e-mail address is theirs, by the link in a mail."""
    found = EmailAddress.objects.filter(user=user, verified=True)
    return bool(user.email) and found.filter(email__iexact=user.email).exists()
