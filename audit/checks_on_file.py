"""The checks: a file each below `checks/`, which psql could run as well.

Its first lines say what it proves, what a row that it finds means, and what to do about one:

    -- proves: No order is paid without its charge.
    -- found: Order É-{number} is paid, and Stripe has taken nothing for it.
    -- do: Look the payment up ...

Names in braces are columns of the row. `-- strict` in a line of its own keeps a check for places where
nobody changes what it goes by, and `-- whole` for runs that see all there is.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).with_name("checks")
SAYS = ("proves", "found", "do")
MARKS = ("strict", "whole")


class BadCheck(Exception):
    """A file that is no check, or a name that none has; the message says which."""


@dataclass(frozen=True, slots=True)
class Check:
    """One promise. `sql` gives a row for each thing that breaks it."""

    name: str
    proves: str
    found: str
    do: str
    sql: str
    strict: bool
    whole: bool


def all_checks() -> list[Check]:
    """Every check, by name. Raises BadCheck."""
    return [read(path) for path in sorted(FOLDER.glob("*.sql"))]


def chosen(
    *, only: Iterable[str] = (), but: Iterable[str] = (), strict: bool, whole: bool
) -> list[Check]:
    """The checks of a run: all, or those of `only`, less those of `but`. Raises BadCheck."""
    only, but, found = set(only), set(but), all_checks()
    if unknown := (only | but) - {check.name for check in found}:
        raise BadCheck(f"There is no check {', '.join(sorted(unknown))}.")
    return [
        check
        for check in found
        if (check.name in only if only else strict or not check.strict)
        and check.name not in but
        and (whole or not check.whole)
    ]


def read(path: Path) -> Check:
    """The check of one file. Raises BadCheck."""
    words: dict[str, str] = {}
    marks: set[str] = set()
    text = path.read_text(encoding="utf-8")
    name = ""
    for line in text.splitlines():
        if not line.startswith("-- "):
            break
        first, colon, rest = line.removeprefix("-- ").partition(":")
        if colon and first in SAYS:
            name, words[first] = first, rest.strip()
        elif line.removeprefix("-- ").strip() in MARKS:
            marks.add(line.removeprefix("-- ").strip())
        elif name:
            words[name] += " " + line.removeprefix("-- ").strip()
    if missing := [each for each in SAYS if not words.get(each)]:
        raise BadCheck(f"{path.name} does not say: {', '.join(missing)}.")
    return Check(
        name=path.stem,
        proves=words["proves"],
        found=words["found"],
        do=words["do"],
        sql=text,
        strict="strict" in marks,
        whole="whole" in marks,
    )
