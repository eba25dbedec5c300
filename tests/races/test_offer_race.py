"""Offers with a limit in a rush: as many orders as there may be, whoever comes at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import pytest

from catalogue.models import Merchant
from checkout import offers, orders, payments
from checkout.buyers import Buyer
from checkout.errors import TotalChanged
from checkout.models import Offer, OfferUse, Order
from checkout.offers import Claim
from checkout.quotes import Item, quote
from tests.buying import Basket, stock_shelf
from tests.races.crowd import at_once

pytestmark = pytest.mark.django_db(transaction=True)
BUYERS = 12


@pytest.fixture
def shelves(basket: Basket, plage: Merchant) -> list[Basket]:
    """A thing for each buyer: with the same one, they would wait for each other's stock instead."""
    return [
        basket.with_(
            items=(Item(stock_shelf(plage, f"{n:03} towels", price=3400, pieces=1).public_id, 1),),
            buyer=guest(n),
            key=f"key-{n}",
        )
        for n in range(BUYERS)
    ]


def guest(number: int) -> Buyer:
    return Buyer(f"guest:{number}", user=None, email=f"g{number}@etal.example", locale="en")


def offer(merchant: Merchant | None = None, **fields: Any) -> Offer:
    made = Offer(
        name="Few",
        merchant=merchant,
        kind="percentage",
        most=5000,
        **{"basis_points": 1000, **fields},
    )
    offers.save(made)
    return made


def presses(baskets: Sequence[Basket], code: str = "FEW") -> list[Callable[[], Order]]:
    """A press on Pay for each, with the total that its shopper saw before anybody pressed."""
    total = quote(baskets[0].items, country="FR", claim=Claim(code)).total
    return [
        partial(
            orders.place,
            each.items,
            buyer=each.buyer,
            address=each.address,
            key=each.key,
            seen_total=total,
            code=code,
        )
        for each in baskets
    ]


def test_a_total_limit_holds_however_many_come(shelves: list[Basket]) -> None:
    made = offer(code="FEW", total_limit=3)
    answers = at_once(presses(shelves))
    refused = [answer for answer in answers if not isinstance(answer, Order)]
    assert {type(answer) for answer in refused} == {TotalChanged}
    assert len(refused) == BUYERS - 3
    assert Order.objects.filter(discount_total=340).count() == Order.objects.count() == 3
    made.refresh_from_db()
    assert (made.used, OfferUse.objects.count()) == (3, 3)


def test_a_persons_limit_holds_however_often_they_press(
    shelves: list[Basket], buyer: Buyer
) -> None:
    """The same person with many forms: signed in, and as guests with her address."""
    made = offer(code="FEW", person_limit=1)
    people = [buyer if n % 2 else replace(guest(n), email=buyer.email) for n in range(BUYERS)]
    forms = [each.with_(buyer=who) for each, who in zip(shelves, people, strict=True)]
    answers = at_once(presses(forms))
    assert sum(isinstance(answer, Order) for answer in answers) == 1
    assert sum(isinstance(answer, TotalChanged) for answer in answers) == BUYERS - 1
    made.refresh_from_db()
    assert (made.used, OfferUse.objects.count()) == (1, 1)


def test_what_is_given_back_while_others_take_it_is_counted(shelves: list[Basket]) -> None:
    made = offer(code="FEW", total_limit=BUYERS)
    all_of_them = presses(shelves)
    first = [press() for press in all_of_them[: BUYERS // 2]]
    jobs: list[Callable[[], object]] = [
        partial(payments.cancel_unpaid, each.pk, reason="expired") for each in first
    ]
    answers = at_once([*jobs, *all_of_them[BUYERS // 2 :]])
    assert [answer for answer in answers if isinstance(answer, Exception)] == []
    made.refresh_from_db()
    assert (made.used, OfferUse.objects.count()) == (BUYERS // 2, BUYERS // 2)


def test_offers_are_locked_in_the_order_of_their_keys(
    shelves: list[Basket], plage: Merchant
) -> None:
    """Nobody waits for somebody who waits for them."""
    limited = [
        offer(code="FEW", total_limit=100),
        offer(plage, total_limit=100),
        offer(basis_points=500, total_limit=100),
    ]
    answers = at_once(presses(shelves))
    assert [answer for answer in answers if isinstance(answer, Exception)] == []
    for each in limited:
        each.refresh_from_db()
        assert each.used == BUYERS
