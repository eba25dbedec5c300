"""Who is behind a request."""

from __future__ import annotations

from django.http import HttpRequest

from accounts.models import User


def actor(request: HttpRequest) -> User:
    """The person who acts, on the pages of the admin, which let nobody else in."""
    assert isinstance(request.user, User)  # noqa: S101 – the site lets nobody else in
    return request.user
