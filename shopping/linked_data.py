"""Linked data in a page: what machines read of it, as https://www.w3.org/TR/json-ld11/ has it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

# Nothing in a text ends the element, begins a comment in it or opens another.
SAFE = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}


def script(data: Mapping[str, Any]) -> SafeString:
    """`data` as a data block of a page: no browser runs it, so the policy of scripts lets it be.

    https://html.spec.whatwg.org/multipage/scripting.html#data-block
    """
    # Plain ASCII: no line separator and no half of a pair reaches a parser.
    text = json.dumps(data, separators=(",", ":")).translate(SAFE)
    return format_html('<script type="application/ld+json">{}</script>', mark_safe(text))  # noqa: S308
