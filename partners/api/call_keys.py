"""The key of one call, for a verb to write beside what it did: where the call comes again, and its answer
was not kept, the verb finds it done."""

from __future__ import annotations

import hashlib

from partners.api.endpoints import Endpoint


def call_key(endpoint: Endpoint) -> str:
    """The key of the call that `endpoint` answers, in 64 characters; "" where it came with none.

    It is made of the caller's key and of what is asked: stored answers are forgotten after a day, and
    a key that is used anew by then is another call's.
    """
    if not endpoint.held:
        return ""
    text = f"{endpoint.idempotency_key}\n{endpoint.held.fingerprint}"
    return hashlib.sha256(text.encode()).hexdigest()
