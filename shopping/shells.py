"""Pages whose frame is rendered once and whose holes are filled for each request.

A frame that thousands of requests share, with its navigation, translations and addresses, costs
more to render than what is new in it. So a shell is rendered once for everything that it depends
on, without any request: it knows of the visitor only whether they are signed in, and can hold
nothing of theirs. What stands between `{% hole %}` and `{% endhole %}` is rendered each time, and at
`{% fill name %}` stands the view's value of that name.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django import shortcuts
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.base import NodeList, Template
from django.template.context import make_context
from django.template.loader import get_template
from django.utils.html import conditional_escape

from shopping.preferences import theme_of
from shopping.templatetags.holes import GATHERED, MARK
from shopping.templatetags.money import language


@dataclass(frozen=True, slots=True)
class Visitor:
    """All that a shell may know of whoever will read it."""

    is_authenticated: bool


@dataclass(frozen=True, slots=True)
class Shell:
    """`parts` are text at even places; at odd ones the number of a hole, or the name of a value."""

    template: Template
    parts: tuple[str, ...]
    holes: tuple[NodeList, ...]


@lru_cache(maxsize=256)
def _shell(
    name: str, shown_in: str, theme: str, *, signed_in: bool, fixed: tuple[tuple[str, Any], ...]
) -> Shell:
    holes: list[NodeList] = []
    known = {
        **dict(fixed),
        "theme": theme,
        "user": Visitor(signed_in),
        GATHERED: holes,
    }
    page = get_template(name)
    parts = page.render(known).split(MARK)
    return Shell(page.template, tuple(parts), tuple(holes))  # type: ignore[attr-defined]


def render(
    request: HttpRequest, name: str, *, fixed: Mapping[str, Any], filling: Mapping[str, Any]
) -> HttpResponse:
    """The page `name`. `fixed` is what its frame depends on beside language, theme and being
    signed in (few different values: each makes a shell); `filling` is for the holes only."""
    if settings.DEBUG:
        return shortcuts.render(request, name, {**fixed, **filling})  # shows edits at once
    user = request.user
    shell = _shell(
        name,
        language(),
        theme_of(request),
        signed_in=user.is_authenticated,
        fixed=tuple(fixed.items()),
    )
    known = {**fixed, **filling, "user": user.itself if user.is_authenticated else user}
    context = make_context(known, request, autoescape=True)
    with context.bind_template(shell.template), context.render_context.push_state(shell.template):
        filled = [hole.render(context) for hole in shell.holes]
    parts = list(shell.parts)
    for place in range(1, len(parts), 2):
        name = parts[place]
        parts[place] = filled[int(name)] if name.isdigit() else conditional_escape(filling[name])
    return HttpResponse("".join(parts))
