"""Which days an address asks for, and what is said of those that cannot be."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from desk.ranges import Range, chosen

TODAY = date(2026, 3, 10)


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({}, Range(date(2026, 2, 9), TODAY)),
        ({"days": "7"}, Range(date(2026, 3, 4), TODAY)),
        ({"from": "2026-02-01", "to": "2026-02-28"}, Range(date(2026, 2, 1), date(2026, 2, 28))),
        ({"from": "2026-03-01", "days": "7"}, Range(date(2026, 3, 1), TODAY)),
        ({"from": " 2025-03-10 ", "to": "2026-03-10"}, Range(date(2025, 3, 10), TODAY)),
    ],
)
def test_days_that_can_be_looked_at(asked, expected):
    assert chosen(asked, today=TODAY) == expected


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"days": "31"}, "Choose 7, 30, 90 or 365 days"),
        ({"days": "-7"}, "Choose 7, 30, 90 or 365 days"),
        ({"from": "yesterday", "to": "2026-02-01"}, "“yesterday” is not a day"),
        ({"to": "2026-02-01"}, "“” is not a day"),
        ({"from": "2026-02-31"}, "“2026-02-31” is not a day"),
        ({"from": "0001-01-01", "to": "0001-01-02"}, "“0001-01-01” is not a day"),
        ({"from": "2026-02-02", "to": "2026-02-01"}, "comes after the last one"),
        ({"from": "2026-03-11", "to": "2026-03-12"}, "in the future"),
        ({"from": "2025-03-09", "to": "2026-03-10"}, "These are 367 days. Choose 366 at most."),
    ],
)
def test_days_that_cannot(asked, told):
    with pytest.raises(ValidationError, match=told):
        chosen(asked, today=TODAY)


def test_as_many_days_before():
    before = Range(date(2026, 3, 1), date(2026, 3, 7)).before
    assert (before.first, before.last, before.length) == (date(2026, 2, 22), date(2026, 2, 28), 7)
