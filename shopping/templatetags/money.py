"""Amounts, shares, days, durations and countries in the words of the page's language; media addresses."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from babel.dates import format_date
from babel.lists import format_list
from babel.numbers import format_percent
from babel.units import format_unit
from django import template
from django.core.files.storage import default_storage
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from shopping import countries
from shopping.money import Money

register = template.Library()
WEEKDAY_DAY_MONTH = "EEE d MMMM"
WEEKDAY_DAY = "EEE d"
SHORT = "EEE d MMM"
UNITS = {"duration-day": 86_400, "duration-hour": 3600, "duration-minute": 60}  # seconds


def language() -> str:
    """The language of the page being made: "en" or "fr"."""
    return (get_language() or "en").split("-")[0]


@lru_cache(maxsize=4096)
def _written(amount: int, currency: str, locale: str) -> str:
    return Money(amount, currency).format(locale)


@register.filter
def money(amount: int | Money, currency: str = "") -> str:
    """`{{ amount|money:currency }}` for minor units, `{{ total|money }}` for a Money."""
    if isinstance(amount, Money):
        return _written(amount.amount, amount.currency, language())
    return _written(amount, currency, language())


@register.simple_tag
def pair(name: str, value: str) -> str:
    """`Total: €5.00`, with the space that the page's language has before its colons."""
    return _("%(name)s: %(value)s") % {"name": name, "value": value}


@register.filter
def percent(share: int) -> str:
    """`{{ share|percent }}` of a whole number: "40%", "40 %"."""
    return format_percent(share / 100, locale=language())


@lru_cache(maxsize=1024)
def _day(day: date, locale: str, *, pattern: str) -> str:
    return format_date(day, pattern, locale=locale)


@register.filter
def day(value: date) -> str:
    """In the manner of "Thu 12 June" or "jeu. 12 juin"."""
    return _day(value, language(), pattern=WEEKDAY_DAY_MONTH)


@register.simple_tag
def days(first: date, last: date) -> str:
    """Both ends of a span: "Thu 12 – Fri 13 June", "Sat 28 Nov – Tue 1 Dec"."""
    if first == last:
        return day(last)
    if (first.year, first.month) == (last.year, last.month):
        return f"{_day(first, language(), pattern=WEEKDAY_DAY)} – {day(last)}"
    ends = (_day(end, language(), pattern=SHORT) for end in (first, last))
    return " – ".join(ends)


@register.filter
def duration(seconds: int) -> str:
    """In whole minutes: "1 day, 2 hours, 5 minutes", "1 jour, 2 heures et 5 minutes"."""
    parts = []
    for unit, size in UNITS.items():
        count, seconds = divmod(seconds, size)
        if count:
            parts.append(format_unit(count, unit, locale=language()))
    parts = parts or [format_unit(0, unit, locale=language())]
    return format_list(parts, style="unit", locale=language())


@register.filter
def country(code: str) -> str:
    """The name of an ISO 3166 country: "France", "Allemagne"; the code itself when unknown."""
    return countries.name(code, language=language())


@register.filter
def media(name: str) -> str:
    """The address of a file in the media storage."""
    return default_storage.url(name)
