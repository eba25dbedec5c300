"""What is kept of codes and tokens."""

from __future__ import annotations

import hashlib


def digest(secret: str) -> str:
    """Its SHA-256: nobody guesses 32 random bytes, so a slow hash would guard nothing more."""
    return hashlib.sha256(secret.encode()).hexdigest()
