"""What a body is, in a header: Content-Digest (RFC 9530)."""

from __future__ import annotations

import hashlib

from protocols import structured
from protocols.structured import BadField

ALGORITHMS = {"sha-256": hashlib.sha256, "sha-512": hashlib.sha512}


def content_digest(body: bytes) -> str:
    """The header for `body`."""
    return structured.written({"sha-256": hashlib.sha256(body).digest()})


def fits(header: str, body: bytes) -> bool:
    """Whether a received header is of `body`: at least one digest that we know, and no wrong one."""
    try:
        said = structured.dictionary(header)
    except BadField:
        return False
    known = {name: value[0] for name, value in said.items() if name in ALGORITHMS}
    return bool(known) and all(
        digest == ALGORITHMS[name](body).digest() for name, digest in known.items()
    )
