"""shipping_rates.csv: what a parcel costs, by country and service level."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from catalogue.models import Merchant, ShippingRate
from protocols.stores.files import Folder
from shopping import countries

RATES = "shipping_rates.csv"
# Wherever the same level has no rate of its own.
DEFAULT = "default"
# Days on the way, by level; of any other level USUAL.
DAYS = {"overnight": (1, 1), "express": (1, 2), "economy": (5, 10), "international": (6, 14)}
USUAL = (3, 5)


@dataclass(frozen=True, slots=True)
class Rate:
    """`price` in minor units."""

    id: str
    country: str
    level: str
    price: int
    title: str


def read(folder: Folder) -> list[Rate]:
    known = countries.names("en")
    seen: set[str] = set()
    found = []
    for row in folder.rows(RATES, ["id", "country_code", "service_level", "price"]):
        said = row.text("country_code", longest=10)
        country = DEFAULT if said.casefold() == DEFAULT else said.upper()
        if country != DEFAULT and country not in known:
            row.wrong("country_code", f"a country of two letters, or {DEFAULT}, not “{said}”")
        level = row.text("service_level", longest=30).casefold()
        title = row.text("title", required=False, longest=60) or level.title()
        code = folder.once(row, "id", seen)[:60]
        found.append(Rate(code, country, level, row.whole("price"), title))
    return found


def write(merchant: Merchant, rates: Sequence[Rate]) -> None:
    """Make or change the shop's rates by their ids; in the caller's transaction. Others stay."""
    ordered = sorted(rates, key=lambda rate: (rate.price, rate.id))
    for position, rate in enumerate(ordered):
        low, high = DAYS.get(rate.level, USUAL)
        ShippingRate.objects.update_or_create(
            merchant=merchant,
            external_id=rate.id,
            defaults={
                "name": rate.title,
                "countries": _zone(rate, rates),
                "price": rate.price,
                "min_days": low,
                "max_days": high,
                "position": position,
            },
        )


def _zone(rate: Rate, rates: Sequence[Rate]) -> list[str]:
    if rate.country != DEFAULT:
        return [rate.country]
    own = {each.country for each in rates if each.level == rate.level}
    return sorted(countries.names("en").keys() - own)
