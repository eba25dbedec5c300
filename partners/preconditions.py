"""Entity tags, and what asks for them: If-None-Match saves an answer, If-Match a change of somebody else's.

RFC 9110, sections 8.8.3 and 13.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import transaction
from django.utils.http import parse_etags
from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.encoders import JSONEncoder

from partners.problems import Problem

NONE: frozenset[str] = frozenset()


def tag(shown: Any, *, derived: frozenset[str] = NONE) -> str:
    """The strong tag of a representation.

    Where it has `derived` fields, which change without anybody changing the thing itself (what is left
    of a product), the tag has two halves, and an If-Match is held to the first alone: else nobody could
    change what is being bought.
    """
    if not derived:
        return f'"{_hash(shown)}"'
    own = {name: value for name, value in shown.items() if name not in derived}
    rest = {name: shown.get(name) for name in sorted(derived)}
    return f'"{_hash(own)}.{_hash(rest)[:12]}"'


def _hash(shown: Any) -> str:
    text = json.dumps(shown, cls=JSONEncoder, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _half(tagged: str) -> str:
    """What an If-Match is held to."""
    return tagged.partition(".")[0].rstrip('"')


def answer(
    request: Request, shown: Any, *, pruned: Any = None, derived: frozenset[str] = NONE
) -> Response:
    """One thing with its tag; 304 for whoever has it already."""
    now = tag(shown, derived=derived)
    asked = parse_etags(request.headers.get("If-None-Match", ""))
    if request.method in ("GET", "HEAD") and (now in asked or "*" in asked):
        return Response(status=304, headers={"ETag": now})
    return Response(shown if pruned is None else pruned, headers={"ETag": now})


@contextmanager
def unchanged(
    request: Request, show: Callable[[], Any], *, derived: frozenset[str] = NONE
) -> Iterator[None]:
    """Hold the thing still while it is changed, where the caller said by If-Match what they have seen.

    `show` locks its row (`select_for_update`) and gives its representation; the change happens in the
    same transaction. Without If-Match nothing is locked here. Raises Problem 412 where it is another
    by now.
    """
    header = request.headers.get("If-Match", "")
    if not header:
        yield
        return
    asked = parse_etags(header)
    with transaction.atomic():
        now = tag(show(), derived=derived)
        if _half(now) not in map(_half, asked) and "*" not in asked:
            raise Problem(
                412,
                "changed_meanwhile",
                _("It was changed since you read it. Read it again, then change it."),
                header="If-Match",
                headers={"ETag": now},
            )
        yield
