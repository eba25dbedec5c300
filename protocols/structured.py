"""Structured fields of HTTP (RFC 9651), of which the protocols' headers are made."""

from __future__ import annotations

from typing import Any

import http_sf


class BadField(ValueError):
    """A header that is no structured field of its kind."""


def dictionary(text: str) -> dict[str, Any]:
    """A dictionary's members: each a value, or a list of them, with its parameters. Raises BadField."""
    try:
        found: Any = http_sf.parse(text.encode(), tltype="dictionary")
        return dict(found)
    except (http_sf.StructuredFieldError, UnicodeError) as error:
        raise BadField(str(error)) from None


def written(value: Any) -> str:
    """A dictionary, list or item as it stands in a header."""
    return str(http_sf.ser(value))
