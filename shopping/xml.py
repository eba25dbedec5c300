"""Texts in XML that is written by hand, piece by piece."""

from __future__ import annotations

import re
from xml.sax.saxutils import escape

# What no document may hold, written as it is or as a reference: https://www.w3.org/TR/xml/#charsets
FORBIDDEN = re.compile(r"[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
HEAD = '<?xml version="1.0" encoding="utf-8"?>\n'


def text(words: str) -> str:
    """`words` as the content of an element or of an attribute in double quotes."""
    return escape(FORBIDDEN.sub("", words), {'"': "&quot;"})


def element(name: str, words: str) -> str:
    """`<name>words</name>`; `name` is one of ours."""
    return f"<{name}>{text(words)}</{name}>"
