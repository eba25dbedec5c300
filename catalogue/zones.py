"""Where a parcel goes, as the zones of shipping rates see it."""

from __future__ import annotations

from typing import NamedTuple

from accounts import postal


class Place(NamedTuple):
    """A country (ISO 3166), and as far as they are known the region's code and the postcode."""

    country: str
    region: str = ""
    postcode: str = ""

    @classmethod
    def of(cls, country: str, *, region: str = "", postcode: str = "") -> Place:
        """From an address as people write it: "Québec" is QC, and "h2x-1y4" is H2X1Y4."""
        code = postal.region_code(region, country=country) if region else ""
        return cls(country, code, bare(postcode, country=country) if postcode else "")


def bare(postcode: str, *, country: str) -> str:
    """`postcode`, or the beginning of one, in capitals, without spaces and dashes."""
    tidied = postal.tidy_postcode(postcode, country=country)
    return tidied.replace(" ", "").replace("-", "")
