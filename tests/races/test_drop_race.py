"""Drops in a rush: nobody has more than their share, turns never exceed the bound, places are fair."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from functools import partial
from threading import Event
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone

from catalogue.models import Drop, Merchant, StockItem, Variant
from checkout import drop_queues, orders
from checkout.buyers import Buyer
from checkout.errors import PersonLimit
from checkout.models import DropPurchase, DropTicket, Order
from checkout.quotes import Item, quote
from shopping import rows
from tests.buying import HOME, Basket, shelf
from tests.races.crowd import at_once

pytestmark = pytest.mark.django_db(transaction=True)
PRESSES = 8
PEOPLE = 50
PIECES = 10


@pytest.fixture
def drop(flipflops: Variant) -> Drop:
    """Ten pieces of one size, and as many of another, so that presses meet at the limit alone."""
    StockItem.objects.filter(variant=flipflops).update(on_hand=PIECES)
    opened = timezone.now() - timedelta(minutes=1)
    return Drop.objects.create(product=flipflops.product, opens_at=opened, per_person=2)


@pytest.fixture
def sizes(drop: Drop, plage: Merchant) -> list[Variant]:
    made = [
        Variant.objects.create(
            product=drop.product, merchant=plage, option_values=[str(n)], price=3400, position=n
        )
        for n in range(PRESSES)
    ]
    StockItem.objects.bulk_create(StockItem(variant=each, on_hand=5) for each in made)
    return made


def guest(number: int, email: str = "") -> Buyer:
    return Buyer(
        f"guest:{number}", user=None, email=email or f"g{number}@etal.example", locale="en"
    )


@pytest.mark.parametrize("signed_in", [True, False], ids=["signed in", "as guests"])
def test_one_person_who_presses_everywhere_at_once_has_no_more_than_the_limit(
    sizes: list[Variant], buyer: Buyer, signed_in: bool
) -> None:
    """In many windows, or as guests with one e-mail and at one door; each of another size, for with
    the same one they would wait for each other's stock instead."""
    guests = [guest(1, "mai@etal.example"), guest(2, "MAI+x@etal.example"), guest(3), guest(4)]
    names = [buyer] if signed_in else guests
    total = quote([Item(sizes[0].public_id, 1)], country="FR").total
    presses = [
        partial(
            orders.place,
            [Item(variant.public_id, 1)],
            buyer=names[number % len(names)],
            address=HOME,
            key=f"key-{number}",
            seen_total=total,
        )
        for number, variant in enumerate(sizes)
    ]
    answers = at_once(presses)
    assert {type(answer) for answer in answers} == {Order, PersonLimit}
    assert sum(isinstance(answer, Order) for answer in answers) == 2
    assert (Order.objects.count(), DropPurchase.objects.count()) == (2, 2)
    assert sum(shelf(variant)[1] for variant in sizes) == 2


def test_fifty_people_for_ten_pieces(drop: Drop, basket: Basket, flipflops: Variant) -> None:
    """All press at once, and those whose turn it is order at once; the others' turns come after."""
    bound = PIECES * drop_queues.TURNS_PER_PIECE
    names = [f"guest:{number}" for number in range(PEOPLE)]
    at_once([partial(drop_queues.enter, drop, principal=name) for name in names])
    tickets = list(DropTicket.objects.order_by("pk"))
    assert len(tickets) == PEOPLE
    called = [ticket.turn_until is not None for ticket in tickets]
    assert called == [True] * bound + [False] * (PEOPLE - bound)

    total = basket.total()
    presses = [
        partial(
            orders.place,
            basket.items,
            buyer=guest(int(ticket.principal.partition(":")[2])),
            address=replace(HOME, line1=f"{ticket.principal} street"),
            key="key",
            seen_total=total,
        )
        for ticket in tickets
    ]
    answers = at_once(presses[:bound] + [partial(drop_queues.call, drop.pk)] * 4)
    bought = [answer for answer in answers if isinstance(answer, Order)]
    assert len(bought) == PIECES
    assert shelf(flipflops) == (PIECES, PIECES)
    drop_queues.call(drop.pk)
    waiting = DropTicket.objects.filter(turn_until=None)
    assert list(waiting) == tickets[bound:]


def test_turns_stay_within_the_bound_whoever_calls(drop: Drop, settings: Any) -> None:
    settings.DROP_TURNS = 3
    names = [f"guest:{number}" for number in range(12)]
    for name in names:
        drop_queues.enter(drop, principal=name)
    past = timezone.now() - timedelta(seconds=1)
    first = DropTicket.objects.order_by("pk").values_list("pk", flat=True)[:3]
    DropTicket.objects.filter(pk__in=list(first)).update(turn_until=past)
    comers = [partial(drop_queues.enter, drop, principal=f"guest:new{n}") for n in range(4)]
    at_once([*([partial(drop_queues.call, drop.pk)] * 8), *comers])
    turns = DropTicket.objects.filter(turn_until__gt=timezone.now()).order_by("pk")
    assert [each.principal for each in turns] == names[3:6]


def test_who_calls_while_another_one_calls_leaves_it_to_them(drop: Drop, settings: Any) -> None:
    settings.DROP_TURNS = 1
    now = timezone.now()
    nearly_away = timedelta(seconds=drop_queues.AWAY_SECONDS - 5)
    for name, seen_at in (("guest:0", now - nearly_away), ("guest:1", now)):
        DropTicket.objects.create(drop=drop, principal=name, created_at=now, seen_at=seen_at)
    called, others_called = Event(), Event()

    def first() -> None:
        try:
            with transaction.atomic():
                rows.run(drop_queues.LOCK, [drop_queues.LOCK_CLASS, drop.pk])
                drop_queues._call(drop.pk)
                called.set()
                assert others_called.wait(timeout=60)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        given = pool.submit(first)
        assert called.wait(timeout=60)
        # Whoever was given the turn, which nobody sees yet, counts as away by now.
        time.sleep(max((now - timezone.now()).total_seconds() + 5.2, 0))
        drop_queues.call(drop.pk)
        others_called.set()
        given.result(timeout=60)
    turns = DropTicket.objects.filter(turn_until__gt=timezone.now())
    assert [each.principal for each in turns] == ["guest:0"]


def test_many_tabs_of_one_person_are_one_place(drop: Drop) -> None:
    at_once([partial(drop_queues.enter, drop, principal="guest:1")] * 12)
    assert DropTicket.objects.count() == 1
