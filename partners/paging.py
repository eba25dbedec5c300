"""Lists of the API, page by page behind a cursor: however deep, a page costs the same."""

from __future__ import annotations

import base64
import binascii
import hmac
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db.models import Model, QuerySet
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.response import Response

from partners.problems import Problem

M = TypeVar("M", bound=Model)
DEFAULT, MOST = 20, 100
DIGEST = 12


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page begins: behind the row `after` (None: at the beginning), `limit` rows long."""

    name: str
    after: Any
    limit: int


def place(request: Request, *, name: str, most: int = MOST) -> Place:
    """Where the page that is asked for begins. `name` says which list it is: the cursor of another one
    is none of this one's. Raises Problem 400."""
    after = request.query_params.get("cursor")
    return Place(name, None if after is None else _read(after, name), limit(request, most=most))


def limit(request: Request, *, most: int = MOST) -> int:
    """How many rows are asked for. Raises Problem 400."""
    text = request.query_params.get("limit", "")
    if not text and "limit" not in request.query_params:
        return min(DEFAULT, most)
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 5 else 0
    if not 1 <= number <= most:
        raise Problem(
            400,
            "invalid",
            _("Ask for 1 to %(most)d.") % {"most": most},
            parameter="limit",
        )
    return number


def rows_at(found: QuerySet[M], at: Place, *, newest_first: bool = True) -> list[M]:
    """One more row than the page holds, of `found`, by primary key."""
    if at.after is not None:
        found = found.filter(**{"pk__lt" if newest_first else "pk__gt": at.after})
    return list(found.order_by("-pk" if newest_first else "pk")[: at.limit + 1])


def answer(
    request: Request,
    found: Sequence[Any],
    at: Place,
    *,
    show: Callable[[Any], Any],
    key: Callable[[Any], Any] = lambda row: row.pk,
) -> Response:
    """The page: `data`, and `next`, the address of the one behind it, None at the end.

    `found` holds one more than the page where there is more.
    """
    shown = found[: at.limit]
    after = key(shown[-1]) if len(found) > at.limit else None
    return part(request, [show(row) for row in shown], name=at.name, after=after)


def part(request: Request, data: Sequence[Any], *, name: str, after: Any) -> Response:
    """The page of a list that says itself behind what it goes on: `after`, None at the end."""
    following = None
    if after is not None:
        query = request.query_params.copy()
        query["cursor"] = cursor(after, name=name)
        following = f"{request.build_absolute_uri(request.path)}?{query.urlencode()}"
    response = Response({"data": data, "next": following})
    if following:
        response["Link"] = f'<{following}>; rel="next"'
    return response


def cursor(after: Any, *, name: str) -> str:
    """What leads on behind `after` in the list `name`; of us alone, for it is signed."""
    payload = json.dumps(after, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(_sign(payload, name) + payload).decode().rstrip("=")


def _read(text: str, name: str) -> Any:
    try:
        raw = base64.urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))
    except (binascii.Error, ValueError):
        raw = b""
    signature, payload = raw[:DIGEST], raw[DIGEST:]
    if not payload or not hmac.compare_digest(signature, _sign(payload, name)):
        raise Problem(
            400,
            "invalid_cursor",
            _("This cursor is not of this list. Begin without one."),
            parameter="cursor",
        )
    return json.loads(payload)


def _sign(payload: bytes, name: str) -> bytes:
    return salted_hmac(f"partners.paging:{name}", payload, algorithm="sha256").digest()[:DIGEST]
