"""A shop that Stripe would not pay sells nothing, and says so; what was ordered before goes on."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from catalogue import offers as cards
from catalogue import reminders
from catalogue.models import Merchant, Product, Variant
from checkout import baskets, carts, payout_accounts, quotes
from checkout.buyers import Buyer
from checkout.cart_owners import Owner
from checkout.errors import ShopPaused, UnknownProduct
from checkout.models import Order, Payment, Transfer
from checkout.quotes import Item
from tests.buying import Basket, Sandbox, pay, shelf

GUEST = Owner(guest="guest:somebody")


@pytest.fixture
def paused(flipflops: Variant) -> Merchant:
    """The shop Plage, which Stripe has stopped paying."""
    Merchant.objects.filter(pk=flipflops.merchant_id).update(
        payable=False, payout_problem="external_account"
    )
    return Merchant.objects.get(pk=flipflops.merchant_id)


def test_nothing_of_it_is_quoted_put_into_a_cart_or_on_a_card(
    paused: Merchant, flipflops: Variant
) -> None:
    item = Item(flipflops.public_id, 1)
    with pytest.raises(ShopPaused) as refused:
        quotes.quote([item], country="FR")
    assert refused.value.message == "Plage takes no orders at the moment. Nothing was charged."
    with pytest.raises(ShopPaused):
        carts.add(GUEST, flipflops.public_id)
    assert cards.offers([flipflops.product_id], country="FR", now=timezone.now()) == {}
    assert not Product.objects.on_sale().exists()
    assert Product.objects.shown().get() == flipflops.product


def test_a_refused_order_leaves_nothing_and_charges_nothing(
    sandbox: Sandbox, basket: Basket, flipflops: Variant
) -> None:
    """As it comes about: Stripe tells of the account while the sheet is open."""
    sheet = basket.with_(seen_total=basket.total())
    sandbox.account("acct_plage", "restricted")
    payout_accounts.refresh(flipflops.merchant_id)
    with pytest.raises(ShopPaused):
        sheet.place()
    assert not Order.objects.exists()
    assert shelf(flipflops) == (10, 0)
    assert sandbox.intents() == []


def test_an_order_of_two_shops_is_refused_for_the_one(
    basket: Basket, paused: Merchant, flipflops: Variant, bookcase: Variant
) -> None:
    both = (Item(bookcase.public_id, 1), Item(flipflops.public_id, 1))
    with pytest.raises(ShopPaused) as refused:
        quotes.quote(both, country="FR")
    assert refused.value.merchant == "Plage"
    assert quotes.quote(both[:1], country="FR").total.amount == 13400


def test_what_is_hidden_for_another_reason_is_not_explained(
    paused: Merchant, flipflops: Variant
) -> None:
    item = Item(flipflops.public_id, 1)
    Merchant.objects.filter(pk=paused.pk).update(status="suspended")
    with pytest.raises(UnknownProduct) as refused:
        quotes.quote([item], country="FR")
    assert not isinstance(refused.value, ShopPaused)
    Merchant.objects.filter(pk=paused.pk).update(status="active")
    Variant.objects.filter(pk=flipflops.pk).update(active=False)
    with pytest.raises(UnknownProduct) as refused:
        quotes.quote([item], country="FR")
    assert not isinstance(refused.value, ShopPaused)


def test_a_line_that_was_in_the_cart_says_why_it_is_left_out(
    flipflops: Variant, bookcase: Variant
) -> None:
    carts.add(GUEST, flipflops.public_id)
    carts.add(GUEST, bookcase.public_id)
    Merchant.objects.filter(pk=flipflops.merchant_id).update(payable=False)
    basket = baskets.build(GUEST, country="FR")
    assert [(line.title, line.state, line.counts) for line in basket.lines] == [
        ("Corniche flip-flops", "paused", False),
        ("Bookcase", "ready", True),
    ]
    assert [summary.quote.total.amount for summary in basket.summaries] == [13400]
    Merchant.objects.filter(pk=flipflops.merchant_id).update(status="suspended")
    assert baskets.build(GUEST, country="FR").lines[0].state == "withdrawn"


def test_who_waits_for_stock_is_written_to_once_it_can_be_bought(
    buyer: Buyer, paused: Merchant, flipflops: Variant
) -> None:
    assert buyer.user is not None
    reminders.ask(buyer.user, variant=flipflops)
    assert reminders.tell() == 0
    Merchant.objects.filter(pk=paused.pk).update(payable=True)
    assert reminders.tell() == 1


@pytest.mark.django_db(transaction=True)
def test_an_order_from_before_is_paid_and_its_shop_later(
    sandbox: Sandbox, order: Order, payment: Payment, flipflops: Variant
) -> None:
    sandbox.account("acct_plage", "restricted")
    payout_accounts.refresh(flipflops.merchant_id)
    assert pay(payment, sandbox.token()).kind == "succeeded"
    order.refresh_from_db()
    assert order.status == Order.Status.PAID
    waits = Transfer.objects.get()
    Transfer.objects.update(next_attempt_at=timezone.now() + timedelta(hours=1))
    sandbox.account("acct_plage", "complete")
    payout_accounts.refresh(flipflops.merchant_id)
    waits.refresh_from_db()
    assert waits.next_attempt_at <= timezone.now()
    assert (waits.merchant_id, waits.status) == (flipflops.merchant_id, "requested")
