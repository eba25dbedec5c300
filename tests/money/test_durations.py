"""How long something takes, in the words and the plurals of the page's language."""

from __future__ import annotations

import pytest
from django.utils import translation

from shopping.templatetags.money import duration

HOUR = 3600
DAY = 24 * HOUR


@pytest.mark.parametrize(
    ("seconds", "english", "french"),
    [
        (DAY + HOUR + 60, "1 day, 1 hour, 1 minute", "1 jour, 1 heure et 1 minute"),
        (2 * DAY + 60 * 5 + 59, "2 days, 5 minutes", "2 jours et 5 minutes"),
        (2 * HOUR, "2 hours", "2 heures"),
        (59, "0 minutes", "0 minute"),
    ],
)
def test_units_agree_with_their_numbers(seconds: int, english: str, french: str) -> None:
    with translation.override("en"):
        assert duration(seconds) == english
    with translation.override("fr"):
        assert duration(seconds).replace("\xa0", " ") == french
