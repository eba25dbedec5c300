"""One added card told of by many at once: the browser, its second press, and Stripe's events."""

from __future__ import annotations

import pytest

from checkout import cards, gateway, setups
from checkout.buyers import Buyer
from checkout.models import CardSetup
from tests.buying import Sandbox
from tests.races.crowd import at_once
from tests.setups import set_up

pytestmark = pytest.mark.django_db(transaction=True)
MANY = 8


def test_an_added_card_is_kept_once_however_many_tell_of_it(buyer: Buyer, sandbox: Sandbox) -> None:
    assert buyer.user
    told = gateway.retrieve_setup(set_up(buyer.user, sandbox))
    first = at_once([lambda: setups.apply(told)] * MANY)
    assert sorted(first, key=str) == [False] * (MANY - 1) + [True]
    assert [card.last4 for card in cards.of(buyer.user)] == ["4242"]
    assert CardSetup.objects.count() == 1


def test_an_event_and_the_deletion_of_its_card_at_once_leave_no_card(
    buyer: Buyer, sandbox: Sandbox
) -> None:
    user = buyer.user
    assert user
    named = set_up(user, sandbox)
    told = gateway.retrieve_setup(named)
    setups.finish(user, named)
    [card] = cards.of(user)
    late = [lambda: setups.apply(told)] * (MANY - 1)
    answers = at_once([lambda: cards.forget(user, card.public_id), *late])
    assert answers == [None] + [False] * (MANY - 1)
    assert cards.of(user) == []
