"""Announcing a drop, moving it, ending it; asking to be told of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from catalogue import drops
from catalogue.drops import DropError
from catalogue.models import Drop, DropReminder, Product


@pytest.fixture
def drop(flipflops: Product) -> Drop:
    """Opens tomorrow."""
    made = Drop(product=flipflops, opens_at=timezone.now() + timedelta(days=1))
    drops.save(made)
    return made


def test_another_opening_time_is_another_edition(drop: Drop) -> None:
    drop.per_person = 2
    drops.save(drop)
    assert Drop.objects.get().edition == 1
    drop.opens_at += timedelta(hours=1)
    drops.save(drop)
    drops.save(drop)
    saved = Drop.objects.get()
    assert (saved.edition, saved.per_person, saved.opens_at) == (2, 2, drop.opens_at)


def test_what_has_opened_is_ended_and_not_moved(drop: Drop) -> None:
    opened = timezone.now() - timedelta(minutes=1)
    Drop.objects.update(opens_at=opened)
    drop.refresh_from_db()
    drop.opens_at = timezone.now() + timedelta(hours=1)
    with pytest.raises(DropError, match="has opened"):
        drops.save(drop)
    drop.opens_at, drop.ends_at = opened, timezone.now()
    drops.save(drop)
    saved = Drop.objects.get()
    assert (saved.opens_at, saved.is_open(timezone.now())) == (opened, False)


def test_a_drop_is_announced_before_it_opens(flipflops: Product) -> None:
    past = timezone.now() - timedelta(minutes=1)
    with pytest.raises(DropError, match="still to come"):
        drops.save(Drop(product=flipflops, opens_at=past))
    assert not Drop.objects.exists()


def test_it_ends_after_it_opens(drop: Drop) -> None:
    drop.ends_at = drop.opens_at
    with pytest.raises(ValidationError, match="A drop ends after it opens"):
        drops.save(drop)
    with pytest.raises(IntegrityError), transaction.atomic():
        Drop.objects.update(ends_at=drop.opens_at)


def test_who_asks_twice_is_reminded_once_and_may_take_it_back(drop: Drop, owner: User) -> None:
    for _press in range(2):
        drops.remind(owner, drop=drop)
    reminder = DropReminder.objects.get()
    assert (reminder.known, reminder.soon, reminder.opened) == (1, 0, 0)
    assert drops.is_reminded(owner, drop=drop)
    drops.forget(owner, drop=drop)
    drops.forget(owner, drop=drop)
    assert not drops.is_reminded(owner, drop=drop)


def test_a_moment_is_written_by_the_clocks_of_the_shop() -> None:
    moment = datetime(2027, 6, 10, 17, 0, tzinfo=UTC)
    french = drops.written(moment, zone="Europe/Paris", locale="fr")
    assert french == "jeudi 10 juin, 19:00 heure d’été d’Europe centrale"
    english = drops.written(moment, zone="America/New_York", locale="en")
    assert english == "Thursday 10 June, 13:00 Eastern Daylight Time"
