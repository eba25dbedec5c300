"""Reading one cell of an import: a text, an amount, a number, a yes or no, an address."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from catalogue.models import HIGHEST_PRICE
from shopping.money import BadAmount, Money, exponent, step

PLAIN_AMOUNT = re.compile(r"[0-9]{1,15}(\.[0-9]{1,10})?", re.ASCII)
PLAIN_INTEGER = re.compile(r"[0-9]{1,9}(\.0+)?", re.ASCII)
HIGHEST_COUNT = 10_000_000
FLAGS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
NOT_IN_TAGS = re.compile(r"[^\w]+")


class BadCell(ValueError):
    """A cell that cannot be taken as it is; `message` says what to write instead."""

    def __init__(self, column: str, value: str, message: str) -> None:
        super().__init__(f"{column} {value!r}: {message}")
        self.column = column
        self.value = value[:80]
        self.message = message


def text(cells: Mapping[str, str], column: str, *, most: int, needed: bool = False) -> str:
    """The trimmed text of a cell, of at most `most` characters."""
    value = cells.get(column, "").strip()
    if needed and not value:
        raise BadCell(column, "", _("Fill this cell in."))
    if len(value) > most:
        raise BadCell(column, value, _("Shorten it to %(most)s characters.") % {"most": most})
    return value


def code(cells: Mapping[str, str], column: str, *, most: int) -> str:
    """A SKU or barcode; the apostrophe that keeps spreadsheets from rounding it is dropped."""
    return text(cells, column, most=most + 1).removeprefix("'")[:most]


def amount(cells: Mapping[str, str], column: str, *, currency: str) -> int | None:
    """A price in minor units, or None for an empty cell. Decimal all the way, never a float."""
    value = cells.get(column, "").strip()
    if not value:
        return None
    example = "12.50" if exponent(currency) else "1250"
    advice = _("Write a plain amount with a point, such as %(example)s.") % {"example": example}
    if not PLAIN_AMOUNT.fullmatch(value):
        raise BadCell(column, value, advice)
    try:
        minor = Money.parse(value, currency).amount
    except BadAmount:
        smallest = Money(step(currency), currency).decimal
        message = _("Amounts in %(currency)s go in steps of %(smallest)s; round this one.")
        words = {"currency": currency, "smallest": smallest}
        raise BadCell(column, value, message % words) from None
    if minor > HIGHEST_PRICE:
        most = Money(HIGHEST_PRICE, currency)
        raise BadCell(column, value, _("The highest price is %(most)s.") % {"most": most})
    return minor


def count(cells: Mapping[str, str], column: str) -> int:
    """A whole number from 0; an empty cell is 0."""
    value = cells.get(column, "").strip() or "0"
    if not PLAIN_INTEGER.fullmatch(value) or int(value.partition(".")[0]) > HIGHEST_COUNT:
        message = _("Write a whole number from 0 to %(most)s.") % {"most": HIGHEST_COUNT}
        raise BadCell(column, value, message)
    return int(value.partition(".")[0])


def flag(cells: Mapping[str, str], column: str, *, default: bool) -> bool:
    """Yes or no, in the words that spreadsheets use for it."""
    value = cells.get(column, "").strip()
    if not value:
        return default
    if value.lower() not in FLAGS:
        raise BadCell(column, value, _("Write true or false."))
    return FLAGS[value.lower()]


def address(cells: Mapping[str, str], column: str) -> str:
    """A web address, or nothing. It is kept as a note of where a picture was; no page loads it."""
    value = text(cells, column, most=1_000)
    if value:
        try:
            parts = urlsplit(value)
        except ValueError:
            parts = urlsplit("")
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise BadCell(column, value, _("Write a whole address that begins with https://."))
    return value


def tags(cells: Mapping[str, str], column: str) -> list[str]:
    """Tags in the form of hashtags: lower case, nothing but letters, digits and underscores."""
    found: dict[str, None] = {}
    for part in cells.get(column, "").split(","):
        tag = NOT_IN_TAGS.sub("", part.strip().lower())
        if len(tag) > 60:
            raise BadCell(column, part, _("Shorten each tag to 60 characters."))
        if tag:
            found[tag] = None
    return list(found)
