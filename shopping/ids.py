"""Public identifiers: time-ordered for the index, 74 random bits for the guesser."""

import uuid

from uuid_utils.compat import uuid7


def uuid_of(text: str) -> uuid.UUID | None:
    """The UUID that `text` is, however it is written; None for anything else."""
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


def public_id() -> uuid.UUID:
    """A new UUIDv7 (RFC 9562, section 5.7)."""
    return uuid7()
