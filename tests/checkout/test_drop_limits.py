"""How many pieces of a drop one person may have, whatever name they order under."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from catalogue.models import Drop, Variant
from checkout import carts, payments, quotes
from checkout.buyers import Buyer
from checkout.cart_owners import Owner
from checkout.drop_limits import digest, plain
from checkout.errors import PersonLimit, UnknownProduct
from checkout.models import DropPurchase, Order, OrderLine
from checkout.quotes import Item
from tests.buying import HOME, Basket, shelf

ELSEWHERE = replace(HOME, line1="3 quai Lamartine", postal_code="71000", city="Mâcon")


@pytest.fixture
def drop(flipflops: Variant) -> Drop:
    """Ten pairs, one for each person, for a minute now."""
    opened = timezone.now() - timedelta(minutes=1)
    return Drop.objects.create(product=flipflops.product, opens_at=opened)


def guest(number: int, email: str) -> Buyer:
    return Buyer(f"guest:{number}", user=None, email=email, locale="en")


def refused(basket: Basket) -> PersonLimit:
    with pytest.raises(PersonLimit) as refusal:
        basket.place()
    return refusal.value


def test_a_second_order_of_the_same_person_is_refused_and_leaves_no_trace(
    drop: Drop, basket: Basket, flipflops: Variant
) -> None:
    basket.place()
    error = refused(basket.with_(key="key-2"))
    assert (error.most, error.held) == (1, 1)
    assert "at most 1 piece for one person" in error.message
    assert "Nothing was charged." in error.message
    assert (Order.objects.count(), DropPurchase.objects.count()) == (1, 1)
    assert shelf(flipflops) == (10, 1)


def test_more_than_the_limit_in_one_order_is_refused(
    drop: Drop, basket: Basket, flipflops: Variant
) -> None:
    error = refused(basket.with_(items=(Item(flipflops.public_id, 2),)))
    assert (error.most, error.held) == (1, 0)


@pytest.mark.parametrize("email", ["MAI@etal.example", "mai+drop@etal.example"])
def test_a_guest_with_her_address_is_the_same_person(
    drop: Drop, basket: Basket, email: str
) -> None:
    basket.place()
    again = basket.with_(buyer=guest(2, email), key="key-2", address=ELSEWHERE)
    assert refused(again).held == 1


def test_guests_who_send_to_the_same_door_are_one_person(drop: Drop, basket: Basket) -> None:
    basket.with_(buyer=guest(1, "one@etal.example")).place()
    same = replace(HOME, name="Somebody Else", line1="14, RUE des Lices", postal_code="350 00")
    again = basket.with_(buyer=guest(2, "two@etal.example"), key="key-2", address=same)
    assert refused(again).held == 1
    basket.with_(buyer=guest(3, "three@etal.example"), key="key-3", address=ELSEWHERE).place()
    assert Order.objects.count() == 2


OTHERS = {
    "with her e-mail": {"buyer": guest(1, "mai@etal.example"), "address": ELSEWHERE},
    "at her door": {"buyer": guest(1, "one@etal.example")},
}


@pytest.mark.parametrize("other", OTHERS.values(), ids=OTHERS)
def test_what_others_order_in_her_name_holds_her_limit_once_they_have_paid(
    drop: Drop, basket: Basket, other: dict[str, object]
) -> None:
    theirs = basket.with_(key="key-0", **other).place()
    payments.cancel_unpaid(basket.place().pk, reason="changed")
    Order.objects.filter(pk=theirs.pk).update(
        status=Order.Status.PAID, paid_at=timezone.now(), reserved_until=None
    )
    assert refused(basket.with_(key="key-2")).held == 1


def test_an_account_with_her_address_and_a_tag_holds_nothing_of_hers_for_nothing(
    drop: Drop, basket: Basket, django_user_model: type
) -> None:
    other = django_user_model.objects.create_user(  # type: ignore[attr-defined]
        "mai+drop@etal.example", handle="other", display_name="Other"
    )
    theirs = Buyer(f"user:{other.pk}", user=other, email="mai+drop@etal.example", locale="en")
    basket.with_(buyer=theirs, key="key-0").place()
    basket.place()
    assert Order.objects.count() == 2


def test_two_members_of_one_household_each_have_theirs(
    drop: Drop, basket: Basket, buyer: Buyer, django_user_model: type
) -> None:
    basket.place()
    other = django_user_model.objects.create_user(  # type: ignore[attr-defined]
        "ben@etal.example", handle="ben", display_name="Ben"
    )
    ben = Buyer(f"user:{other.pk}", user=other, email="ben@etal.example", locale="en")
    basket.with_(buyer=ben, key="key-2").place()
    assert Order.objects.count() == 2


def test_what_is_cancelled_or_refunded_may_be_bought_again(drop: Drop, basket: Basket) -> None:
    first = basket.place()
    payments.cancel_unpaid(first.pk, reason="changed")
    second = basket.with_(key="key-2").place()
    refused(basket.with_(key="key-3"))
    OrderLine.objects.filter(order=second).update(refunded_quantity=1)
    basket.with_(key="key-4").place()
    assert Order.objects.count() == 3


def test_a_higher_limit_counts_at_once(drop: Drop, basket: Basket) -> None:
    basket.place()
    Drop.objects.filter(pk=drop.pk).update(per_person=2)
    basket.with_(key="key-2").place()
    assert "at most 2 pieces" in refused(basket.with_(key="key-3")).message


def test_how_many_there_were_is_written_with_the_first_order(
    drop: Drop, basket: Basket, stranger: Buyer
) -> None:
    basket.place()
    basket.with_(buyer=stranger, key="key-2", address=ELSEWHERE).place()
    drop.refresh_from_db()
    assert drop.pieces == 10


def test_the_cart_holds_no_more_than_one_person_may_have(
    drop: Drop, basket: Basket, flipflops: Variant
) -> None:
    owner = Owner(guest="somebody")
    carts.add(owner, flipflops.public_id)
    with pytest.raises(PersonLimit):
        carts.add(owner, flipflops.public_id)
    with pytest.raises(PersonLimit) as refusal:
        carts.change(owner, flipflops.public_id, quantity=2)
    assert refusal.value.most == 1


def test_nothing_is_sold_after_the_end(drop: Drop, basket: Basket, flipflops: Variant) -> None:
    Drop.objects.filter(pk=drop.pk).update(ends_at=timezone.now() - timedelta(seconds=1))
    with pytest.raises(UnknownProduct):
        quotes.quote(basket.items, country="FR")
    with pytest.raises(UnknownProduct):
        carts.add(Owner(guest="somebody"), flipflops.public_id)


def test_spelling_changes_neither_an_address_nor_a_door() -> None:
    assert plain(" Mai+x@Etal.Example ") == "mai@etal.example"
    assert digest(HOME) == digest(replace(HOME, name="X", line1="14 Rue des LICES.", city="rennes"))
    assert digest(HOME) != digest(replace(HOME, line2="Flat 2"))
    assert digest(HOME) != digest(ELSEWHERE)
