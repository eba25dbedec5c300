"""Takes out of a text what no log and no report may hold: keys, tokens, cards, addresses of people."""

from __future__ import annotations

import re

HIDDEN = "[hidden]"
PATTERNS = (
    # Stripe's keys, client secrets and webhook secrets, and our own keys and tokens.
    re.compile(r"\b(?:sk|rk|pk|whsec|etal|seti|pi)_[A-Za-z0-9_]*(?:secret_)?[A-Za-z0-9]{12,}"),
    re.compile(r"(?i)\b(?:bearer|basic)\s+[A-Za-z0-9._~+/=-]{8,}"),
    # A password in an address.
    re.compile(r"(?<=://)[^\s/@]*:[^\s/@]*(?=@)"),
    re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"),
    # A card's number, in groups or not.
    re.compile(r"\b\d(?:[ -]?\d){12,18}\b"),
    # What signs a person or an order in: a signed value of Django's.
    re.compile(r"\b[A-Za-z0-9_=-]{8,}:[A-Za-z0-9_-]{6,}:[A-Za-z0-9_-]{20,}"),
)


def hide(text: str) -> str:
    """`text` with each secret of a known form replaced."""
    for pattern in PATTERNS:
        text = pattern.sub(HIDDEN, text)
    return text
