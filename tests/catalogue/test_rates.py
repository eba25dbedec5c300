"""Which delivery rate and which tax rate count, for a card, a product's page and a quote alike."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.core.exceptions import ValidationError

from catalogue import rates
from catalogue.models import Category, Merchant, Product, ShippingRate, TaxRate
from catalogue.offers import offers
from catalogue.zones import Place
from checkout.quotes import Item, quote

TUESDAY = datetime(2025, 6, 10, 8, tzinfo=UTC)


@pytest.fixture
def slippers(flipflops: Product) -> Product:
    """Flip-flops at €34.00, on sale, in a category."""
    flipflops.category = Category.objects.create(name="Shoes", slug="shoes")
    flipflops.status = Product.Status.ACTIVE
    flipflops.save()
    return flipflops


def rate(merchant: Merchant, name: str, *countries: str, **fields: int) -> ShippingRate:
    words = {"price": 390} | fields
    return ShippingRate.objects.create(
        merchant=merchant, name=name, countries=list(countries), **words
    )


def quoted(product: Product, *, quantity: int = 1, country: str = "FR"):
    variant = product.variants.get(sku="COR-41")
    return quote([Item(variant.public_id, quantity)], country=country)


def test_the_first_rate_that_names_the_country_counts_everywhere(
    slippers: Product, plage: Merchant, rayon: Merchant
) -> None:
    rate(rayon, "Another shop's", "FR", price=1)
    rate(plage, "Later", "FR", "DE", price=100, position=2)
    first = rate(plage, "First", "FR", price=500, position=1)
    rate(plage, "As first", "FR", price=300, position=1)
    found = rates.shipping_to(Place("FR"), merchant_id=plage.pk)
    assert found == first
    assert quoted(slippers).deliveries[0].rate_pk == first.pk
    offer = offers([slippers.pk], country="FR", now=TUESDAY)[slippers.pk]
    assert offer.delivery == 500


def test_a_country_that_no_rate_names_is_not_delivered_to(
    slippers: Product, plage: Merchant
) -> None:
    rate(plage, "Home", "DE")
    assert rates.shipping_to(Place("FR"), merchant_id=plage.pk) is None
    offer = offers([slippers.pk], country="FR", now=TUESDAY)[slippers.pk]
    assert offer.delivery is None


@pytest.mark.parametrize(("free_from", "price"), [(3400, 0), (3401, 390), (None, 390)])
def test_delivery_is_free_from_the_very_amount_everywhere(
    slippers: Product, plage: Merchant, free_from: int | None, price: int
) -> None:
    rate(plage, "Home", "FR", free_from=free_from)
    assert rates.delivery_price(390, free_from, items_total=3400) == price
    assert quoted(slippers).delivery_total.amount == price
    offer = offers([slippers.pk], country="FR", now=TUESDAY)[slippers.pk]
    assert offer.delivery == price


def test_a_categorys_tax_goes_before_the_countrys_everywhere(
    slippers: Product, plage: Merchant
) -> None:
    rate(plage, "Home", "FR", "DE")
    TaxRate.objects.create(country="FR", basis_points=2000)
    food = Category.objects.create(name="Food", slug="food")
    TaxRate.objects.create(country="FR", category=food, basis_points=1000)
    own = TaxRate.objects.create(country="FR", category=slippers.category, basis_points=550)
    assert rates.tax_in("FR", product=slippers) == own
    goods, delivery = quoted(slippers).lines[0], quoted(slippers).deliveries[0]
    assert (goods.tax_bps, delivery.tax_bps) == (550, 550)
    assert rates.tax_in("DE", product=slippers) is None
    assert quoted(slippers, country="DE").lines[0].tax_bps == 0


def test_without_a_category_the_countrys_own_tax_counts(slippers: Product) -> None:
    TaxRate.objects.create(country="FR", category=slippers.category, basis_points=550)
    general = TaxRate.objects.create(country="FR", basis_points=2000)
    slippers.category = None
    assert rates.tax_in("FR", product=slippers) == general


def test_a_rate_that_makes_no_sense_is_not_written(plage: Merchant) -> None:
    backwards = ShippingRate(
        merchant=plage, name="Home", countries=["FR"], price=390, min_days=4, max_days=2
    )
    with pytest.raises(ValidationError, match="days run forwards"):
        rates.save(backwards)
    with pytest.raises(ValidationError):
        rates.save(TaxRate(country="FR", basis_points=10_001))
    assert not ShippingRate.objects.exists()
    assert not TaxRate.objects.exists()


def test_a_rate_is_saved_and_removed(plage: Merchant) -> None:
    home = ShippingRate(merchant=plage, name="Home", countries=["FR"], price=390)
    rates.save(home)
    assert ShippingRate.objects.get() == home
    rates.remove(home)
    assert not ShippingRate.objects.exists()
