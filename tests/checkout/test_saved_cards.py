"""Cards that Stripe keeps: saved when the shopper says so, used by nobody else."""

from __future__ import annotations

import pytest

from accounts.models import User
from checkout import cards, payments
from checkout.errors import UnknownCard
from checkout.models import Customer, Order, Payment, SavedCard
from checkout.orders import Buyer
from tests.buying import RETURN_URL, Basket, Sandbox, pay

pytestmark = pytest.mark.django_db


@pytest.fixture
def user(buyer: Buyer) -> User:
    assert buyer.user
    return buyer.user


def test_a_card_is_kept_when_the_shopper_says_so(
    payment: Payment, user: User, sandbox: Sandbox
) -> None:
    assert pay(payment, sandbox.token(), save_card=True).kind == "succeeded"
    [card] = cards.of(user)
    assert (card.brand, card.last4, card.is_default) == ("visa", "4242", True)
    assert card.exp_year > 2025
    customer = Customer.objects.get(user=user)
    [kept] = sandbox.get(f"/v1/customers/{customer.stripe_id}/payment_methods")["data"]
    assert kept["id"] == card.payment_method_id


def test_a_card_is_not_kept_otherwise(payment: Payment, user: User, sandbox: Sandbox) -> None:
    pay(payment, sandbox.token())
    assert cards.of(user) == []
    assert not Customer.objects.exists()


def test_a_guest_has_no_cards(basket: Basket, stranger: Buyer, sandbox: Sandbox) -> None:
    payment = basket.with_(buyer=stranger).place().payments.get()
    assert pay(payment, sandbox.token(), save_card=True).kind == "succeeded"
    assert not SavedCard.objects.exists()


def test_a_returning_shopper_pays_with_the_card(
    basket: Basket, payment: Payment, user: User, sandbox: Sandbox
) -> None:
    pay(payment, sandbox.token(), save_card=True)
    [card] = cards.of(user)
    again = basket.with_(key="key-2").place().payments.get()
    outcome = payments.start(again.pk, saved_card_id=card.pk, return_url=RETURN_URL)
    assert outcome.kind == "succeeded"
    again.refresh_from_db()
    assert again.card_last4 == "4242"
    assert len(sandbox.charges()) == 2


def test_a_saved_card_after_a_declined_one(
    basket: Basket, payment: Payment, user: User, sandbox: Sandbox
) -> None:
    pay(payment, sandbox.token(), save_card=True)
    [card] = cards.of(user)
    again = basket.with_(key="key-2").place().payments.get()
    pay(again, sandbox.token("pm_card_visa_chargeDeclined"))
    outcome = payments.start(again.pk, saved_card_id=card.pk, return_url=RETURN_URL)
    assert outcome.kind == "succeeded"
    again.refresh_from_db()
    assert again.attempt == 2


def test_the_same_card_saved_again_is_one_card(
    basket: Basket, payment: Payment, user: User, sandbox: Sandbox
) -> None:
    pay(payment, sandbox.token(), save_card=True)
    again = basket.with_(key="key-2").place().payments.get()
    pay(again, sandbox.token(), save_card=True)
    other = basket.with_(key="key-3").place().payments.get()
    pay(other, sandbox.token("pm_card_mastercard"), save_card=True)
    assert [(card.brand, card.is_default) for card in cards.of(user)] == [
        ("mastercard", True),
        ("visa", False),
    ]


def test_a_strangers_card_is_not_ones_own(
    basket: Basket, payment: Payment, user: User, stranger: Buyer, sandbox: Sandbox
) -> None:
    pay(payment, sandbox.token(), save_card=True)
    [card] = cards.of(user)
    foreign = basket.with_(buyer=stranger).place()
    for unknown in (card.pk, 10**9):
        with pytest.raises(UnknownCard):
            payments.start(foreign.payments.get().pk, saved_card_id=unknown, return_url=RETURN_URL)
    assert foreign.payments.get().status == "created"
    assert len(sandbox.charges()) == 1


def test_a_card_is_forgotten_at_stripe_and_here(
    payment: Payment, user: User, stranger: Buyer, sandbox: Sandbox
) -> None:
    pay(payment, sandbox.token(), save_card=True)
    [card] = cards.of(user)
    somebody = User.objects.create_user("who@etal.example", handle="who", display_name="Who")
    with pytest.raises(UnknownCard):
        cards.forget(somebody, card.public_id)
    cards.forget(user, card.public_id)
    assert cards.of(user) == []
    customer = Customer.objects.get(user=user)
    assert sandbox.get(f"/v1/customers/{customer.stripe_id}/payment_methods")["data"] == []


def test_stripe_cannot_make_a_customer_just_now(
    order: Order, payment: Payment, sandbox: Sandbox
) -> None:
    sandbox.fault("error", "customers.create", times=2)
    outcome = pay(payment, sandbox.token(), save_card=True)
    assert outcome.kind == "declined"
    payment.refresh_from_db()
    assert payment.status == "created"
