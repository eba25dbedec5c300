"""A card that is added without a purchase: kept once, whoever tells of it, and only for its owner."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import User
from checkout import cards, gateway, setups, stripe_events, sweeps
from checkout.buyers import Buyer
from checkout.errors import UnknownCard
from checkout.models import CardSetup, Customer, StripeEvent
from tests.buying import Sandbox
from tests.setups import set_up

pytestmark = pytest.mark.django_db
ASKS = "pm_card_authenticationRequiredOnSetup"
SUCCEEDED = "setup_intent.succeeded"


@pytest.fixture
def user(buyer: Buyer) -> User:
    assert buyer.user
    return buyer.user


def tell(sandbox: Sandbox, named: str) -> StripeEvent:
    """Stripe's event of a card that was set up, as a worker processes it."""
    now = timezone.now()
    told = gateway.events([SUCCEEDED], since=now - timedelta(hours=1), until=now)
    [event] = [each for each in told if each.object_id == named]
    stripe_events.record(event)
    row = StripeEvent.objects.get(event_id=event.id)
    sweeps.process(row.pk)
    row.refresh_from_db()
    return row


def shown(user: User) -> list[tuple[str, bool]]:
    return [(card.last4, card.is_default) for card in cards.of(user)]


def test_an_added_card_is_kept_and_shown_first(user: User, sandbox: Sandbox) -> None:
    assert setups.finish(user, set_up(user, sandbox)) is True
    assert setups.finish(user, set_up(user, sandbox, "pm_card_mastercard", key="form-2")) is True
    assert shown(user) == [("4444", True), ("4242", False)]
    assert sandbox.charges() == []


def test_a_browser_that_was_closed_loses_nothing(user: User, sandbox: Sandbox) -> None:
    named = set_up(user, sandbox)
    assert cards.of(user) == []
    event = tell(sandbox, named)
    assert shown(user) == [("4242", True)]
    assert (event.processed_at is not None, event.last_error) == (True, "")


def test_the_form_that_is_sent_again_sets_up_the_same_card(user: User, sandbox: Sandbox) -> None:
    assert setups.begin(user, key="form-1") == setups.begin(user, key="form-1")
    assert setups.begin(user, key="form-1") != setups.begin(user, key="form-2")


def test_a_lost_answer_is_found_again(user: User, sandbox: Sandbox) -> None:
    sandbox.fault("drop_after", "setup_intents.create", times=2)
    with pytest.raises(gateway.Unknown):
        setups.begin(user, key="form-1")
    assert setups.finish(user, set_up(user, sandbox)) is True
    assert len(sandbox.get("/v1/setup_intents")["data"]) == 1


def test_a_late_event_brings_no_deleted_card_back(user: User, sandbox: Sandbox) -> None:
    named = set_up(user, sandbox)
    setups.finish(user, named)
    told = gateway.retrieve_setup(named)
    [card] = cards.of(user)
    cards.forget(user, card.public_id)
    assert setups.apply(told) is False
    tell(sandbox, named)
    assert cards.of(user) == []


def test_a_late_event_changes_no_default(user: User, sandbox: Sandbox) -> None:
    setups.finish(user, set_up(user, sandbox, "pm_card_mastercard", key="form-0"))
    named = set_up(user, sandbox)
    setups.finish(user, named)
    other = user.customer.cards.get(last4="4444")
    cards.make_default(user, other.public_id)
    tell(sandbox, named)
    assert shown(user) == [("4444", True), ("4242", False)]


def test_the_bank_asks_first(user: User, sandbox: Sandbox) -> None:
    named = set_up(user, sandbox, ASKS)
    assert setups.finish(user, named) is False
    assert cards.of(user) == []
    sandbox.http.post(f"/_sandbox/three_d_secure/{named}", json={"outcome": "pass"})
    assert setups.finish(user, named) is True
    assert len(cards.of(user)) == 1


def test_a_card_that_its_bank_refuses_is_not_kept(user: User, sandbox: Sandbox) -> None:
    assert setups.finish(user, set_up(user, sandbox, "pm_card_chargeDeclined")) is False
    assert cards.of(user) == []
    assert not CardSetup.objects.exists()


def test_nobody_keeps_a_card_that_somebody_else_set_up(user: User, sandbox: Sandbox) -> None:
    somebody = User.objects.create_user("who@etal.example", handle="who", display_name="Who")
    cards.customer_of(somebody)
    named = set_up(user, sandbox)
    for unknown in (named, "seti_nobodys"):
        with pytest.raises(UnknownCard):
            setups.finish(somebody, unknown)
    assert not CardSetup.objects.exists()


def test_a_customer_of_another_system_is_none_of_ours(user: User, sandbox: Sandbox) -> None:
    named = set_up(user, sandbox)
    Customer.objects.update(stripe_id="cus_of_ours")
    assert tell(sandbox, named).last_error == "not of this shop"
    assert cards.of(user) == []
