"""What to say to someone whose postcode is not one of their country's; accounts.postal knows which are."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from accounts import postal
from accounts.postal import Words

ADVICE: dict[str, Words] = {
    "AT": _("Four digits, for example 1010"),
    "BE": _("Four digits, for example 1000"),
    "CA": _("Letters and digits in turn, for example H2X 1Y4"),
    "CH": _("Four digits, for example 1003"),
    "DE": _("Five digits, for example 10115"),
    "DK": _("Four digits, for example 1050"),
    "ES": _("Five digits, for example 28001"),
    "FI": _("Five digits, for example 00100"),
    "FR": _("Five digits, for example 35000"),
    "GB": _("As on a letter, for example SW1A 1AA"),
    "IT": _("Five digits, for example 00184"),
    "LU": _("Four digits, for example 1009"),
    "NL": _("Four digits and two letters, for example 1012 AB"),
    "NO": _("Four digits, for example 0150"),
    "PL": _("Two digits, a dash, three digits, for example 00-950"),
    "PT": _("Four digits, a dash, three digits, for example 1100-148"),
    "SE": _("Five digits, for example 111 20"),
    "US": _("Five digits, for example 94103"),
}


def advice_for(postcode: str, *, country: str) -> Words | None:
    """What to say of `postcode` (tidied) in `country` (ISO 3166), or None where it will do."""
    rules = postal.rules(country)
    if postcode and postal.accepts_postcode(postcode, country=country):
        return None
    if not postcode and "postal_code" not in rules.required:
        return None
    if country in ADVICE:
        return ADVICE[country]
    if rules.example:
        return _("As in this country, for example %(example)s") % {"example": rules.example}
    return _("The parcel needs a postcode")
