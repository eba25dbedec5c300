"""A post's text: what it names, and how it is shown."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection

import regex
from django.urls import reverse
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

from feeds import links

# In characters as people count them: see `length`.
MAX_LENGTH = 500
MAX_TAG = 60
MAX_NAMED = 10
TOKEN = re.compile(
    rf"(?P<link>{links.LINK})"
    r"|(?<![\w&/#])\#(?P<tag>\w{1,60})\b"
    r"|(?<![\w@/])@(?P<handle>[A-Za-z0-9_]{2,30})\b"
)
# Flags are pairs: `\X` alone looks back over a whole run of them for each.
CHARACTER = regex.compile(r"\p{RI}\p{RI}[\p{GCB=Extend}\p{GCB=SpacingMark}\p{GCB=ZWJ}]*|\X")
# No language heaps more marks on a letter; composing such a heap takes time with its square.
# https://www.unicode.org/reports/tr15/#Stream_Safe_Text_Format
HEAP = regex.compile(r"\p{M}{31}")
CONTROL = re.compile(r"[^\S\n ]|[\u200b\u2028\u2029\u202a-\u202e\u2066-\u2069]")


def length(text: str) -> int:
    """How many characters people see: a flag or a family is one. The page's script counts the same.

    Extended grapheme clusters, https://www.unicode.org/reports/tr29/.
    """
    return sum(1 for _each in CHARACTER.finditer(text))


def is_heaped(body: str) -> bool:
    """Whether it must not be composed, because a letter carries more marks than any language has."""
    return HEAP.search(body) is not None


def tidy(body: str) -> str:
    """`body` with composed characters, plain spaces, no control marks, at most one empty line."""
    text = unicodedata.normalize("NFC", body.replace("\r\n", "\n").replace("\r", "\n"))
    text = text.replace("\u00a0", "\ue000").replace("\u202f", "\ue001")
    text = CONTROL.sub(" ", text).replace("\ue000", "\u00a0").replace("\ue001", "\u202f")
    text = "".join(c for c in text if c == "\n" or unicodedata.category(c) != "Cc")
    return re.sub(r"\n{3,}", "\n\n", text).strip()


def _is_tag(name: str) -> bool:
    return any(character.isalpha() for character in name)


def hashtags(body: str) -> list[str]:
    """The tags that `body` names, lower case, each once, in order; at most MAX_NAMED."""
    names = (tag_name(match["tag"]) for match in TOKEN.finditer(body) if match["tag"])
    return list(dict.fromkeys(name for name in names if _is_tag(name)))[:MAX_NAMED]


def tag_name(tag: str) -> str:
    """The name that a hashtag is kept by: composed, lower case, which some letters grow longer by."""
    return unicodedata.normalize("NFC", tag).lower()[:MAX_TAG]


def handles(body: str) -> list[str]:
    """The handles that `body` mentions, lower case, each once, in order; at most MAX_NAMED."""
    names = (match["handle"].lower() for match in TOKEN.finditer(body) if match["handle"])
    return list(dict.fromkeys(names))[:MAX_NAMED]


def _link(address: str) -> SafeString:
    bare = links.bare(address)
    if links.fault(bare) is not None:
        return conditional_escape(address)
    shown = bare.split("://", 1)[1].rstrip("/")
    shown = shown if len(shown) <= 40 else shown[:39] + "…"
    anchor = format_html('<a href="{}" rel="nofollow ugc noopener">{}</a>', bare, shown)
    return anchor + conditional_escape(address[len(bare) :])


def _token(match: re.Match[str], mentioned: Collection[str]) -> SafeString:
    if match["link"]:
        return _link(match["link"])
    if match["tag"] and _is_tag(match["tag"]):
        address = reverse("feeds:tag", args=[tag_name(match["tag"])])
        return format_html('<a href="{}">{}</a>', address, match[0])
    if match["handle"] and match["handle"].lower() in mentioned:
        address = reverse("feeds:profile", args=[match["handle"]])
        return format_html('<a href="{}">{}</a>', address, match[0])
    return conditional_escape(match[0])


def as_html(body: str, *, mentioned: Collection[str]) -> SafeString:
    """`body` escaped, its addresses, hashtags and mentions linked.

    `mentioned` are the lower-case handles that exist; other @words stay text.
    """
    parts: list[str] = []
    end = 0
    for match in TOKEN.finditer(body):
        parts += [conditional_escape(body[end : match.start()]), _token(match, mentioned)]
        end = match.end()
    parts.append(conditional_escape(body[end:]))
    return mark_safe("".join(parts))  # noqa: S308  every part above is escaped
