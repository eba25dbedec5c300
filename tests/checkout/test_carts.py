"""Carts: what is added, changed, saved, merged; whose they are; and what is refused."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from catalogue.models import Drop, Merchant, Product, StockItem, Variant
from checkout import baskets, cart_owners, carts
from checkout.buyers import Buyer
from checkout.cart_owners import Owner
from checkout.carts import Added, Removed
from checkout.errors import (
    BadQuantity,
    CartIsFull,
    CheckoutError,
    FewerLeft,
    NotInCart,
    UnknownProduct,
)
from checkout.models import Cart
from feeds.models import Post, ProductCard
from shopping.money import Money
from tests.buying import NOWHERE, open_shop, stock_shelf

pytestmark = pytest.mark.django_db
GUEST = Owner(guest="g" * 32)
OTHER = Owner(guest="h" * 32)


@pytest.fixture
def mai(buyer: Buyer) -> Owner:
    assert buyer.user
    return Owner(buyer.user.pk)


def held(owner: Owner) -> dict[str, int]:
    """Title → pieces of what is in the cart."""
    return {line.title: line.quantity for line in baskets.build(owner, country="FR").lines}


def saved(owner: Owner) -> dict[str, int]:
    return {line.title: line.quantity for line in baskets.build(owner, country="FR").saved}


def shelf_of(merchant: Merchant, count: int) -> list[Variant]:
    return [stock_shelf(merchant, f"{n} thing", price=100, pieces=9) for n in range(count)]


def shown_by(variant: Variant, author: Buyer) -> Post:
    assert author.user
    post = Post.objects.create(author=author.user, body="Look!", created_at=timezone.now())
    ProductCard.objects.create(post=post, product=variant.product, position=0)
    return post


# Adding ----------------------------------------------------------------------------------------
def test_adding_opens_a_cart_and_adds_up(flipflops: Variant, bookcase: Variant) -> None:
    carts.add(GUEST, flipflops.public_id)
    carts.add(GUEST, bookcase.public_id, quantity=2)
    carts.add(GUEST, flipflops.public_id, quantity=3)
    assert held(GUEST) == {"Corniche flip-flops": 4, "Bookcase": 2}
    assert baskets.pieces(GUEST) == 6
    assert Cart.objects.count() == 1


def test_the_first_post_that_showed_it_is_kept(
    flipflops: Variant, bookcase: Variant, buyer: Buyer
) -> None:
    first, second = shown_by(flipflops, buyer), shown_by(flipflops, buyer)
    carts.add(GUEST, flipflops.public_id, post=first.public_id)
    carts.add(GUEST, flipflops.public_id, post=second.public_id)
    carts.add(GUEST, bookcase.public_id, post=first.public_id)  # Does not show it.
    lines = baskets.build(GUEST, country="FR").lines
    assert [line.post_id for line in lines] == [first.public_id, None]


def test_more_pieces_than_a_line_may_have(flipflops: Variant) -> None:
    StockItem.objects.update(on_hand=500)
    carts.add(GUEST, flipflops.public_id, quantity=98)
    carts.add(GUEST, flipflops.public_id)
    for quantity in (1, 0, -1, 100, 10_000):
        with pytest.raises(BadQuantity):
            carts.add(GUEST, flipflops.public_id, quantity=quantity)
    assert held(GUEST) == {"Corniche flip-flops": 99}


def test_more_pieces_than_are_left(bookcase: Variant) -> None:
    carts.add(GUEST, bookcase.public_id, quantity=3)
    with pytest.raises(FewerLeft) as refused:
        carts.add(GUEST, bookcase.public_id)
    assert refused.value.message == "Only 3 are left."
    StockItem.objects.update(on_hand=0)
    with pytest.raises(FewerLeft) as refused:
        carts.add(OTHER, bookcase.public_id)
    assert refused.value.message == "This has just sold out."
    assert held(GUEST) == {"Bookcase": 3}
    assert not held(OTHER)


def test_more_lines_than_a_cart_may_have(plage: Merchant, rayon: Merchant) -> None:
    things = shelf_of(plage, 50)
    more = stock_shelf(rayon, "One too many", price=100, pieces=9)
    for thing in things:
        carts.add(GUEST, thing.public_id)
    with pytest.raises(CartIsFull) as refused:
        carts.add(GUEST, more.public_id)
    assert "50 different products fit" in refused.value.message
    carts.add(GUEST, things[0].public_id)  # More of what is there still fits.
    carts.save_for_later(GUEST, things[1].public_id)
    carts.add(GUEST, more.public_id)
    with pytest.raises(CartIsFull):
        carts.move_to_cart(GUEST, things[1].public_id)
    assert len(held(GUEST)) == 50
    assert saved(GUEST) == {"1 thing": 1}


def withdrawn(variant: Variant) -> None:
    Variant.objects.filter(pk=variant.pk).update(active=False)


def archived(variant: Variant) -> None:
    Product.objects.filter(pk=variant.product_id).update(status="archived")


def suspended(variant: Variant) -> None:
    Merchant.objects.filter(pk=variant.merchant_id).update(status="suspended")


def waiting(variant: Variant) -> None:
    Drop.objects.create(product=variant.product, opens_at=timezone.now() + timedelta(hours=1))


@pytest.mark.parametrize("happens", [withdrawn, archived, suspended, waiting])
def test_what_is_not_on_sale_is_not_added(flipflops: Variant, happens) -> None:
    happens(flipflops)
    with pytest.raises(UnknownProduct):
        carts.add(GUEST, flipflops.public_id)
    with pytest.raises(UnknownProduct):
        carts.add(GUEST, NOWHERE)
    assert not Cart.objects.exists()


def test_nobody_has_a_cart(flipflops: Variant) -> None:
    carts.add(GUEST, flipflops.public_id)
    nobody = Owner()
    assert not nobody
    assert baskets.pieces(nobody) == 0
    assert baskets.build(nobody, country="FR").is_empty
    assert carts.remove(nobody, flipflops.public_id) is None
    assert held(GUEST) == {"Corniche flip-flops": 1}


# Undoing ---------------------------------------------------------------------------------------
def test_an_addition_is_undone_and_no_more(flipflops: Variant) -> None:
    carts.add(GUEST, flipflops.public_id, quantity=2)
    added = carts.add(GUEST, flipflops.public_id, quantity=3)
    carts.undo_add(GUEST, flipflops.public_id, added)
    assert held(GUEST) == {"Corniche flip-flops": 2}
    carts.undo_add(GUEST, flipflops.public_id, Added(2, was_saved=False))
    carts.undo_add(GUEST, flipflops.public_id, Added(2, was_saved=False))
    assert held(GUEST) == {}


def test_what_was_saved_is_saved_again_when_its_addition_is_undone(flipflops: Variant) -> None:
    carts.add(GUEST, flipflops.public_id, quantity=2)
    carts.save_for_later(GUEST, flipflops.public_id)
    added = carts.add(GUEST, flipflops.public_id)
    assert added == Added(1, was_saved=True)
    assert (held(GUEST), saved(GUEST)) == ({"Corniche flip-flops": 3}, {})
    carts.undo_add(GUEST, flipflops.public_id, added)
    assert (held(GUEST), saved(GUEST)) == ({}, {"Corniche flip-flops": 2})


def test_a_removal_is_undone(flipflops: Variant, buyer: Buyer) -> None:
    post = shown_by(flipflops, buyer)
    carts.add(GUEST, flipflops.public_id, quantity=2, post=post.public_id)
    removed = carts.remove(GUEST, flipflops.public_id)
    assert removed == Removed(
        flipflops.public_id, "Corniche flip-flops", 2, 3400, False, post.public_id
    )
    assert carts.remove(GUEST, flipflops.public_id) is None
    StockItem.objects.update(on_hand=0)  # It comes back even if it cannot be had.
    carts.put_back(GUEST, removed)
    carts.put_back(GUEST, removed)
    [line] = baskets.build(GUEST, country="FR").lines
    assert (line.quantity, line.post_id, line.state) == (2, post.public_id, "sold_out")


@pytest.mark.parametrize("quantity", [0, -1, 100])
def test_a_forged_undo_puts_nothing_in(flipflops: Variant, quantity: int) -> None:
    with pytest.raises(BadQuantity):
        carts.put_back(GUEST, Removed(flipflops.public_id, "", quantity, 1, False, None))
    with pytest.raises(UnknownProduct):
        carts.put_back(GUEST, Removed(NOWHERE, "", 1, 1, False, None))
    assert not Cart.objects.exists()


def test_an_undo_does_not_overfill_the_cart(plage: Merchant) -> None:
    *things, last = shelf_of(plage, 51)
    carts.add(GUEST, last.public_id)
    removed = carts.remove(GUEST, last.public_id)
    assert removed
    for thing in things:
        carts.add(GUEST, thing.public_id)
    with pytest.raises(CartIsFull):
        carts.put_back(GUEST, removed)
    assert len(held(GUEST)) == 50


# Changing --------------------------------------------------------------------------------------
def test_another_quantity(flipflops: Variant) -> None:
    carts.add(GUEST, flipflops.public_id)
    carts.change(GUEST, flipflops.public_id, quantity=7)
    assert held(GUEST) == {"Corniche flip-flops": 7}
    carts.change(GUEST, flipflops.public_id, quantity=0)
    assert held(GUEST) == {}


def test_a_quantity_that_cannot_be(flipflops: Variant) -> None:
    carts.add(GUEST, flipflops.public_id)
    refusals: list[tuple[int, type[CheckoutError]]] = [
        (-1, BadQuantity),
        (100, BadQuantity),
        (11, FewerLeft),
    ]
    for quantity, refusal in refusals:
        with pytest.raises(refusal):
            carts.change(GUEST, flipflops.public_id, quantity=quantity)
    with pytest.raises(NotInCart):
        carts.change(GUEST, NOWHERE, quantity=1)
    carts.save_for_later(GUEST, flipflops.public_id)
    with pytest.raises(NotInCart):
        carts.change(GUEST, flipflops.public_id, quantity=2)
    assert saved(GUEST) == {"Corniche flip-flops": 1}


def test_a_changed_price_is_said_until_it_was_agreed_to(flipflops: Variant) -> None:
    def seen() -> tuple[bool, Money]:
        [line] = baskets.build(GUEST, country="FR").lines
        return line.price_changed, line.seen_price

    carts.add(GUEST, flipflops.public_id)
    Variant.objects.update(price=3900)
    carts.add(GUEST, flipflops.public_id)
    assert seen() == (True, Money(3400, "EUR"))
    # A page that is older than the change: nobody agreed to what it did not show.
    carts.change(GUEST, flipflops.public_id, quantity=3, price=3400)
    assert seen() == (True, Money(3400, "EUR"))
    carts.change(GUEST, flipflops.public_id, quantity=4, price=3900)
    assert seen() == (False, Money(3900, "EUR"))


def test_saving_for_later_and_back_again_and_again(flipflops: Variant) -> None:
    carts.add(GUEST, flipflops.public_id, quantity=2)
    for _ in range(2):
        carts.save_for_later(GUEST, flipflops.public_id)
        assert (held(GUEST), saved(GUEST)) == ({}, {"Corniche flip-flops": 2})
        assert baskets.pieces(GUEST) == 0
    for _ in range(2):
        carts.move_to_cart(GUEST, flipflops.public_id)
        assert (held(GUEST), saved(GUEST)) == ({"Corniche flip-flops": 2}, {})
    for verb in (carts.save_for_later, carts.move_to_cart):
        with pytest.raises(NotInCart):
            verb(GUEST, NOWHERE)


def test_nobody_reaches_into_anothers_cart(flipflops: Variant, mai: Owner) -> None:
    for owner in (GUEST, mai):
        carts.add(owner, flipflops.public_id, quantity=2)
    for stranger in (OTHER, Owner(mai.user_id + 1), Owner(guest=f"user:{mai.user_id}"), Owner()):
        assert carts.remove(stranger, flipflops.public_id) is None
        carts.undo_add(stranger, flipflops.public_id, Added(1, was_saved=True))
        for verb in (carts.save_for_later, carts.move_to_cart):
            with pytest.raises(NotInCart):
                verb(stranger, flipflops.public_id)
        with pytest.raises(NotInCart):
            carts.change(stranger, flipflops.public_id, quantity=5)
    assert held(GUEST) == held(mai) == {"Corniche flip-flops": 2}


def test_what_was_saved_since_is_not_undone(flipflops: Variant) -> None:
    added = carts.add(GUEST, flipflops.public_id, quantity=2)
    carts.save_for_later(GUEST, flipflops.public_id)
    carts.undo_add(GUEST, flipflops.public_id, added)
    assert (held(GUEST), saved(GUEST)) == ({}, {"Corniche flip-flops": 2})


@pytest.mark.parametrize("quantity", [-5, 0, 100])
def test_an_undo_of_no_quantity_there_is_changes_nothing(flipflops: Variant, quantity: int) -> None:
    carts.add(GUEST, flipflops.public_id, quantity=2)
    with pytest.raises(BadQuantity):
        carts.undo_add(GUEST, flipflops.public_id, Added(quantity, was_saved=False))
    assert held(GUEST) == {"Corniche flip-flops": 2}


def test_a_forged_undo_saves_no_more_than_may_be_saved(plage: Merchant) -> None:
    things = shelf_of(plage, 101)
    for thing in things[:100]:
        carts.add(GUEST, thing.public_id)
        carts.save_for_later(GUEST, thing.public_id)
    carts.add(GUEST, things[100].public_id, quantity=2)
    with pytest.raises(CartIsFull):
        carts.undo_add(GUEST, things[100].public_id, Added(1, was_saved=True))
    assert (len(saved(GUEST)), sum(held(GUEST).values())) == (100, 2)


# Merging ---------------------------------------------------------------------------------------
def test_signing_in_brings_the_guests_lines_along(
    flipflops: Variant, bookcase: Variant, mai: Owner
) -> None:
    carts.add(GUEST, flipflops.public_id, quantity=2)
    carts.add(GUEST, bookcase.public_id)
    carts.save_for_later(GUEST, bookcase.public_id)
    for _ in range(3):
        cart_owners.merge(GUEST.guest, user_id=mai.user_id)
        assert (held(mai), saved(mai)) == ({"Corniche flip-flops": 2}, {"Bookcase": 1})
        assert baskets.build(GUEST, country="FR").is_empty


@pytest.mark.parametrize(("theirs", "hers", "after"), [(2, 5, 5), (5, 2, 5), (3, 3, 3)])
def test_the_same_in_both_is_the_larger_never_the_sum(
    flipflops: Variant, mai: Owner, theirs: int, hers: int, after: int
) -> None:
    carts.add(GUEST, flipflops.public_id, quantity=theirs)
    carts.add(mai, flipflops.public_id, quantity=hers)
    cart_owners.merge(GUEST.guest, user_id=mai.user_id)
    assert held(mai) == {"Corniche flip-flops": after}


def test_what_is_in_either_cart_is_in_the_cart(
    flipflops: Variant, bookcase: Variant, mai: Owner
) -> None:
    for variant in (flipflops, bookcase):
        carts.add(GUEST, variant.public_id)
        carts.add(mai, variant.public_id)
    carts.save_for_later(GUEST, flipflops.public_id)
    carts.save_for_later(mai, bookcase.public_id)
    cart_owners.merge(GUEST.guest, user_id=mai.user_id)
    assert (held(mai), saved(mai)) == ({"Corniche flip-flops": 1, "Bookcase": 1}, {})


def test_a_guests_cart_goes_to_one_person_only(
    flipflops: Variant, bookcase: Variant, mai: Owner
) -> None:
    """A browser that several people share."""
    theo = Owner(open_shop("theo").account_id)
    carts.add(GUEST, flipflops.public_id)
    cart_owners.merge(GUEST.guest, user_id=mai.user_id)
    cart_owners.merge(GUEST.guest, user_id=theo.user_id)
    assert (held(mai), held(theo)) == ({"Corniche flip-flops": 1}, {})
    carts.add(GUEST, bookcase.public_id)  # Signed out again, somebody goes on.
    cart_owners.merge(GUEST.guest, user_id=theo.user_id)
    assert (held(mai), held(theo)) == ({"Corniche flip-flops": 1}, {"Bookcase": 1})


def test_what_does_not_fit_waits_for_later(plage: Merchant, mai: Owner) -> None:
    things = shelf_of(plage, 70)
    for thing in things[:40]:
        carts.add(mai, thing.public_id)
    for thing in things[30:]:
        carts.add(GUEST, thing.public_id)
    cart_owners.merge(GUEST.guest, user_id=mai.user_id)
    assert (len(held(mai)), len(saved(mai))) == (50, 20)
    assert baskets.build(mai, country="FR").summaries[0].quote


# Buying ----------------------------------------------------------------------------------------
def test_what_was_bought_is_gone_and_the_rest_stays(
    flipflops: Variant, bookcase: Variant, mai: Owner
) -> None:
    carts.add(GUEST, flipflops.public_id)
    for variant in (flipflops, bookcase):
        carts.add(mai, variant.public_id)
    cart = baskets.build(mai, country="FR").key
    assert cart
    cart_owners.bought(cart, quantities={0: 1})  # The statements are prepared on this connection.
    with CaptureQueriesContext(connection) as seen:
        cart_owners.bought(cart, quantities={flipflops.pk: 1, 0: 1})
    assert len(seen) == 2
    assert held(mai) == {"Bookcase": 1}
    assert held(GUEST) == {"Corniche flip-flops": 1}
    carts.save_for_later(mai, bookcase.public_id)
    cart_owners.bought(cart, quantities={bookcase.pk: 1})
    assert saved(mai) == {"Bookcase": 1}


def test_pieces_put_in_after_placing_stay(flipflops: Variant, mai: Owner) -> None:
    carts.add(mai, flipflops.public_id, quantity=5)
    cart = baskets.build(mai, country="FR").key
    assert cart
    cart_owners.bought(cart, quantities={flipflops.pk: 2})
    assert held(mai) == {"Corniche flip-flops": 3}
    cart_owners.bought(cart, quantities={flipflops.pk: 4})
    assert held(mai) == {}


def test_what_was_bought_leaves_the_cart_that_it_was_merged_into(
    flipflops: Variant, bookcase: Variant, mai: Owner
) -> None:
    for variant in (flipflops, bookcase):
        carts.add(GUEST, variant.public_id)
    cart = baskets.build(GUEST, country="FR").key
    assert cart
    cart_owners.merge(GUEST.guest, user_id=mai.user_id or 0)
    cart_owners.bought(cart, quantities={flipflops.pk: 1})
    assert held(mai) == {"Bookcase": 1}


# What is shown ---------------------------------------------------------------------------------
def test_lines_by_shop_and_one_sum(flipflops: Variant, bookcase: Variant) -> None:
    carts.add(GUEST, flipflops.public_id, quantity=2)
    carts.add(GUEST, bookcase.public_id)
    basket = baskets.build(GUEST, country="FR")
    assert [group.shop.name for group in basket.groups] == ["Plage", "Rayon"]
    [summary] = basket.summaries
    assert [(each.shop.name, each.pieces, each.total.amount) for each in summary.shops] == [
        ("Plage", 2, 6800),
        ("Rayon", 1, 12900),
    ]
    assert summary.quote
    assert summary.quote.total == Money(6800 + 12900 + 390 + 500, "EUR")
    assert [group.delivery.amount.amount for group in basket.groups] == [390, 500]


@pytest.mark.parametrize(
    ("happens", "state"),
    [
        (lambda variant: StockItem.objects.filter(pk=variant.pk).update(on_hand=0), "sold_out"),
        (withdrawn, "withdrawn"),
        (archived, "withdrawn"),
        (suspended, "withdrawn"),
        (waiting, "waiting"),
    ],
)
def test_what_cannot_be_had_is_left_out_and_says_so(
    flipflops: Variant, bookcase: Variant, happens, state: str
) -> None:
    for variant in (flipflops, bookcase):
        carts.add(GUEST, variant.public_id)
    happens(bookcase)
    basket = baskets.build(GUEST, country="FR")
    assert [(line.title, line.state, line.counts) for line in basket.lines] == [
        ("Corniche flip-flops", "ready", True),
        ("Bookcase", state, False),
    ]
    [summary] = basket.summaries
    assert [item.variant_id for item in summary.items] == [flipflops.public_id]
    assert summary.quote
    assert summary.quote.total.amount == 3790
    assert basket.pieces == 2


def test_of_five_with_three_left_three_are_counted(flipflops: Variant) -> None:
    carts.add(GUEST, flipflops.public_id, quantity=5)
    StockItem.objects.update(on_hand=3)
    [line] = baskets.build(GUEST, country="FR").lines
    assert (line.state, line.pieces, line.total) == ("short", 3, Money(10200, "EUR"))
    StockItem.objects.update(on_hand=9)
    [line] = baskets.build(GUEST, country="FR").lines
    assert (line.state, line.pieces) == ("ready", 5)


def test_a_shop_that_does_not_deliver_there(flipflops: Variant, bookcase: Variant) -> None:
    for variant in (flipflops, bookcase):
        carts.add(GUEST, variant.public_id)
    flipflops.merchant.shipping_rates.update(countries=["FR", "IT"])
    basket = baskets.build(GUEST, country="IT")
    assert [group.not_delivered for group in basket.groups] == [False, True]
    assert basket.summaries[0].quote.total.amount == 3790
    assert basket.served == ("DE", "FR", "IT")
    nowhere = baskets.build(GUEST, country="JP")
    assert nowhere.summaries == ()


def test_two_currencies_are_two_sums(flipflops: Variant) -> None:
    london = open_shop("london", currency="GBP")
    teapot = stock_shelf(london, "Teapot", price=2500, pieces=4, currency="GBP")
    for variant in (flipflops, teapot):
        carts.add(GUEST, variant.public_id)
    basket = baskets.build(GUEST, country="FR")
    assert [each.quote.total for each in basket.summaries] == [
        Money(3790, "EUR"),
        Money(2890, "GBP"),
    ]


def test_more_lines_cost_no_more_statements(plage: Merchant, rayon: Merchant) -> None:
    def statements(owner: Owner) -> int:
        with CaptureQueriesContext(connection) as seen:
            baskets.build(owner, country="FR")
        return len(seen)

    for thing in [*shelf_of(plage, 20), stock_shelf(rayon, "Bookcase", price=100, pieces=9)]:
        carts.add(GUEST, thing.public_id)
    carts.add(OTHER, UUID(str(thing.public_id)))
    baskets.build(GUEST, country="FR")  # The statements are prepared on this connection.
    assert statements(GUEST) == statements(OTHER) == 2
