"""The parts of the walk-through's programs, and where docs/api.md quotes them."""

from __future__ import annotations

import re

from stack.environment import ROOT

GUIDE = ROOT / "docs" / "api.md"
PROGRAMS = ROOT / "docs" / "walkthrough"
QUOTE = re.compile(r"<!-- (walkthrough\.\w+): (\w+) -->\n```\w+\n(.*?)```\n", re.DOTALL)
HEADING = re.compile(r"^(?:#|//) == (\w+) ==\n", re.MULTILINE)


def quoted() -> list[tuple[str, str, str]]:
    """Each quote in the guide: of which file, of which part, and its words."""
    return QUOTE.findall(GUIDE.read_text(encoding="utf-8"))


def parts(name: str) -> dict[str, str]:
    """The parts of a program by their headings."""
    split = HEADING.split((PROGRAMS / name).read_text(encoding="utf-8"))[1:]
    return {
        heading: text.strip("\n") + "\n"
        for heading, text in zip(split[::2], split[1::2], strict=True)
    }
