"""Browsers in which somebody has signed in before: others' wrong passwords do not lock them out there."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from accounts.models import User

COOKIE = "signed_in_before"
SALT = "accounts.known_browsers"
SECONDS = 365 * 24 * 60 * 60


def remember(response: HttpResponseBase, user: User) -> None:
    """Tell the browser who signed in in it last; that opens nothing by itself."""
    response.set_signed_cookie(
        COOKIE,
        str(user.pk),
        salt=SALT,
        max_age=SECONDS,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def knows(request: HttpRequest, *, email: str) -> bool:
    """Whether the account of `email` signed in last in the browser that asks."""
    key = request.get_signed_cookie(COOKIE, "", salt=SALT, max_age=SECONDS)
    return User.objects.filter(pk=key, email__iexact=email).exists() if key else False
