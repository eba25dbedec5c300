"""What a message says: its name, its text and its headers."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from webhooks import signing

CONTENT_TYPE = "application/json"
USER_AGENT = "Etal-Webhooks/1"


def body(type: str, *, timestamp: datetime, sequence: int | None, data: Any) -> str:
    """The JSON text that is signed and sent: `{"type", "timestamp", "sequence", "data"}`.

    `sequence` is the message's place among those of its endpoint; left out where it has none.
    """
    content: dict[str, Any] = {"type": type, "timestamp": timestamp.isoformat()}
    if sequence is not None:
        content["sequence"] = sequence
    content["data"] = data
    return json.dumps(content, separators=(",", ":"), ensure_ascii=False)


def message_id(public_id: UUID) -> str:
    """The same for every attempt, endpoint and replay: by it a receiver knows a repeat."""
    return f"evt_{public_id.hex}"


def headers(
    text: str, *, name: str, sequence: int | None, timestamp: datetime, secrets: Iterable[str]
) -> dict[str, str]:
    """All headers of an attempt at `timestamp` (aware) that sends `text` under the id `name`."""
    said = {"Content-Type": CONTENT_TYPE, "User-Agent": USER_AGENT}
    said |= signing.headers(text, message_id=name, timestamp=timestamp, secrets=secrets)
    if sequence is not None:
        said["webhook-sequence"] = str(sequence)
    return said
