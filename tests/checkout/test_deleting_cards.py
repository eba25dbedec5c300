"""A deleted card: gone here at once, forgotten by Stripe however often that takes."""

from __future__ import annotations

import pytest
from django.utils import timezone

from accounts.models import User
from checkout import cards, payments, setups, sweeps
from checkout.buyers import Buyer
from checkout.models import Payment, ReplacedCard, SavedCard
from tests.buying import RETURN_URL, Sandbox
from tests.setups import set_up

pytestmark = pytest.mark.django_db


@pytest.fixture
def user(buyer: Buyer) -> User:
    assert buyer.user
    return buyer.user


def kept(user: User, sandbox: Sandbox, card: str = "pm_card_visa", key: str = "1") -> SavedCard:
    named = set_up(user, sandbox, card, key=key)
    sandbox.http.post(f"/_sandbox/three_d_secure/{named}", json={"outcome": "pass"})
    assert setups.finish(user, named)
    return user.customer.cards.latest("id")


def attached(user: User, sandbox: Sandbox) -> list[str]:
    page = sandbox.get(f"/v1/customers/{user.customer.stripe_id}/payment_methods")
    return [method["id"] for method in page["data"]]


def due() -> int:
    """What the sweep does once it is time."""
    ReplacedCard.objects.update(next_attempt_at=timezone.now())
    return sweeps.cards_due()


def test_it_is_gone_here_at_once_and_at_stripe_soon(user: User, sandbox: Sandbox) -> None:
    card = kept(user, sandbox)
    cards.forget(user, card.public_id)
    assert cards.of(user) == []
    assert attached(user, sandbox) == [card.payment_method_id]
    assert due() == 1
    assert attached(user, sandbox) == []
    assert not ReplacedCard.objects.exists()


def test_a_lost_answer_of_stripes_is_found_again(user: User, sandbox: Sandbox) -> None:
    cards.forget(user, kept(user, sandbox).public_id)
    sandbox.fault("drop_after", "payment_methods.detach", times=2)
    assert due() == 1
    assert ReplacedCard.objects.count() == 1
    assert due() == 1
    assert attached(user, sandbox) == []
    assert not ReplacedCard.objects.exists()


def test_a_payment_under_way_keeps_its_card_until_it_is_settled(
    payment: Payment, user: User, sandbox: Sandbox
) -> None:
    card = kept(user, sandbox, "pm_card_authenticationRequired")
    started = payments.start(payment.pk, saved_card_id=card.pk, return_url=RETURN_URL)
    assert started.kind == "needs_action"
    cards.forget(user, card.public_id)
    assert cards.of(user) == []
    assert due() == 1
    assert attached(user, sandbox) == [card.payment_method_id]
    sandbox.pass_bank(payment)
    assert payments.settle(payment.pk).kind == "succeeded"
    assert due() == 1
    assert attached(user, sandbox) == []


def test_the_newest_that_can_pay_takes_the_place_of_a_default(user: User, sandbox: Sandbox) -> None:
    visa = kept(user, sandbox, key="1")
    kept(user, sandbox, "pm_card_amex", key="2")
    SavedCard.objects.filter(brand="amex").update(exp_year=2020)
    mastercard = kept(user, sandbox, "pm_card_mastercard", key="3")
    cards.forget(user, mastercard.public_id)
    assert [card.pk for card in cards.of(user) if card.is_default] == [visa.pk]
