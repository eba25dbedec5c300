"""Answers that are kept for whoever sends the same call again, with its Idempotency-Key.

https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Collection
from datetime import timedelta
from typing import Any

from django.db.models.functions import Now
from django.http import HttpResponse
from django.utils.translation import gettext as _

from partners import problems
from partners.models import StoredAnswer
from partners.problems import Problem
from shopping import rows

KEPT = timedelta(hours=24)
# Longer than any call may take; after that whoever held it is dead, and the call may be tried again.
LEASE = timedelta(seconds=120)
LONGEST_KEY = 255
LARGEST_BYTES = 256 * 1024
BOUNDARY = re.compile(r'^multipart/form-data;.*?\bboundary=(?:"([^"]+)"|([^\s;"]+))', re.IGNORECASE)
NOT_KEPT = "answer_not_kept"
KEPT_HEADERS = ("Content-Type", "ETag", "Location", "Link")
REPLAYED = "Idempotent-Replayed"

# Ours, new or taken over from a call that died or whose time is over; no row where it is another's.
BEGIN = """
INSERT INTO partners_storedanswer
    (principal, key, fingerprint, headers, body, leased_until, created_at)
VALUES (%s, %s, %s, '{}', '', statement_timestamp() + %s::interval, statement_timestamp())
ON CONFLICT (principal, key) DO UPDATE SET
    fingerprint = excluded.fingerprint, status = NULL, headers = '{}', body = '',
    leased_until = excluded.leased_until, created_at = excluded.created_at
WHERE partners_storedanswer.created_at < statement_timestamp() - %s::interval
    OR (partners_storedanswer.status IS NULL
        AND partners_storedanswer.leased_until < statement_timestamp()
        AND partners_storedanswer.fingerprint = excluded.fingerprint)
RETURNING id, leased_until
"""


def fingerprint(method: str, path: str, body: bytes, *, content_type: str = "") -> str:
    """What makes two calls the same. Of a form with files (RFC 7578) the boundary between its parts is
    none of it: clients make up another one each time."""
    told = BOUNDARY.search(content_type)
    if told:
        between = b"\r\n--" + (told[1] or told[2]).encode("latin-1", "replace")
        body = (b"\r\n" + body).replace(between, b"\r\n--")
    return hashlib.sha256(b"\n".join([method.encode(), path.encode(), body])).hexdigest()


def begin(principal: str, key: str, *, fingerprint: str) -> StoredAnswer:
    """Take `key` for a call that begins now, or find what it was answered before (`status` is set).

    Call it outside any transaction: others see at once that it is taken. Raises Problem 400 for a key
    that will not do, 409 while the same call is under way, 422 where the key was another call's.
    """
    if not 0 < len(key) <= LONGEST_KEY or not key.isprintable():
        raise Problem(
            400,
            "invalid_idempotency_key",
            _("An Idempotency-Key has 1 to 255 printable characters."),
            header="Idempotency-Key",
        )
    taken = rows.run(BEGIN, [principal, key, fingerprint, LEASE, KEPT])
    if taken:
        pk, until = taken[0]
        return StoredAnswer(
            pk=pk, principal=principal, key=key, fingerprint=fingerprint, leased_until=until
        )
    found = StoredAnswer.objects.filter(principal=principal, key=key).first()
    if found is not None and found.fingerprint != fingerprint:
        raise Problem(
            422,
            "idempotency_key_reused",
            _("This Idempotency-Key was used for another call; use a new one."),
            header="Idempotency-Key",
        )
    if found is None or found.status is None:
        raise Problem(
            409,
            "call_in_progress",
            _("The same call is under way; ask again in a moment."),
            header="Idempotency-Key",
            headers={"Retry-After": "2"},
        )
    return found


def keep(
    answer: StoredAnswer, response: HttpResponse, *, secrets: Collection[str] = frozenset()
) -> None:
    """Keep a rendered `response`, or forget the call where the fault was ours: it may be tried again.

    Members called as one of `secrets` are kept as null: a copy for a day would outlive the secret.
    Of more than LARGEST_BYTES nothing is kept but that it was done, which a 409 says to who asks again:
    one key could fill the disk, and a call that was done must not be done twice. Whoever took the call
    over meanwhile, for it seemed dead, keeps theirs.
    """
    ours = StoredAnswer.objects.filter(
        pk=answer.pk, leased_until=answer.leased_until, status__isnull=True
    )
    if response.status_code >= 500 or response.status_code in (409, 429):
        ours.delete()
        return
    headers = {name: response[name] for name in KEPT_HEADERS if name in response}
    status, body = response.status_code, response.content
    if secrets and body and status < 400:
        told = _without(json.loads(body), secrets)
        body = json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()
    if len(body) > LARGEST_BYTES:
        problem = problems.body(
            409,
            NOT_KEPT,
            _("This call was done; its answer was too large to keep."),
            request_id=response["Request-Id"],
        )
        status, body = 409, json.dumps(problem.data).encode()
        headers = {**headers, "Content-Type": problems.MEDIA_TYPE}
    ours.update(status=status, headers=headers, body=body)


def _without(told: Any, secrets: Collection[str]) -> Any:
    if isinstance(told, list):
        return [_without(each, secrets) for each in told]
    if not isinstance(told, dict):
        return told
    return {
        name: None if name in secrets else _without(inner, secrets) for name, inner in told.items()
    }


def replay(answer: StoredAnswer) -> HttpResponse:
    """The same answer once more."""
    assert answer.status is not None  # noqa: S101 - for the type checker
    return HttpResponse(
        bytes(answer.body), status=answer.status, headers={**answer.headers, REPLAYED: "true"}
    )


def forget_old() -> int:
    """Delete what is older than a day; how many."""
    return StoredAnswer.objects.filter(created_at__lt=Now() - KEPT).delete()[0]
