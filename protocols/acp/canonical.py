"""When two bodies say the same: the order of members and the spelling of numbers do not count, the order
of lists and the difference of null and nothing do."""

from __future__ import annotations

import hashlib
import json
from typing import Any


def digest(body: bytes) -> str:
    """The same for bodies that say the same; of what is no JSON, its own."""
    try:
        told = json.loads(body) if body else None
        text = json.dumps(_plain(told), sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    except (ValueError, RecursionError, OverflowError):
        return hashlib.sha256(body).hexdigest()
    return hashlib.sha256(text.encode()).hexdigest()


def _plain(told: Any) -> Any:
    if isinstance(told, dict):
        return {key: _plain(value) for key, value in told.items()}
    if isinstance(told, list):
        return [_plain(value) for value in told]
    if isinstance(told, float) and told.is_integer():
        return int(told)
    return told
