"""How postcodes look, country by country; where a country is missing here, any text will do."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

FOUR = r"\d{4}"
FIVE = r"\d{5}"


@dataclass(frozen=True, slots=True)
class Rule:
    """A pattern that the whole postcode matches, and what to say to someone who missed it."""

    pattern: re.Pattern[str]
    advice: str | Promise

    def accepts(self, postcode: str) -> bool:
        return self.pattern.fullmatch(postcode) is not None


def rule(pattern: str, advice: str | Promise) -> Rule:
    return Rule(re.compile(pattern, re.ASCII), advice)


# From each post's own addressing guide, as the Universal Postal Union lists them.
RULES: dict[str, Rule] = {
    "AT": rule(FOUR, _("Four digits, for example 1010")),
    "BE": rule(FOUR, _("Four digits, for example 1000")),
    "CA": rule(r"[A-Z]\d[A-Z] ?\d[A-Z]\d", _("Letters and digits in turn, for example H2X 1Y4")),
    "CH": rule(FOUR, _("Four digits, for example 1003")),
    "DE": rule(FIVE, _("Five digits, for example 10115")),
    "DK": rule(FOUR, _("Four digits, for example 1050")),
    "ES": rule(FIVE, _("Five digits, for example 28001")),
    "FI": rule(FIVE, _("Five digits, for example 00100")),
    "FR": rule(FIVE, _("Five digits, for example 35000")),
    "GB": rule(r"[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}", _("As on a letter, for example SW1A 1AA")),
    "IT": rule(FIVE, _("Five digits, for example 00184")),
    "LU": rule(rf"(L-)?{FOUR}", _("Four digits, for example 1009")),
    "NL": rule(r"\d{4} ?[A-Z]{2}", _("Four digits and two letters, for example 1012 AB")),
    "NO": rule(FOUR, _("Four digits, for example 0150")),
    "PL": rule(r"\d{2}-\d{3}", _("Two digits, a dash, three digits, for example 00-950")),
    "PT": rule(r"\d{4}-\d{3}", _("Four digits, a dash, three digits, for example 1100-148")),
    "SE": rule(r"\d{3} ?\d{2}", _("Five digits, for example 111 20")),
    "US": rule(r"\d{5}(-\d{4})?", _("Five digits, for example 94103")),
}
# Parcels there need a state, province or county on the label.
WITH_REGION = frozenset({"AU", "BR", "CA", "MX", "US"})
WITHOUT_POSTCODE = frozenset({"AE", "AO", "BF", "BJ", "CI", "CM", "HK", "QA", "TG"})


def tidy(postcode: str) -> str:
    """`postcode` in capitals, with single spaces."""
    return " ".join(postcode.upper().split())


def advice_for(postcode: str, *, country: str) -> str | Promise | None:
    """What to say of `postcode` (tidied) in `country` (ISO 3166), or None where it is well formed."""
    if country in WITHOUT_POSTCODE:
        return None
    if not postcode:
        return RULES[country].advice if country in RULES else _("The parcel needs a postcode")
    known = RULES.get(country)
    return known.advice if known and not known.accepts(postcode) else None
