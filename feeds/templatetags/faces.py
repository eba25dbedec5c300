"""The faces of people, which stand on each of their pages."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from accounts.models import User

register = template.Library()


class Face(NamedTuple):
    """All that a face shows, and so all that it is kept under. `avatar` is a file, false without one."""

    pk: int
    display_name: str
    avatar: object
    is_shop: bool


@lru_cache(maxsize=4096)
def _face(shown: Face, size: str) -> SafeString:
    return render_to_string("feeds/_face.html", {"person": shown, "size": size})


@register.simple_tag
def face(person: User, size: str = "") -> SafeString:
    """As `feeds/_face.html`, rendered once and kept."""
    return _face(Face(person.pk, person.display_name, person.avatar, person.is_shop), size)
