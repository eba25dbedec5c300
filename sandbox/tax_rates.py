"""Which tax a thing bears where it goes: a small table, good for trying out and for nothing else.

Shares are per cent, as decimals. A country or state that the table leaves out is one where the seller
collects nothing. https://docs.stripe.com/tax/tax-codes has what the codes mean.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

GOODS = "txcd_99999999"
SHIPPING = "txcd_92010001"
NONTAXABLE = "txcd_00000000"
CODE = re.compile(r"txcd_\d{8}")
# Tax codes that many countries tax less than the rest.
BOOKS = ("txcd_35010000", "txcd_35020000")
FOOD = ("txcd_40060003", "txcd_40020001", "txcd_40040000")
CLOTHES = ("txcd_30011000", "txcd_30060006")

# Country: what most things bear, books, food.
VAT = {
    "AT": ("20", "10", "10"), "BE": ("21", "6", "6"), "CH": ("8.1", "2.6", "2.6"),
    "CZ": ("21", "0", "12"), "DE": ("19", "7", "7"), "DK": ("25", "25", "25"),
    "ES": ("21", "4", "10"), "FI": ("25.5", "13.5", "13.5"), "FR": ("20", "5.5", "5.5"),
    "GB": ("20", "0", "0"), "GR": ("24", "6", "13"), "IE": ("23", "0", "0"), "IT": ("22", "4", "10"),
    "LU": ("17", "3", "3"), "NL": ("21", "9", "9"), "NO": ("25", "0", "15"), "PL": ("23", "5", "5"),
    "PT": ("23", "6", "6"), "SE": ("25", "6", "12"),
}  # fmt: skip
GST = {"AU": "10", "NZ": "15"}
# State of the United States: the state's own share; the ZIP codes' first three digits.
SALES_TAX = {"CA": "7.25", "NY": "4", "TX": "6.25", "WA": "6.5"}
ZIP_PREFIXES = {
    "CA": ((900, 961),), "NY": ((100, 149), (5, 5)), "OR": ((970, 979),), "TX": ((750, 799), (885, 885)),
    "WA": ((980, 994),),
}  # fmt: skip
NO_TAX = frozenset({("US", "OR")})
STATES = """
AL AK AZ AR CA CO CT DE DC FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND
OH OK OR PA RI SC SD TN TX UT VT VA WA WV WI WY
"""
STATE_NAMES = {
    "CA": "California",
    "NY": "New York",
    "TX": "Texas",
    "WA": "Washington",
    "OR": "Oregon",
}
ZIP = re.compile(r"(\d{3})\d{2}(-\d{4})?")
COUNTRY = re.compile(r"[A-Z]{2}")
UNUSED = frozenset({"XX", "ZZ", "AA", "QQ"})


class NoPlace(Exception):
    """An address that cannot be placed well enough to tell its tax."""


@dataclass(frozen=True)
class Place:
    country: str
    state: str | None = None


@dataclass(frozen=True)
class Share:
    """What part of the price is tax, and why; `percent` is a decimal such as `5.5`."""

    percent: Decimal
    reason: str
    kind: str | None = None
    name: str = ""


def place_of(address: dict[str, str | None]) -> Place:
    """Where an address is; raises `NoPlace` where that cannot be told."""
    country = (address.get("country") or "").upper()
    if not COUNTRY.fullmatch(country) or country in UNUSED:
        raise NoPlace
    if country != "US":
        return Place(country)
    found = ZIP.fullmatch((address.get("postal_code") or "").strip())
    state = (address.get("state") or "").strip().upper()
    if found is None or int(found[1]) == 0:
        raise NoPlace
    of_zip = state_of_zip(int(found[1]))
    if state and (state not in STATES.split() or (of_zip or state) != state):
        raise NoPlace
    return Place(country, state or of_zip)


def state_of_zip(prefix: int) -> str | None:
    for state, ranges in ZIP_PREFIXES.items():
        if any(first <= prefix <= last for first, last in ranges):
            return state
    return None


def share_of(place: Place, code: str) -> Share:
    """The tax on things of a tax code that go to a place."""
    if place.country == "US":
        return of_state(place.state or "", code)
    if place.country in VAT:
        standard, books, food = VAT[place.country]
        percent = books if code in BOOKS else food if code in FOOD else standard
        return taxed(Decimal(percent), code, kind="vat", name="VAT", reduced=percent != standard)
    if place.country in GST:
        return taxed(Decimal(GST[place.country]), code, kind="gst", name="GST")
    return Share(Decimal(0), "not_collecting")


def of_state(state: str, code: str) -> Share:
    if ("US", state) in NO_TAX:
        return Share(Decimal(0), "not_subject_to_tax")
    if state not in SALES_TAX:
        return Share(Decimal(0), "not_collecting")
    name = f"{STATE_NAMES[state]} State Sales Tax"
    free = (state == "NY" and code in CLOTHES) or (state == "CA" and code == SHIPPING)
    if free or code in FOOD:
        return Share(Decimal(0), "product_exempt", "sales_tax", name)
    return taxed(Decimal(SALES_TAX[state]), code, kind="sales_tax", name=name)


def taxed(percent: Decimal, code: str, *, kind: str, name: str, reduced: bool = False) -> Share:
    if code == NONTAXABLE:
        return Share(Decimal(0), "product_exempt", kind, name)
    if not percent:
        return Share(percent, "zero_rated", kind, name)
    return Share(percent, "reduced_rated" if reduced else "standard_rated", kind, name)
