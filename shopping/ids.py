"""Identifiers. The public ones are time-ordered for the index, 74 random bits for the guesser."""

import uuid

from uuid_utils.compat import uuid7


def uuid_of(text: str) -> uuid.UUID | None:
    """The UUID that `text` is, however it is written; None for anything else."""
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


def key_of(text: str) -> int:
    """The primary key that `text` is, in plain digits that a bigint holds; 0, which no row has, for
    anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0


def public_id() -> uuid.UUID:
    """A new UUIDv7 (RFC 9562, section 5.7)."""
    return uuid7()
