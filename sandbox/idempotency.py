"""Idempotency keys. https://docs.stripe.com/api/idempotent_requests

The first answer of an operation that began is kept for a day and given again, whatever it was; a request
refused for its parameters is not kept. The same key with other parameters is an error, and so is one
whose first request is still under way.
"""

from __future__ import annotations

import hashlib
import sqlite3
import time
from dataclasses import dataclass, field

from sandbox.errors import StripeError
from sandbox.store import Store

LIFETIME = 24 * 3600  # seconds
LONGEST = 255


@dataclass
class Answer:
    """A response as it went over the wire."""

    status: int
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)


class Keys:
    """The account's idempotency keys: the finished ones in the store, those under way in memory."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.under_way: set[str] = set()

    def begin(self, key: str, *, endpoint: str, body: str) -> Answer | None:
        """The kept answer for this key; or None, and the key is then under way until `end`.

        Raises `StripeError` where the key is in use or came with other parameters.
        """
        if len(key) > LONGEST:
            raise refused(400, f"Idempotency keys have at most {LONGEST} characters.")
        if key in self.under_way:
            raise refused(
                409,
                "There is currently another in-progress request using this Idempotent Key (that probably "
                f"means you submitted twice, and the other request is still going through): {key}.",
                code="idempotency_key_in_use",
            )
        row = self.store.db.execute("SELECT * FROM idempotency WHERE key = ?", [key]).fetchone()
        if row is None or row["created"] < time.time() - LIFETIME:
            self.under_way.add(key)
            return None
        self.compare(row, key, endpoint, body)
        headers = {"Idempotent-Replayed": "true", "Original-Request": row["request"]}
        return Answer(row["status"], row["body"].encode(), headers)

    def compare(self, row: sqlite3.Row, key: str, endpoint: str, body: str) -> None:
        if row["endpoint"] != endpoint:
            raise refused(
                400,
                "Keys for idempotent requests can only be used for the same endpoint they were first used "
                f"for ('{row['endpoint']}' vs '{endpoint}'). Try using a key other than '{key}' if you "
                "meant to execute a different request.",
            )
        if row["fingerprint"] != fingerprint(body):
            raise refused(
                400,
                "Keys for idempotent requests can only be used with the same parameters they were first "
                f"used with. Try using a key other than '{key}' if you meant to execute a different "
                "request.",
            )

    def end(self, key: str) -> None:
        self.under_way.discard(key)

    def keep(self, key: str, *, endpoint: str, body: str, answer: Answer, request_id: str) -> None:
        """Remember the answer; runs inside the transaction of what it answers."""
        self.store.db.execute(
            "INSERT OR REPLACE INTO idempotency VALUES (?, ?, ?, ?, ?, ?, ?)",
            [
                key,
                endpoint,
                fingerprint(body),
                answer.status,
                answer.body.decode(),
                request_id,
                time.time(),
            ],
        )


def fingerprint(body: str) -> str:
    """Equal for the same parameters in any order."""
    return hashlib.sha256("&".join(sorted(body.split("&"))).encode()).hexdigest()


def refused(status: int, message: str, *, code: str | None = None) -> StripeError:
    detail = {"message": message, "type": "idempotency_error"}
    return StripeError(status, {**detail, "code": code} if code else detail, executed=False)
