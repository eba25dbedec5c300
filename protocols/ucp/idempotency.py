"""Calls that come again, as UCP has them: the same key and body get the same answer, another body 409.

The rows are those of the REST API (partners.answers), whose rules are the same but for one status.
https://ucp.dev/2026-04-08/specification/signatures: idempotency keys.
"""

from __future__ import annotations

import hashlib

from django.db import InterfaceError, OperationalError

from partners import answers
from partners.models import StoredAnswer
from partners.problems import Problem
from protocols.ucp.errors import Refusal

REUSED = "idempotency_key_reused"


def begin(principal: str, key: str, *, method: str, path: str, body: bytes) -> StoredAnswer:
    """Take `key` for a call that begins now, or find its answer (`status` is set).

    Raises Refusal: 400 for no key that will do, 409 where it was used with another body or its call is
    under way, 503 where it cannot be written down: nothing is done then.
    """
    try:
        return answers.begin(principal, key, fingerprint=answers.fingerprint(method, path, body))
    except Problem as problem:
        status = 409 if problem.code == REUSED else problem.status_code
        code = "idempotency_conflict" if problem.code == REUSED else problem.code
        raise Refusal(status, code, str(problem.detail), headers=problem.headers) from None
    except (OperationalError, InterfaceError):
        headers = {"Retry-After": "2"}
        content = "Keys cannot be kept at the moment."
        raise Refusal(503, "unavailable", content, headers=headers) from None


def call_key(held: StoredAnswer) -> str:
    """What a verb takes as its own key, in 64 characters: of this platform, this key and this body.

    The stored answer is gone after a day, or when the process dies; what the verb did is not.
    """
    text = f"{held.principal}\n{held.key}\n{held.fingerprint}"
    return hashlib.sha256(text.encode()).hexdigest()
