"""Closing an account to its owner, and opening it again. Who decides that, and says why, is above."""

from __future__ import annotations

from django.db.models import F

from accounts.models import User


def suspend(user: User) -> bool:
    """Nobody signs in as `user` any more, and each of their sessions ends for good.

    One conditional UPDATE in the caller's transaction; returns whether this call did it.
    """
    there = User.objects.filter(pk=user.pk, is_active=True)
    return bool(there.update(is_active=False, sign_outs=F("sign_outs") + 1))


def lift(user: User) -> bool:
    """`user` may sign in again, anew; returns whether this call did it."""
    return bool(User.objects.filter(pk=user.pk, is_active=False).update(is_active=True))
