"""Addresses as others have to have them: whole, and the same whatever host a request named."""

from __future__ import annotations

from urllib.parse import urljoin

from django.conf import settings


def absolute(address: str) -> str:
    """`address`, a path of this site or a whole address already, by settings.PUBLIC_URL."""
    return urljoin(f"{settings.PUBLIC_URL}/", address)
