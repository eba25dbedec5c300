"""Many see a promotion in the same moment whose budget pays for two of them."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from accounts.models import User
from catalogue.models import Merchant
from feeds import promotions
from feeds.models import Post, Promotion, Showing
from feeds.promotions import Match
from tests.races.crowd import at_once
from tests.shops import open_shop, person

MANY = 8


def running(merchant: Merchant, *, budget: int) -> Match:
    now = timezone.now()
    post = Post.objects.create(author=merchant.account, body="our lamp", created_at=now)
    row = Promotion.objects.create(
        merchant=merchant,
        post=post,
        topics=["lighting"],
        budget=budget,
        currency="EUR",
        starts_at=now - timedelta(hours=1),
        ends_at=now + timedelta(hours=1),
    )
    return Match(row.pk, post.pk, post.public_id, merchant.name, "lighting", 1.0, row.price)


def show(match: Match, user: User, reading: str) -> bool:
    return promotions.show(match, user=user, reading=reading, place=4)


def test_a_budget_is_never_exceeded(transactional_db: None) -> None:
    match = running(open_shop("plage"), budget=2 * settings.PROMOTION_PRICE + 1)
    people = [person(f"person{number}") for number in range(MANY)]
    shown = at_once([lambda user=user: show(match, user, "one") for user in people])
    assert sorted(shown, key=str) == [False] * (MANY - 2) + [True] * 2
    assert Promotion.objects.get().spent == 2 * settings.PROMOTION_PRICE
    assert Showing.objects.count() == 2


def test_one_person_in_many_windows_sees_it_no_oftener_than_a_day_allows(
    transactional_db: None,
) -> None:
    match = running(open_shop("plage"), budget=1000)
    user = person("mai")
    shown = at_once([lambda n=n: show(match, user, f"reading {n}") for n in range(MANY)])
    assert shown.count(True) == settings.PROMOTION_SHOWINGS
    assert shown.count(False) == MANY - settings.PROMOTION_SHOWINGS
    assert Promotion.objects.get().spent == settings.PROMOTION_SHOWINGS * settings.PROMOTION_PRICE
