"""The demo's files: what is written down in data/ and drawn in art/."""

from __future__ import annotations

import re
import tomllib
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

DATA = Path(__file__).parent / "data"
ART = Path(__file__).parent / "art"
LABEL = re.compile(r'aria-label="([^"]*)"')
SPAN = re.compile(r"(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?")


@cache
def table(name: str) -> dict[str, Any]:
    """What `data/<name>.toml` says."""
    return tomllib.loads((DATA / f"{name}.toml").read_text(encoding="utf-8"))


def span(text: str) -> timedelta:
    """How long "1d2h30m" is."""
    match = SPAN.fullmatch(text)
    if not text or match is None:
        raise ValueError(f"{text!r} is no time span such as 1d2h30m")
    days, hours, minutes = (int(part or 0) for part in match.groups())
    return timedelta(days=days, hours=hours, minutes=minutes)


def label(art: str) -> str:
    """What a drawing says of itself; its alternative text."""
    match = LABEL.search((ART / f"{art}.svg").read_text(encoding="utf-8"))
    return match[1].replace("&amp;", "&") if match else ""


def picture(art: str) -> str:
    """Put a drawing among the uploaded files, once; returns its name there."""
    name = f"demo/{art}.svg"
    content = (ART / f"{art}.svg").read_bytes()
    if default_storage.exists(name):
        with default_storage.open(name) as present:
            if present.read() == content:
                return name
        default_storage.delete(name)
    return str(default_storage.save(name, ContentFile(content)))
