"""JSON that strangers wrote, as far as it can be kept and said again."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any


def read(body: bytes) -> Any:
    """What `body` says. Raises ValueError for what is no JSON, or nested beyond reading; for NaN and its
    like; for texts with NUL, which the database does not keep, or half a character, which is none."""
    try:
        told = json.loads(body, parse_constant=_no_number)
        check(told)
    except RecursionError:
        raise ValueError("too deep") from None
    return told


def check(told: Any) -> None:
    """Raises ValueError where what was read has texts with NUL, or half a character."""
    for text in _texts(told):
        if "\0" in text:
            raise ValueError("NUL")
        text.encode()


def _texts(told: Any) -> Iterator[str]:
    if isinstance(told, str):
        yield told
    elif isinstance(told, dict):
        for name, inner in told.items():
            yield name
            yield from _texts(inner)
    elif isinstance(told, list):
        for inner in told:
            yield from _texts(inner)


def _no_number(name: str) -> None:
    raise ValueError(name)
