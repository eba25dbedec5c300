"""What delivery costs and what tax a country takes: the rows, and which of them counts."""

from __future__ import annotations

from catalogue.models import Product, ShippingRate, TaxRate
from shopping import rows

# Which of a merchant's rates counts for a parcel to a country: the first that names it. The rest of
# a SELECT from catalogue_shippingrate; `{rate}` is the table's name there.
FIRST_SHIPPING = (
    "WHERE {rate}.merchant_id = {merchant} AND {country} = ANY ({rate}.countries)"
    " ORDER BY {rate}.position, {rate}.id LIMIT 1"
)
# Which tax rate counts for a product in a country: its category's before the country's own. The rest
# of a SELECT from catalogue_taxrate; `{category}` NULL asks for the country's own.
FIRST_TAX = (
    "WHERE {tax}.country = {country}"
    " AND ({tax}.category_id = {category} OR {tax}.category_id IS NULL)"
    " ORDER BY {tax}.category_id NULLS LAST LIMIT 1"
)
ONE_SHIPPING = FIRST_SHIPPING.format(rate="t", merchant="%s", country="%s")
ONE_TAX = FIRST_TAX.format(tax="t", country="%s", category="%s")


def shipping_to(country: str, *, merchant_id: int) -> ShippingRate | None:
    """The rate for a merchant's parcel to `country` (ISO 3166); None where it is not delivered."""
    found = rows.fetch(ShippingRate, ONE_SHIPPING, [merchant_id, country])
    return found[0] if found else None


def tax_in(country: str, *, product: Product) -> TaxRate | None:
    """The tax on `product` in `country` (ISO 3166); None where we know of none."""
    found = rows.fetch(TaxRate, ONE_TAX, [country, product.category_id])
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
