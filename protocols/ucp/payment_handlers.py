"""How can be paid, as the profile declares it."""

from __future__ import annotations

from typing import Any


def declared() -> dict[str, list[dict[str, Any]]]:
    """The handlers, by their reverse-domain name."""
    return {}
