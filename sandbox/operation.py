"""One operation of the API: its address, its name, its parameters, and what carries it out."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.calls import Call
from sandbox.schema.library import fields_of
from sandbox.schema.types import Field, Fields

Handler = Callable[[Call], dict[str, Any]]


@dataclass(frozen=True)
class Operation:
    """`browser` operations take a publishable key too; `browser_only` ones nothing else.

    `connected` ones may be called for a connected account, with the `Stripe-Account` header;
    `preview` ones are known to preview versions alone.
    """

    name: str
    method: str
    pattern: re.Pattern[str]
    fields: Fields
    handler: Handler
    browser: bool = False
    browser_only: bool = False
    connected: bool = False
    preview: bool = False


def operation(
    line: str,
    name: str,
    table: type | Fields,
    handler: Handler,
    *,
    extra: Mapping[str, Field] | None = None,
    browser: bool = False,
    browser_only: bool = False,
    connected: bool = False,
    preview: bool = False,
) -> Operation:
    method, path = line.split()
    pattern = re.compile(re.sub(r"{(\w+)}", r"(?P<\1>[^/]+)", path))
    fields = table if isinstance(table, Fields) else fields_of(table, extra=extra)
    return Operation(
        name, method, pattern, fields, handler, browser, browser_only, connected, preview
    )
