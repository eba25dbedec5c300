"""Zones and bands: which rate an address and a weight get, for a quote, a card and an order alike."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from catalogue import bands, rates
from catalogue.models import Merchant, Product, ShippingRate
from catalogue.offers import offers
from catalogue.zones import Place
from checkout.errors import NotDelivered, ParcelNotDelivered
from checkout.quotes import Item, quote

NOW = datetime(2026, 6, 10, 8, tzinfo=UTC)


def rate(merchant: Merchant, name: str, *countries: str, **fields: Any) -> ShippingRate:
    words = {"price": 390} | fields
    return ShippingRate.objects.create(
        merchant=merchant, name=name, countries=list(countries), **words
    )


@pytest.fixture
def slippers(flipflops: Product) -> Product:
    """Flip-flops at €34.00 and 400 g a pair, on sale."""
    flipflops.status = Product.Status.ACTIVE
    flipflops.save()
    flipflops.variants.update(weight_grams=400)
    return flipflops


def delivery(product: Product, *, quantity: int = 1, **place: str) -> str:
    """The name of the rate of a parcel."""
    variant = product.variants.get(sku="COR-41")
    where = {"country": "FR"} | place
    return quote([Item(variant.public_id, quantity)], **where).deliveries[0].name


def test_the_most_special_zone_wins_whatever_its_position(
    slippers: Product, plage: Merchant
) -> None:
    rate(plage, "France", "FR", "CA", position=0)
    rate(plage, "Overseas", "FR", postcodes=["97", "98"], position=1)
    rate(plage, "Guadeloupe", "FR", postcodes=["971"], position=2)
    rate(plage, "Québec", "CA", regions=["QC"], position=3)
    rate(plage, "Montréal", "CA", postcodes=["H"], position=4)
    assert delivery(slippers) == "France"
    assert delivery(slippers, postcode="35 000") == "France"
    assert delivery(slippers, postcode="97400") == "Overseas"
    assert delivery(slippers, postcode="97110") == "Guadeloupe"
    assert delivery(slippers, country="CA", region="Ontario") == "France"
    assert delivery(slippers, country="CA", region="quebec", postcode="G1A 0A2") == "Québec"
    assert delivery(slippers, country="CA", region="Québec", postcode="G1A 0A2") == "Québec"
    assert delivery(slippers, country="CA", region="QC", postcode="h2x 1y4") == "Montréal"


def test_a_zone_without_a_band_for_the_parcel_never_falls_back_on_the_country(
    slippers: Product, plage: Merchant
) -> None:
    rate(plage, "France", "FR")
    rate(plage, "Corsica", "FR", postcodes=["20"], max_grams=800)
    assert delivery(slippers, quantity=2, postcode="20000") == "Corsica"
    with pytest.raises(ParcelNotDelivered) as refused:
        delivery(slippers, quantity=3, postcode="20000")
    assert "does not deliver a parcel of this weight (1.2 kg)" in refused.value.message
    assert delivery(slippers, quantity=3, postcode="35000") == "France"


def test_bands_of_weight_include_both_their_ends(slippers: Product, plage: Merchant) -> None:
    rate(plage, "Letter", "FR", max_grams=400)
    rate(plage, "Parcel", "FR", min_grams=401, max_grams=1200)
    assert [delivery(slippers, quantity=n) for n in (1, 2, 3)] == ["Letter", "Parcel", "Parcel"]
    with pytest.raises(NotDelivered):
        delivery(slippers, quantity=4)
    slippers.variants.update(weight_grams=0)
    assert delivery(slippers, quantity=4) == "Letter"


def test_bands_of_value_include_both_their_ends(slippers: Product, plage: Merchant) -> None:
    rate(plage, "Post", "FR", max_value=3400)
    rate(plage, "Insured", "FR", min_value=3401)
    assert [delivery(slippers, quantity=n) for n in (1, 2)] == ["Post", "Insured"]


def test_what_is_not_sent_weighs_nothing(slippers: Product, plage: Merchant) -> None:
    rate(plage, "Letter", "FR", max_grams=400)
    other = slippers.variants.exclude(sku="COR-41").first()
    other.requires_shipping = False
    other.save()
    pair = slippers.variants.get(sku="COR-41")
    quoted = quote([Item(pair.public_id, 1), Item(other.public_id, 5)], country="FR")
    assert quoted.deliveries[0].name == "Letter"


def test_a_card_asks_for_one_piece_to_the_general_zone(slippers: Product, plage: Merchant) -> None:
    def shown() -> int | None:
        return offers([slippers.pk], country="FR", now=NOW)[slippers.pk].delivery

    rate(plage, "Corsica", "FR", postcodes=["20"], price=900)
    assert shown() is None
    rate(plage, "Heavy", "FR", min_grams=401, price=700)
    assert shown() is None
    rate(plage, "Light", "FR", max_grams=400, price=300, position=5)
    assert shown() == 300
    found = rates.shipping_to(Place("FR"), merchant_id=plage.pk, grams=400)
    assert found is not None
    assert found.name == "Light"


@pytest.mark.parametrize(
    "wrong",
    [
        {"countries": ["FR", "BE"], "postcodes": ["20"]},
        {"countries": ["FR", "BE"], "regions": ["QC"]},
        {"min_grams": 500, "max_grams": 499},
        {"min_value": 500, "max_value": 499},
        {"min_value": -1},
    ],
)
def test_the_database_refuses_a_zone_or_a_band_that_makes_no_sense(
    plage: Merchant, wrong: dict[str, Any]
) -> None:
    fields = {"countries": ["FR"], "merchant": plage, "name": "Odd", "price": 1} | wrong
    with pytest.raises(ValidationError):
        rates.save(ShippingRate(**fields))
    with pytest.raises(IntegrityError), transaction.atomic():
        ShippingRate.objects.create(**fields)


def test_overlaps_and_gaps_of_a_zone_are_found(plage: Merchant) -> None:
    light = rate(plage, "Light", "FR", max_grams=500)
    heavy = rate(plage, "Heavy", "FR", min_grams=1001)
    rate(plage, "Corsica", "FR", postcodes=["20"])
    assert bands.same_zone(light) == [heavy]
    assert bands.overlapping(light, [heavy]) is None
    assert bands.gaps([heavy, light]) == [(501, 1000)]
    heavy.min_grams = 500
    assert bands.overlapping(light, [heavy]) == heavy
    assert bands.gaps([heavy, light]) == []
