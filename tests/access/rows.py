"""A row of the API's table; see tests/access/api.py."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from tests.shops import Cast

Made = Callable[[Cast], Any]


@dataclass(frozen=True, kw_only=True)
class Row:
    """`whose` says which caller is the rightful one."""

    pattern: str
    method: str
    path: Callable[[Cast], str]
    status: int
    foreign: int
    body: Made = lambda world: None
    whose: Literal["shop", "shopper", "partner"] = "shop"
    headers: tuple[tuple[str, str], ...] = ()


def row(pattern: str, method: str, status: int, foreign: int, **more: Any) -> Row:
    """A row whose path is its pattern as it stands, unless `path` makes another."""
    path = more.pop("path", lambda world: f"/{pattern}")
    return Row(pattern=pattern, method=method, path=path, status=status, foreign=foreign, **more)
