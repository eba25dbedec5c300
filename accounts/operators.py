"""Whoever runs the site, as mail reaches them."""

from __future__ import annotations

from django.conf import settings

from accounts.models import User


def operators() -> list[str]:
    """OPERATOR_EMAIL, or where it is not set the addresses of the superusers."""
    if settings.OPERATOR_EMAIL:
        return [settings.OPERATOR_EMAIL]
    people = User.objects.filter(is_superuser=True, is_active=True).order_by("pk")
    return [str(email) for email in people.values_list("email", flat=True) if email]
