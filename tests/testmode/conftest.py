"""Plage's test space with goods of its own, beside the shop and what it really sells."""

import pytest

from catalogue import test_spaces
from catalogue.models import Merchant, Variant
from checkout.buyers import Buyer
from checkout.offers import Claim
from checkout.quotes import Item, quote
from shopping.money import Money
from tests.buying import (
    Basket,
    basket,
    bookcase,
    buyer,
    flipflops,
    order,
    payment,
    plage,
    rayon,
    sandbox,
    sandbox_process,
    stock_shelf,
    stranger,
)

__all__ = [
    "basket",
    "bookcase",
    "buyer",
    "flipflops",
    "order",
    "payment",
    "plage",
    "rayon",
    "sandbox",
    "sandbox_process",
    "stranger",
]


@pytest.fixture
def twin(plage: Merchant) -> Merchant:
    return test_spaces.twin_of(plage)


@pytest.fixture
def dummies(twin: Merchant) -> Variant:
    """What the test space sells: 10 pieces at €12.00."""
    return stock_shelf(twin, "Dummy sandals", price=1200, pieces=10)


@pytest.fixture
def tester(twin: Merchant) -> Buyer:
    """A partner's server that tries to buy in Plage's test space."""
    return Buyer("key:tester", None, "jo@partner.example", "en", test_shop_id=twin.pk)


class TestBasket(Basket):
    """What is ordered in a test space: the price is asked for there as well."""

    __test__ = False

    def total(self) -> Money:
        claim = Claim(test_shop_id=self.buyer.test_shop_id)
        return quote(self.items, country=self.address.country, claim=claim).total


@pytest.fixture
def trial(dummies: Variant, tester: Buyer) -> TestBasket:
    """One pair of dummies: €12.00 and €3.90 for the parcel."""
    return TestBasket((Item(dummies.public_id, 1),), tester)
