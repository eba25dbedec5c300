"""Two presses on "Open the shop" at once."""

from __future__ import annotations

import pytest
from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError

from accounts.models import User
from catalogue.models import Merchant
from desk import applications
from desk.applications import ApplicationRefused
from tests.races.crowd import at_once
from tests.shops import person


@pytest.mark.django_db(transaction=True)
def test_two_presses_open_one_shop():
    nour = person("nour")
    EmailAddress.objects.create(user=nour, email=nour.email, verified=True, primary=True)

    def press(number: int):
        return applications.apply(
            nour,
            name="Étable",
            handle=f"etable{number}",
            country="FR",
            email="orders@etable.example",
            about="Cheese.",
        )

    answers = at_once([lambda number=number: press(number) for number in range(4)])
    refused = [each for each in answers if isinstance(each, ApplicationRefused)]
    assert len(refused) == 3, answers
    assert Merchant.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_people_with_one_handle_one_has_it():
    people = [person(name) for name in ("nour", "mia", "ana", "tom")]
    for each in people:
        EmailAddress.objects.create(user=each, email=each.email, verified=True, primary=True)

    def press(who: User):
        return applications.apply(
            who,
            name="Étable",
            handle="etable",
            country="FR",
            email="orders@etable.example",
            about="Cheese.",
        )

    answers = at_once([lambda who=who: press(who) for who in people])
    refused = [each for each in answers if isinstance(each, ValidationError)]
    assert [each.message_dict for each in refused] == [{"handle": ["This handle is taken."]}] * 3
    assert Merchant.objects.get().account.handle == "etable"
