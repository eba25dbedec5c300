"""Two presses on "Open the shop" at once."""

from __future__ import annotations

import pytest
from allauth.account.models import EmailAddress

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
