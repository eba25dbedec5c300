"""Who gets what from every endpoint of the API: how a row is written. See test_api.py.

A new endpoint needs a row for each of its methods. `path` and `body` make a well-formed call by Plage's own
key (or, for what is a shopper's, by Maï's app; for what is a partner's, by its key), which is answered
with `status`. The same call by a key of another shop, another shopper or another partner is answered with
`foreign`.
"""

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
