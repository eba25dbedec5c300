"""Choosing among the rates of a parcel, for those who are shown several; the pages take the first."""

from __future__ import annotations

from uuid import UUID

import pytest

from catalogue import rates
from catalogue.models import Merchant, ShippingRate, Variant
from catalogue.rates import Parcel
from catalogue.zones import Place
from checkout import orders
from checkout.offers import Claim
from checkout.quotes import Item, QuoteDelivery, quote
from shopping.money import Money
from tests.buying import HOME, Basket

pytestmark = pytest.mark.django_db


def rate(merchant: Merchant, name: str, price: int, position: int, **more: object) -> ShippingRate:
    return ShippingRate.objects.create(
        merchant=merchant,
        name=name,
        price=price,
        position=position,
        **{"countries": ["FR"], **more},
    )


@pytest.fixture
def express(plage: Merchant) -> ShippingRate:
    return rate(plage, "Express", 990, 1, min_days=1, max_days=1)


def parcel(basket: Basket, *wished: UUID, postcode: str = "35000") -> QuoteDelivery:
    claim = Claim(rates=wished)
    asked = quote(basket.items, country="FR", postcode=postcode, claim=claim)
    return asked.deliveries[0]


def test_the_first_rate_counts_until_another_is_chosen(
    basket: Basket, express: ShippingRate
) -> None:
    assert parcel(basket).name == "Home"
    assert parcel(basket, express.public_id).amount == Money(990, "EUR")


def test_what_may_not_be_chosen_does_not_count(
    basket: Basket, plage: Merchant, rayon: Merchant
) -> None:
    heavy = rate(plage, "Pallet", 1, 2, min_grams=50_000)
    island = rate(plage, "Ferry", 2, 3, postcodes=["20"])
    theirs = ShippingRate.objects.get(merchant=rayon)
    for wrong in (heavy, island, theirs):
        assert parcel(basket, wrong.public_id).name == "Home", wrong
    # On the island there is nothing else.
    assert parcel(basket, postcode="20000").name == "Ferry"


def test_the_choices_are_those_of_the_zone_whose_bands_fit(
    basket: Basket, plage: Merchant, rayon: Merchant, express: ShippingRate
) -> None:
    rate(plage, "Pallet", 1, 2, min_grams=50_000)
    rate(plage, "Ferry", 2, 3, postcodes=["20"])

    def names(postcode: str) -> dict[int, list[str]]:
        parcels = [Parcel(plage.pk, 300, 3400), Parcel(rayon.pk, 0, 100)]
        found = rates.choices(Place("FR", postcode=postcode), parcels)
        return {merchant: [each.name for each in some] for merchant, some in found.items()}

    assert names("35000") == {plage.pk: ["Home", "Express"], rayon.pk: ["Home"]}
    assert names("20000") == {plage.pk: ["Ferry"], rayon.pk: ["Home"]}
    assert rates.choices(Place("JP"), [Parcel(plage.pk, 300, 3400)]) == {}
    assert rates.choices(Place("FR"), []) == {}


def test_an_order_travels_as_it_was_chosen(basket: Basket, express: ShippingRate) -> None:
    order = orders.place(
        basket.items,
        buyer=basket.buyer,
        address=HOME,
        key="key-1",
        seen_total=Money(3400 + 990, "EUR"),
        rates=[express.public_id],
    )
    assert (order.deliveries.get().name, order.total) == ("Express", 4390)


def test_where_nobody_has_said_where_to_the_goods_alone_are_priced(
    flipflops: Variant,
) -> None:
    priced = quote([Item(flipflops.public_id, 2)], country=None)
    assert (priced.deliveries, priced.total, priced.tax_included.amount) == (
        (),
        Money(6800, "EUR"),
        0,
    )
