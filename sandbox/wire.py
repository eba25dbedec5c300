"""Stripe's form encoding: bracketed keys (`shipping[address][line1]`, `expand[]`) to nested dicts.

Lists stay dicts of their indices here; the parameter's declared type turns them into lists, since only
it can tell a list from metadata with numeric keys.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl

from sandbox.errors import bad_parameter
from sandbox.store import dump


def decode(text: str) -> dict[str, Any]:
    """Decode a query string or a form body; raises `StripeError` for keys that contradict each other."""
    tree: dict[str, Any] = {}
    for key, value in parse_qsl(text, keep_blank_values=True):
        place(tree, path_of(key), value, key)
    return tree


def path_of(key: str) -> list[str]:
    head, bracket, rest = key.partition("[")
    if not bracket or not head or not rest.endswith("]"):
        return [key]
    return [head, *rest[:-1].split("][")]


def place(tree: dict[str, Any], path: list[str], value: str, key: str) -> None:
    node = tree
    for part in path[:-1]:
        node = node.setdefault(part or str(len(node)), {})
        if not isinstance(node, dict):
            raise bad_parameter(f"Invalid object: {key}", param=key)
    last = path[-1] if path[-1] or len(path) == 1 else str(len(node))
    if isinstance(node.get(last), dict):
        raise bad_parameter(f"Invalid string: {key}", param=key)
    node[last] = value


def encode(answer: Any) -> bytes:
    return dump(answer).encode()
