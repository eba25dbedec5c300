"""Rows that nobody can reach any more go; all others stay."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone

from accounts.tasks import sweep_sessions
from catalogue.models import Merchant, Variant
from checkout import cart_owners, carts
from checkout.buyers import Buyer
from checkout.cart_owners import GUEST_DAYS, MOST_SAVED, Owner
from checkout.models import Cart, CartLine
from checkout.tasks import sweep_carts
from tests.buying import stock_shelf

pytestmark = pytest.mark.django_db


def test_a_guests_cart_goes_when_its_cookie_is_dead(flipflops: Variant, buyer: Buyer) -> None:
    assert buyer.user
    owners = [Owner(guest="a" * 32), Owner(guest="b" * 32), Owner(buyer.user.pk)]
    for owner in owners:
        carts.add(owner, flipflops.public_id)
    dead = timezone.now() - timedelta(days=GUEST_DAYS, seconds=1)
    Cart.objects.exclude(guest="b" * 32).update(created_at=dead)
    sweep_carts()
    left = Cart.objects.order_by("guest").values_list("guest", "user_id")
    assert list(left) == [("", buyer.user.pk), ("b" * 32, None)]
    assert CartLine.objects.count() == 2


def test_merging_keeps_the_newest_that_may_be_saved(plage: Merchant, buyer: Buyer) -> None:
    assert buyer.user
    things = [stock_shelf(plage, f"{n} thing", price=100, pieces=9) for n in range(120)]
    for turn in (things[:60], things[60:]):
        guest = Owner(guest=str(len(turn[0].public_id.hex)) * 16)
        for thing in turn:
            carts.add(guest, thing.public_id)
            carts.save_for_later(guest, thing.public_id)
        cart_owners.merge(guest.guest, user_id=buyer.user.pk)
    kept = CartLine.objects.filter(saved=True).values_list("variant_id", flat=True)
    assert set(kept) == {thing.pk for thing in things[-MOST_SAVED:]}


def test_a_session_goes_when_its_time_is_over() -> None:
    now = timezone.now()
    for key, expires in (("old", now - timedelta(seconds=1)), ("new", now + timedelta(hours=1))):
        Session.objects.create(session_key=key, session_data="", expire_date=expires)
    sweep_sessions()
    assert [session.pk for session in Session.objects.all()] == ["new"]
