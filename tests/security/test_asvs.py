"""docs/security/asvs.md: no point of levels 1 and 2 is missing, and what it names exists."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings

DOCUMENT = Path(settings.BASE_DIR, "docs/security/asvs.md")
# Section → its points of levels 1 and 2 (ASVS 5.0.0).
POINTS = {
    "1.1": (1, 2),
    "1.2": range(1, 10),
    "1.3": range(1, 12),
    "1.4": (1, 2, 3),
    "1.5": (1, 2),
    "2.1": (1, 2, 3),
    "2.2": (1, 2, 3),
    "2.3": (1, 2, 3, 4),
    "2.4": (1,),
    "3.2": (1, 2),
    "3.3": (1, 2, 3, 4),
    "3.4": range(1, 7),
    "3.5": range(1, 6),
    "3.7": (1, 2),
    "4.1": (1, 2, 3),
    "4.2": (1,),
    "4.3": (1, 2),
    "4.4": (1, 2, 3, 4),
    "5.1": (1,),
    "5.2": (1, 2, 3),
    "5.3": (1, 2),
    "5.4": (1, 2, 3),
    "6.1": (1, 2, 3),
    "6.2": range(1, 12),
    "6.3": (1, 2, 3),
    "6.4": (1, 2, 3, 4),
    "6.5": range(1, 6),
    "6.6": (1, 2, 3),
    "6.8": (1, 2, 3),
    "7.1": (1, 2, 3),
    "7.2": (1, 2, 3, 4),
    "7.3": (1, 2),
    "7.4": range(1, 6),
    "7.5": (1, 2),
    "7.6": (1, 2),
    "8.1": (1, 2),
    "8.2": (1, 2, 3),
    "8.3": (1,),
    "8.4": (1,),
    "9.1": (1, 2, 3),
    "9.2": (1, 2, 3, 4),
    "10.1": (1, 2),
    "10.2": (1, 2),
    "10.3": (1, 2, 3, 4),
    "10.4": range(1, 12),
    "10.5": range(1, 6),
    "10.6": (1, 2),
    "10.7": (1, 2, 3),
    "11.1": (1, 2),
    "11.2": (1, 2, 3),
    "11.3": (1, 2, 3),
    "11.4": (1, 2, 3),
    "11.5": (1,),
    "11.6": (1,),
    "12.1": (1, 2, 3),
    "12.2": (1, 2),
    "12.3": (1, 2, 3, 4),
    "13.1": (1,),
    "13.2": range(1, 6),
    "13.3": (1, 2),
    "13.4": range(1, 6),
    "14.1": (1, 2),
    "14.2": (1, 2, 3, 4),
    "14.3": (1, 2, 3),
    "15.1": (1, 2, 3),
    "15.2": (1, 2, 3),
    "15.3": range(1, 8),
    "16.1": (1,),
    "16.2": range(1, 6),
    "16.3": (1, 2, 3, 4),
    "16.4": (1, 2, 3),
    "16.5": (1, 2, 3),
}
ROWS = re.findall(r"^\| (\d[\d.]*) \| ([12, ]+) \| (.+?) \| (.+) \|$", DOCUMENT.read_text(), re.M)
# A file of the repository, or a test in one.
NAMED = re.compile(
    r"`((?:[\w.-]+/)+[\w.-]*\w|\.dockerignore|Procfile|pyproject\.toml)(?:::(\w+))?`"
)


def test_every_point_is_answered() -> None:
    wanted = {f"{section}.{point}" for section, points in POINTS.items() for point in points}
    assert {number for number, *_rest in ROWS} - {"17"} == wanted
    assert len(ROWS) == len(wanted) + 1


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_each_answer_is_more_than_a_word(row: tuple[str, str, str, str]) -> None:
    assert len(row[3]) >= 8


@pytest.mark.parametrize(
    ("file", "test"), sorted({(f, t) for f, t in NAMED.findall(DOCUMENT.read_text())})
)
def test_what_is_named_is_there(file: str, test: str) -> None:
    path = Path(settings.BASE_DIR, file)
    assert path.exists(), file
    if test:
        assert re.search(rf"^(?:async )?def {test}\(", path.read_text(), re.M), f"{file}::{test}"
