# ruff: noqa: S608 - the text is made of names of our own models, never of input
"""What delivery costs and what tax a country takes: the rows, and which of them counts.

Of a merchant's rates, the zone decides first, by the address alone: among those that name the
country, the longest matching postcode prefix goes before a region, a region before the whole
country. Only then does weight and value: of the rates of that zone, the first (by position) in
whose bands the parcel lies. A heavy parcel to an island thus never travels at the mainland's rate:
where its own zone has no band for it, it is not delivered. docs/adr/0031 says why.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from catalogue.models import Product, ShippingRate, TaxRate
from catalogue.zones import Place
from shopping import rows


class Parcel(NamedTuple):
    """What a merchant (primary key) sends: grams, and minor units of the goods."""

    merchant: int
    grams: int
    value: int


# How special the zone of `{rate}` is for an address: a postcode's length, then a region, then 0;
# NULL where the address lies outside of it. A region stands for half a letter.
_SPECIAL = (
    "CASE WHEN {rate}.postcodes = '{{}}' AND {rate}.regions = '{{}}' THEN 0 ELSE greatest("
    "(SELECT max(length(prefix)) FROM unnest({rate}.postcodes) prefix"
    " WHERE starts_with({postcode}, prefix)),"
    " CASE WHEN {region} = ANY ({rate}.regions) THEN 0.5 END) END"
)
# Whether a parcel lies in the bands of `{rate}`.
FITS = (
    "({grams} BETWEEN {rate}.min_grams AND coalesce({rate}.max_grams, {grams})"
    " AND {value} BETWEEN {rate}.min_value AND coalesce({rate}.max_value, {value}))"
)
_SERVED = (
    "WHERE {rate}.merchant_id = {merchant} AND {country} = ANY ({rate}.countries)"
    f" AND ({_SPECIAL}) IS NOT NULL"
)
_BEST = f" ORDER BY ({_SPECIAL}) DESC, {FITS} DESC,"
_FIRST = " {rate}.position, {rate}.id LIMIT 1"
# Which of a merchant's rates counts for a parcel: the rest of a SELECT from catalogue_shippingrate;
# `{rate}` is the table's name there. The row that it finds counts only where it FITS: else the
# zone is served, and this parcel is not.
FIRST_SHIPPING = _SERVED + _BEST + _FIRST
# The same where some are wished for: one of `{wished}` (public ids) goes before the others of its
# zone whose bands it shares, and is of no use for any other parcel.
WISHED_SHIPPING = _SERVED + _BEST + " {rate}.public_id = ANY ({wished}) DESC," + _FIRST
# Which tax rate counts for a product in a country: its category's, then that of its kind of goods,
# then the country's standard one. The rest of a SELECT from catalogue_taxrate.
FIRST_TAX = (
    "WHERE {tax}.country = {country} AND {tax}.kind IN ({kind}, 'standard')"
    " AND ({tax}.category_id = {category} OR {tax}.category_id IS NULL)"
    " ORDER BY {tax}.category_id NULLS LAST, {tax}.kind = 'standard' LIMIT 1"
)
_PARCEL = "(SELECT %s::varchar, %s::varchar, %s::varchar, %s::bigint, %s::bigint)"
_TO = {
    "rate": "t",
    "country": "to_.country",
    "region": "to_.region",
    "postcode": "to_.postcode",
    "grams": "to_.grams",
    "value": "to_.value",
}
ONE_SHIPPING = (
    f"CROSS JOIN {_PARCEL} to_ (country, region, postcode, grams, value) "
    + FIRST_SHIPPING.format(merchant="%s", **_TO)
)
# All that may be wished for, of several parcels: those of the zone that FIRST_SHIPPING finds.
CHOICES = f"""
SELECT parcel.merchant, {rows.columns(ShippingRate, "t")}
FROM (SELECT %s::varchar AS country, %s::varchar AS region, %s::varchar AS postcode) to_
CROSS JOIN unnest(%s::bigint[], %s::bigint[], %s::bigint[]) AS parcel (merchant, grams, value)
JOIN LATERAL (
    SELECT t.*, rank() OVER (ORDER BY {_SPECIAL.format(**_TO)} DESC) AS zone
    FROM catalogue_shippingrate t {_SERVED.format(merchant="parcel.merchant", **_TO)}
) t ON t.zone = 1 AND {FITS.format(rate="t", grams="parcel.grams", value="parcel.value")}
ORDER BY parcel.merchant, t.position, t.id
"""
ONE_TAX = FIRST_TAX.format(tax="t", country="%s", kind="%s", category="%s")


def shipping_to(
    place: Place, *, merchant_id: int, grams: int = 0, value: int = 0
) -> ShippingRate | None:
    """The rate for a merchant's parcel of `grams` to `place`, with goods of `value` minor units.

    None where it is not delivered.
    """
    found = rows.fetch(ShippingRate, ONE_SHIPPING, [*place, grams, value, merchant_id])
    return found[0] if found and fits(found[0], grams=grams, value=value) else None


def choices(place: Place, parcels: Sequence[Parcel]) -> dict[int, list[ShippingRate]]:
    """By merchant (primary key), the rates among which the buyer of their parcel to `place` may
    choose, the one that counts by itself first; one statement."""
    columns = [list(column) for column in zip(*parcels, strict=True)] or [[], [], []]
    found: dict[int, list[ShippingRate]] = {}
    for merchant, *values in rows.run(CHOICES, [*place, *columns]):
        found.setdefault(merchant, []).append(rows.build(ShippingRate, tuple(values)))
    return found


def anywhere_in(
    country: str, *, among: Iterable[ShippingRate], grams: int, value: int
) -> ShippingRate | None:
    """What `shipping_to` finds for an address of which the country alone is known, of rates that are
    read already: `among` are a merchant's, in their order."""
    general = (
        rate
        for rate in among
        if country in rate.countries and not rate.regions and not rate.postcodes
    )
    return next((rate for rate in general if fits(rate, grams=grams, value=value)), None)


def fits(rate: ShippingRate, *, grams: int, value: int) -> bool:
    """Whether a parcel of `grams` with goods of `value` (minor units) lies in the rate's bands."""
    light = rate.max_grams is None or grams <= rate.max_grams
    small = rate.max_value is None or value <= rate.max_value
    return light and small and grams >= rate.min_grams and value >= rate.min_value


def tax_in(country: str, *, product: Product) -> TaxRate | None:
    """The tax on `product` in `country` (ISO 3166); None where we know of none."""
    found = rows.fetch(TaxRate, ONE_TAX, [country, product.tax_kind, product.category_id])
    return found[0] if found else None


def delivery_price(price: int, free_from: int | None, *, items_total: int) -> int:
    """What a rate asks for a parcel of `items_total`; all minor units."""
    return 0 if free_from is not None and items_total >= free_from else price


def save(rate: ShippingRate | TaxRate) -> None:
    """Write a new rate or a changed one; quotes made from now on hold it, placed orders keep theirs.

    Raises django.core.exceptions.ValidationError for one that makes no sense.
    """
    rate.full_clean()
    rate.save()


def remove(rate: ShippingRate | TaxRate) -> None:
    """Ask for it no longer; placed orders keep what they were quoted."""
    rate.delete()
