"""One cart from several tabs and browsers at once, on real PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import pytest
from django.db import transaction

from catalogue.models import Merchant, StockItem, Variant
from checkout import baskets, cart_owners, carts, orders
from checkout.buyers import Buyer
from checkout.cart_orders import CartIsBeingPaid
from checkout.cart_owners import Owner
from checkout.errors import CartIsFull
from checkout.models import Cart, CartLine, Order
from checkout.quotes import Item, quote
from tests.buying import HOME, stock_shelf
from tests.races.crowd import at_once

pytestmark = pytest.mark.django_db(transaction=True)
GUEST = Owner(guest="g" * 32)
TABS = 12
ROUNDS = 5


def failures(answers: Sequence[object]) -> list[object]:
    return [answer for answer in answers if isinstance(answer, Exception)]


@pytest.mark.parametrize("who", ["guest", "member"])
def test_many_additions_at_once_lose_nothing(
    flipflops: Variant, bookcase: Variant, buyer: Buyer, who: str
) -> None:
    """The first of all, too: each tab finds no cart and means to open it."""
    assert buyer.user
    owner = GUEST if who == "guest" else Owner(buyer.user.pk)
    StockItem.objects.update(on_hand=99)
    for turn in range(1, ROUNDS + 1):
        Cart.objects.all().delete()
        jobs = [
            lambda variant=variant: carts.add(owner, variant.public_id)
            for variant in [flipflops, bookcase] * (TABS // 2)
        ]
        assert failures(at_once(jobs)) == [], turn
        assert Cart.objects.count() == 1
        assert {line.variant_id: line.quantity for line in CartLine.objects.all()} == {
            flipflops.pk: TABS // 2,
            bookcase.pk: TABS // 2,
        }


def test_the_last_place_in_a_cart_is_filled_once(plage: Merchant) -> None:
    things = [stock_shelf(plage, f"{n} thing", price=100, pieces=9) for n in range(49 + TABS)]
    for thing in things[:49]:
        carts.add(GUEST, thing.public_id)
    jobs = [lambda thing=thing: carts.add(GUEST, thing.public_id) for thing in things[49:]]
    refused = failures(at_once(jobs))
    assert [type(error) for error in refused] == [CartIsFull] * (TABS - 1)
    assert CartLine.objects.count() == 50


def test_a_guests_cart_is_merged_once_however_often_it_is_asked_for(
    flipflops: Variant, buyer: Buyer
) -> None:
    """Two people at two tabs of one browser, and additions that come in meanwhile."""
    assert buyer.user
    mai = Owner(buyer.user.pk)
    theo = Owner(flipflops.merchant.account_id)
    StockItem.objects.update(on_hand=99)
    for _ in range(ROUNDS):
        Cart.objects.all().delete()
        carts.add(GUEST, flipflops.public_id, quantity=4)
        jobs: list[Callable[[], object]] = [
            lambda owner=owner: cart_owners.merge(GUEST.guest, user_id=owner.user_id)
            for owner in [mai, theo] * 4
        ]
        assert failures(at_once(jobs)) == []
        assert sorted(baskets.pieces(owner) for owner in (mai, theo)) == [0, 4]
        assert baskets.pieces(GUEST) == 0


def test_an_addition_during_the_merging_is_not_lost(flipflops: Variant, buyer: Buyer) -> None:
    assert buyer.user
    mai = Owner(buyer.user.pk)
    StockItem.objects.update(on_hand=99)
    for _ in range(ROUNDS):
        Cart.objects.all().delete()
        carts.add(GUEST, flipflops.public_id, quantity=9)
        jobs: list[Callable[[], object]] = [
            lambda: cart_owners.merge(GUEST.guest, user_id=mai.user_id or 0),
            *[lambda: carts.add(GUEST, flipflops.public_id) for _ in range(5)],
        ]
        assert failures(at_once(jobs)) == []
        assert baskets.pieces(mai) + baskets.pieces(GUEST) == 14


def test_what_was_bought_leaves_once_whatever_happens_to_the_cart(
    flipflops: Variant, buyer: Buyer
) -> None:
    """Paid while its guest signs in and puts more in: the pieces that were bought go, no others."""
    assert buyer.user
    mai = Owner(buyer.user.pk)
    StockItem.objects.update(on_hand=99)
    for _ in range(ROUNDS * 4):
        Cart.objects.all().delete()
        carts.add(GUEST, flipflops.public_id, quantity=9)
        cart = Cart.objects.get().pk
        jobs: list[Callable[[], object]] = [
            lambda cart=cart: pay_for(cart, {flipflops.pk: 9}),
            lambda: cart_owners.merge(GUEST.guest, user_id=mai.user_id or 0),
            *[lambda: carts.add(GUEST, flipflops.public_id) for _ in range(4)],
        ]
        assert failures(at_once(jobs)) == []
        assert baskets.pieces(mai) + baskets.pieces(GUEST) == 4


def test_windows_of_one_cart_that_press_pay_at_once_place_one_order(
    flipflops: Variant, bookcase: Variant, buyer: Buyer
) -> None:
    """Each window has a form and a key of its own."""
    StockItem.objects.update(on_hand=99)
    for turn in range(ROUNDS):
        Cart.objects.all().delete()
        carts.add(GUEST, flipflops.public_id)
        cart = Cart.objects.get().pk
        things = [flipflops, bookcase] * 3
        jobs = [
            partial(place_from, cart, thing, buyer=buyer, key=f"{turn}-{n}")
            for n, thing in enumerate(things)
        ]
        refused = failures(at_once(jobs))
        assert [type(error) for error in refused] == [CartIsBeingPaid] * 5
        assert Order.objects.filter(cart=cart).count() == 1
    assert sum(StockItem.objects.values_list("reserved", flat=True)) == ROUNDS


def place_from(cart: int, thing: Variant, *, buyer: Buyer, key: str) -> Order:
    items = [Item(thing.public_id, 1)]
    total = quote(items, country="FR").total
    return orders.place(items, buyer=buyer, address=HOME, key=key, seen_total=total, cart=cart)


def pay_for(cart: int, quantities: dict[int, int]) -> None:
    with transaction.atomic():
        cart_owners.bought(cart, quantities=quantities)
