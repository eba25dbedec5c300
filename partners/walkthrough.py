"""The programs that go with docs/api.md, as the page for developers shows them: the very files."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "walkthrough"
LANGUAGES = {"curl": "walkthrough.sh", "Python": "walkthrough.py", "TypeScript": "walkthrough.ts"}


@dataclass(frozen=True, slots=True)
class Program:
    language: str
    name: str
    text: str


@cache
def programs() -> list[Program]:
    """Read once: they change with the code alone."""
    return [
        Program(language, name, (FOLDER / name).read_text(encoding="utf-8"))
        for language, name in LANGUAGES.items()
    ]
