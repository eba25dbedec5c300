"""Saved addresses: one is shown first, none is there twice, each is its owner's."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from accounts import addresses
from accounts.models import Address
from tests.accounts.places import RENNES


def shown_first(user):
    return [row.line1 for row in user.addresses.filter(is_default=True)]


def test_the_first_address_is_shown_first(mai):
    addresses.save(mai, **RENNES)
    addresses.save(mai, **RENNES | {"line1": "2 quai Émile Zola"})
    assert shown_first(mai) == ["14 rue des Lices"]


def test_a_chosen_default_replaces_the_other(mai):
    addresses.save(mai, **RENNES)
    second = addresses.save(mai, default=True, **RENNES | {"line1": "2 quai Émile Zola"})
    assert shown_first(mai) == ["2 quai Émile Zola"]
    assert second.is_default
    addresses.make_default(mai.addresses.get(line1="14 rue des Lices"))
    assert shown_first(mai) == ["14 rue des Lices"]


def test_the_same_address_twice_is_one_row(mai):
    first = addresses.save(mai, **RENNES)
    again = addresses.save(mai, **RENNES | {"name": " Maï Lefort "})
    assert (again.pk, mai.addresses.count()) == (first.pk, 1)


def test_two_people_may_live_at_one_address(mai, stranger):
    addresses.save(mai, **RENNES)
    addresses.save(stranger, **RENNES)
    assert Address.objects.count() == 2


@pytest.mark.parametrize(
    "wrong",
    [{"name": ""}, {"line1": "  "}, {"city": ""}, {"line1": "x" * 201}, {"country": "FRA"}],
)
def test_a_missing_or_overlong_field_keeps_nothing(mai, wrong):
    with pytest.raises(ValidationError) as refusal:
        addresses.save(mai, **RENNES | wrong)
    assert list(refusal.value.message_dict) == list(wrong)
    assert not Address.objects.exists()


def test_the_newest_left_takes_the_place_of_a_forgotten_default(mai):
    first = addresses.save(mai, **RENNES)
    for number in (1, 2):
        addresses.save(mai, **RENNES | {"line1": f"{number} quai"})
    addresses.forget(first)
    assert shown_first(mai) == ["2 quai"]


def test_the_last_one_forgotten_leaves_none(mai):
    addresses.forget(addresses.save(mai, **RENNES))
    assert not mai.addresses.exists()


def test_the_oldest_gives_way_and_the_default_stays(mai):
    for number in range(addresses.MOST + 3):
        addresses.save(mai, **RENNES | {"line1": f"{number} quai"})
    assert mai.addresses.count() <= addresses.MOST + 1
    assert shown_first(mai) == ["0 quai"]
    assert not mai.addresses.filter(line1="1 quai").exists()
    assert mai.addresses.filter(line1=f"{addresses.MOST + 2} quai").exists()


def test_the_database_knows_one_default_only(mai):
    addresses.save(mai, **RENNES)
    with pytest.raises(IntegrityError), transaction.atomic():
        Address.objects.create(user=mai, is_default=True, **RENNES)


def test_an_address_is_given_another_wording(mai):
    address = addresses.save(mai, **RENNES)
    addresses.save(mai, **RENNES | {"line1": "2 quai"})
    changed = {**RENNES, "line1": " 15 rue des Lices ", "line2": "", "region": "", "phone": ""}
    addresses.change(address, **changed)
    assert sorted(mai.addresses.values_list("line1", "is_default")) == [
        ("15 rue des Lices", True),
        ("2 quai", False),
    ]


def test_an_address_that_becomes_another_one_is_one_row_with_it(mai):
    addresses.save(mai, **RENNES)
    second = addresses.save(mai, **RENNES | {"line1": "2 quai"})
    addresses.change(second, **RENNES, line2="", region="", phone="")
    assert list(mai.addresses.values_list("pk", "line1", "is_default")) == [
        (second.pk, "14 rue des Lices", True)
    ]


def test_a_wording_that_lacks_something_changes_nothing(mai):
    address = addresses.save(mai, **RENNES)
    with pytest.raises(ValidationError):
        addresses.change(address, **RENNES | {"city": ""})
    assert mai.addresses.get().city == "Rennes"
