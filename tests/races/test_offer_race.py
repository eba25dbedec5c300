"""Offers with a limit in a rush: as many orders as there may be, whoever comes at once."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import pytest

from catalogue.models import StockItem
from checkout import offers, orders, payments
from checkout.errors import TotalChanged
from checkout.models import Offer, OfferUse, Order
from checkout.offers import Claim
from checkout.orders import Buyer
from checkout.quotes import quote
from shopping.money import Money
from tests.buying import Basket
from tests.races.test_buying_race import at_once

pytestmark = pytest.mark.django_db(transaction=True)
BUYERS = 12


def offer(**limits: int) -> Offer:
    made = Offer(name="Few", code="FEW", kind="percentage", basis_points=1000, **limits)
    offers.save(made)
    StockItem.objects.update(on_hand=100)
    return made


def place(basket: Basket, buyer: Buyer, key: str, seen: Money) -> Order:
    return orders.place(
        basket.items, buyer=buyer, address=basket.address, key=key, seen_total=seen, code="FEW"
    )


def seen(basket: Basket) -> Money:
    return quote(basket.items, country="FR", claim=Claim("FEW")).total


def guest(number: int) -> Buyer:
    return Buyer(f"guest:{number}", user=None, email=f"g{number}@etal.example", locale="en")


def test_a_total_limit_holds_however_many_come(basket: Basket) -> None:
    made = offer(total_limit=3)
    total = seen(basket)
    answers = at_once([partial(place, basket, guest(n), f"key-{n}", total) for n in range(BUYERS)])
    refused = [answer for answer in answers if not isinstance(answer, Order)]
    assert {type(answer) for answer in refused} == {TotalChanged}
    assert len(refused) == BUYERS - 3
    assert Order.objects.filter(discount_total=340).count() == Order.objects.count() == 3
    made.refresh_from_db()
    assert (made.used, OfferUse.objects.count()) == (3, 3)


def test_a_persons_limit_holds_however_often_they_press(basket: Basket) -> None:
    """The same person with many forms: signed in, and as a guest with her own address."""
    made = offer(person_limit=1)
    total = seen(basket)
    alone = basket.buyer
    people = [alone if n % 2 else replace(guest(n), email=alone.email) for n in range(BUYERS)]
    answers = at_once(
        [partial(place, basket, each, f"key-{n}", total) for n, each in enumerate(people)]
    )
    assert sum(isinstance(answer, Order) for answer in answers) == 1
    assert sum(isinstance(answer, TotalChanged) for answer in answers) == BUYERS - 1
    made.refresh_from_db()
    assert (made.used, OfferUse.objects.count()) == (1, 1)


def test_what_is_given_back_while_others_take_it_is_counted(basket: Basket) -> None:
    made = offer(total_limit=BUYERS)
    total = seen(basket)
    first = [place(basket, guest(n), f"key-{n}", total) for n in range(BUYERS // 2)]
    jobs = [partial(payments.cancel_unpaid, each.pk, reason="expired") for each in first]
    jobs += [
        partial(place, basket, guest(n), f"key-{n}", total) for n in range(BUYERS // 2, BUYERS)
    ]
    answers = at_once(jobs)
    assert [answer for answer in answers if isinstance(answer, Exception)] == []
    made.refresh_from_db()
    assert (made.used, OfferUse.objects.count()) == (BUYERS // 2, BUYERS // 2)


def test_two_offers_are_locked_in_the_order_of_their_keys(basket: Basket) -> None:
    """The shop's own is younger than the platform's: nobody waits for somebody who waits for them."""
    offer(total_limit=100)
    own = Offer(name="Own", kind="percentage", basis_points=500, total_limit=100)
    own.merchant_id = basket_shop(basket)
    offers.save(own)
    total = seen(basket)
    answers = at_once([partial(place, basket, guest(n), f"key-{n}", total) for n in range(BUYERS)])
    assert [answer for answer in answers if isinstance(answer, Exception)] == []
    own.refresh_from_db()
    assert own.used == BUYERS


def basket_shop(basket: Basket) -> int:
    return StockItem.objects.get(variant__public_id=basket.items[0].variant_id).variant.merchant_id
