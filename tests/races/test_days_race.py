"""Two workers add up the same days."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import transaction

from desk import days
from desk.models import DayMoney, KeptDays
from tests.desk.conftest import at, paris, sold
from tests.races.crowd import at_once
from tests.shops import cast

__all__ = ["at"]


@pytest.mark.django_db(transaction=True)
def test_two_workers_keep_each_day_once(at):
    at(2025, 11, 2, 12)
    world = cast()
    with transaction.atomic():
        for day in range(1, 29):
            sold(world, world.plage, paris(2025, 11, day, 9))
    merchant = world.plage.merchant.pk
    assert days.keep_some(merchant)
    at(2025, 11, 30, 12)
    answers = at_once([lambda: days.keep_some(merchant)] * 4)
    assert sorted(map(str, answers)) == ["False", "False", "False", "True"]
    assert DayMoney.objects.count() == 28
    assert KeptDays.objects.get().last == date(2025, 11, 29)
