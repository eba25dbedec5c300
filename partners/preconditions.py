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


def tag(shown: Any) -> str:
    """The strong tag of a representation as it is without `fields` and `expand`."""
    text = json.dumps(shown, cls=JSONEncoder, sort_keys=True, separators=(",", ":"))
    return f'"{hashlib.sha256(text.encode()).hexdigest()[:32]}"'


def answer(request: Request, shown: Any, *, pruned: Any = None) -> Response:
    """One thing with its tag; 304 for whoever has it already."""
    now = tag(shown)
    asked = parse_etags(request.headers.get("If-None-Match", ""))
    if request.method in ("GET", "HEAD") and (now in asked or "*" in asked):
        return Response(status=304, headers={"ETag": now})
    return Response(shown if pruned is None else pruned, headers={"ETag": now})


@contextmanager
def unchanged(request: Request, show: Callable[[], Any]) -> Iterator[None]:
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
        now = tag(show())
        if now not in asked and "*" not in asked:
            raise Problem(
                412,
                "changed_meanwhile",
                _("It was changed since you read it. Read it again, then change it."),
                header="If-Match",
                headers={"ETag": now},
            )
        yield
