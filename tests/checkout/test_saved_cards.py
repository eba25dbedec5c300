"""Cards that Stripe keeps: saved when the shopper says so, used by nobody else."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.utils import timezone

from accounts.models import User
from checkout import cards, gateway, intents, payments, sweeps
from checkout.buyers import Buyer
from checkout.errors import UnknownCard
from checkout.models import Customer, Order, Payment, ReplacedCard, SavedCard
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
    cards.detach(ReplacedCard.objects.get().pk)
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


def test_a_shopper_who_changes_their_mind_after_a_decline_keeps_nothing(
    order: Order, payment: Payment, user: User, sandbox: Sandbox
) -> None:
    pay(payment, sandbox.token("pm_card_visa_chargeDeclined"), save_card=True)
    assert pay(payment, sandbox.token()).kind == "succeeded"
    assert cards.of(user) == []
    [intent] = sandbox.intents()
    assert sandbox.get(f"/v1/payment_intents/{intent['id']}")["setup_future_usage"] is None
    customer = Customer.objects.get(user=user)
    assert sandbox.get(f"/v1/customers/{customer.stripe_id}/payment_methods")["data"] == []
    assert not user.addresses.exists()


def test_a_shopper_who_makes_up_their_mind_after_a_decline_keeps_the_card(
    order: Order, payment: Payment, user: User, sandbox: Sandbox
) -> None:
    pay(payment, sandbox.token("pm_card_visa_chargeDeclined"))
    assert pay(payment, sandbox.token(), save_card=True).kind == "succeeded"
    assert [card.last4 for card in cards.of(user)] == ["4242"]


# Card and address are kept by one consent --------------------------------------------------------
def test_the_address_is_kept_with_the_card_whoever_brings_the_answer(
    order: Order, payment: Payment, user: User, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lost(*_args: object, **_more: object) -> None:
        raise gateway.Unknown("lost")

    with monkeypatch.context() as changed:
        changed.setattr(payments, "apply", lost)
        with pytest.raises(gateway.Unknown):
            pay(payment, sandbox.token(), save_card=True)
    assert not user.addresses.exists()
    [intent] = sandbox.intents()
    for _ in range(2):
        intents.apply(gateway.retrieve(intent["id"]))
    kept = user.addresses.get()
    assert (kept.name, kept.line1, kept.city, kept.is_default) == (
        "Maï Lefort",
        "14 rue des Lices",
        "Rennes",
        True,
    )
    assert len(cards.of(user)) == 1


def test_the_same_address_kept_again_is_one_address(
    basket: Basket, payment: Payment, user: User, sandbox: Sandbox
) -> None:
    pay(payment, sandbox.token(), save_card=True)
    again = basket.with_(key="key-2").place().payments.get()
    pay(again, sandbox.token("pm_card_mastercard"), save_card=True)
    assert user.addresses.count() == 1


def test_an_address_is_not_kept_otherwise(payment: Payment, user: User, sandbox: Sandbox) -> None:
    pay(payment, sandbox.token())
    assert not user.addresses.exists()


# A card that is saved again ----------------------------------------------------------------------
@pytest.fixture
def attached(sandbox: Sandbox) -> Callable[[User], list[str]]:
    """The payment methods that Stripe keeps for a person."""

    def ids(user: User) -> list[str]:
        customer = Customer.objects.get(user=user)
        page = sandbox.get(f"/v1/customers/{customer.stripe_id}/payment_methods")
        return [method["id"] for method in page["data"]]

    return ids


def save_again(basket: Basket, payment: Payment, user: User, sandbox: Sandbox) -> tuple[str, str]:
    """Save one card twice; Stripe's ids of the first saving and of the second."""
    pay(payment, sandbox.token(), save_card=True)
    [first] = cards.of(user)
    pay(basket.with_(key="key-2").place().payments.get(), sandbox.token(), save_card=True)
    [card] = cards.of(user)
    assert card.public_id == first.public_id
    return first.payment_method_id, card.payment_method_id


def test_stripe_forgets_the_older_saving_of_a_card(
    basket: Basket,
    payment: Payment,
    user: User,
    sandbox: Sandbox,
    attached: Callable[[User], list[str]],
) -> None:
    older, newer = save_again(basket, payment, user, sandbox)
    assert set(attached(user)) == {older, newer}
    replaced = ReplacedCard.objects.get()
    assert replaced.payment_method_id == older
    cards.detach(replaced.pk)
    cards.detach(replaced.pk)
    assert attached(user) == [newer]
    assert not ReplacedCard.objects.exists()
    assert len(cards.of(user)) == 1


def test_stripe_is_away_when_the_older_saving_is_to_be_forgotten(
    basket: Basket,
    payment: Payment,
    user: User,
    sandbox: Sandbox,
    attached: Callable[[User], list[str]],
) -> None:
    _older, newer = save_again(basket, payment, user, sandbox)
    ReplacedCard.objects.update(next_attempt_at=timezone.now())
    sandbox.fault("drop_after", "payment_methods.detach", times=2)
    assert sweeps.cards_due() == 1
    assert sweeps.cards_due() == 0
    ReplacedCard.objects.update(next_attempt_at=timezone.now())
    assert sweeps.cards_due() == 1
    assert attached(user) == [newer]
    assert not ReplacedCard.objects.exists()


def test_a_card_that_is_kept_again_is_not_forgotten(
    basket: Basket, payment: Payment, user: User, sandbox: Sandbox
) -> None:
    older, newer = save_again(basket, payment, user, sandbox)
    assert cards.save(user, older).payment_method_id == older
    assert ReplacedCard.objects.get().payment_method_id == newer
