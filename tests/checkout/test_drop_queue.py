"""The queue of a drop: there only when it is needed, in the order of arrival, and ended by its end."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db.models import F
from django.test import Client
from django.utils import timezone

from accounts.models import User
from catalogue.models import Drop, StockItem, Variant
from checkout import drop_queues, drop_states
from checkout.buyers import Buyer
from checkout.drop_states import DropState
from checkout.errors import QueueFirst, SoldOut
from checkout.models import DropTicket, Order
from tests.buying import HOME, Basket, shelf


@pytest.fixture
def drop(flipflops: Variant) -> Drop:
    opened = timezone.now() - timedelta(minutes=1)
    return Drop.objects.create(product=flipflops.product, opens_at=opened)


@pytest.fixture
def two_at_a_time(settings: Any) -> None:
    settings.DROP_TURNS = 2


def enter(drop: Drop, *people: str) -> None:
    for each in people:
        drop_queues.enter(drop, principal=f"guest:{each}")


def state(drop: Drop, who: str) -> DropState:
    drop.refresh_from_db()
    return drop_states.read(drop, principal=f"guest:{who}")


def kinds(drop: Drop, *people: str) -> list[str]:
    return [state(drop, each).kind for each in people]


def passes(drop: Drop, who: str) -> None:
    """The turn of `who` is over."""
    past = timezone.now() - timedelta(seconds=1)
    DropTicket.objects.filter(drop=drop, principal=f"guest:{who}").update(turn_until=past)


def as_guest(basket: Basket, who: str) -> Basket:
    buyer = Buyer(f"guest:{who}", user=None, email=f"{who}@etal.example", locale="en")
    home = replace(HOME, line1=f"{who} street")
    return basket.with_(buyer=buyer, key=f"key-{who}", address=home)


def test_a_calm_drop_has_no_queue(drop: Drop, basket: Basket) -> None:
    enter(drop, "a", "b")
    assert kinds(drop, "a", "b", "nobody") == ["live", "live", "live"]
    as_guest(basket, "nobody").place()


@pytest.mark.usefixtures("two_at_a_time")
def test_places_are_in_the_order_of_arrival_and_kept(drop: Drop) -> None:
    enter(drop, "a", "b", "c", "d", "e")
    enter(drop, "e", "d", "c")
    assert kinds(drop, "a", "b", "c", "d", "e") == ["turn", "turn", "queue", "queue", "queue"]
    assert [state(drop, each).ahead for each in "cde"] == [0, 1, 2]
    assert (state(drop, "x").kind, state(drop, "x").waiting) == ("live", 3)
    assert DropTicket.objects.count() == 5


@pytest.mark.usefixtures("two_at_a_time")
def test_a_turn_that_is_not_used_goes_to_the_next(drop: Drop) -> None:
    enter(drop, "a", "b", "c", "d")
    passes(drop, "a")
    assert state(drop, "d").has_room
    drop_queues.call(drop.pk)
    assert kinds(drop, "b", "c", "d") == ["turn", "turn", "queue"]
    assert state(drop, "a").has_passed
    enter(drop, "a")
    assert (state(drop, "a").kind, state(drop, "a").ahead) == ("queue", 1)


@pytest.mark.usefixtures("two_at_a_time")
def test_who_is_away_keeps_the_place_and_is_passed_over(drop: Drop) -> None:
    enter(drop, "a", "b", "c", "d")
    long_ago = timezone.now() - timedelta(seconds=drop_queues.AWAY_SECONDS + 1)
    DropTicket.objects.filter(principal="guest:c").update(seen_at=long_ago)
    passes(drop, "a")
    drop_queues.call(drop.pk)
    assert [state(drop, each).turn_until is None for each in "cd"] == [True, False]
    drop_queues.seen(drop.pk, principal="guest:c")
    passes(drop, "b")
    drop_queues.call(drop.pk)
    assert state(drop, "c").turn_until is not None


def test_turns_are_no_more_than_so_many_a_piece(drop: Drop, flipflops: Variant) -> None:
    StockItem.objects.filter(variant=flipflops).update(on_hand=1)
    enter(drop, "a", "b", "c")
    assert kinds(drop, "a", "b", "c") == ["turn", "turn", "queue"]


@pytest.mark.usefixtures("two_at_a_time")
def test_while_a_queue_runs_nobody_orders_without_a_turn(
    drop: Drop, basket: Basket, flipflops: Variant
) -> None:
    enter(drop, "a", "b", "c")
    for who in ("c", "x"):
        with pytest.raises(QueueFirst) as refusal:
            as_guest(basket, who).place()
        assert refusal.value.drop == drop.public_id
    assert (Order.objects.count(), shelf(flipflops)) == (0, (10, 0))
    as_guest(basket, "a").place()
    drop_queues.call(drop.pk)
    # Her turn is used: the next one's begins, though hers would have lasted.
    assert state(drop, "c").turn_until is not None


@pytest.mark.usefixtures("two_at_a_time")
def test_a_turn_that_has_passed_orders_nothing(drop: Drop, basket: Basket) -> None:
    enter(drop, "a", "b", "c")
    passes(drop, "a")
    with pytest.raises(QueueFirst):
        as_guest(basket, "a").place()


@pytest.mark.usefixtures("two_at_a_time")
def test_sold_out_ends_the_queue_at_once(drop: Drop, basket: Basket, flipflops: Variant) -> None:
    enter(drop, "a", "b", "c")
    StockItem.objects.filter(variant=flipflops).update(reserved=F("on_hand"))
    assert kinds(drop, "a", "c", "x") == ["sold_out"] * 3
    with pytest.raises(SoldOut):
        as_guest(basket, "c").place()
    StockItem.objects.filter(variant=flipflops).update(reserved=0)
    assert state(drop, "c").kind == "queue"


def test_a_guest_who_signs_in_keeps_the_place(drop: Drop) -> None:
    enter(drop, "a", "b")
    drop_queues.enter(drop, principal="user:7")
    drop_queues.come_along("a", user_id=6)
    drop_queues.come_along("b", user_id=7)
    names = DropTicket.objects.order_by("pk").values_list("principal", flat=True)
    assert list(names) == ["user:6", "user:7"]


# The pages -------------------------------------------------------------------------------------
def page_of(drop: Drop) -> str:
    return f"/drops/{drop.public_id}/"


def test_the_press_on_buy_now_opens_the_sheet_in_ones_turn(drop: Drop, client: Client) -> None:
    answer = client.post(f"{page_of(drop)}enter/?variant=no", {})
    assert answer["Location"] == f"/buy/{drop.product.public_id}/"
    assert client.get(answer["Location"]).status_code == 200
    assert DropTicket.objects.get().principal.startswith("guest:")


@pytest.mark.usefixtures("two_at_a_time")
def test_who_has_to_wait_is_shown_the_place(drop: Drop, client: Client) -> None:
    enter(drop, "a", "b", "c")
    answer = client.post(f"{page_of(drop)}enter/")
    assert answer["Location"] == page_of(drop)
    page = client.get(page_of(drop))
    assert "About 1 person is before you" in page.content.decode()
    assert "no-store" in page["Cache-Control"]
    part = client.get(f"{page_of(drop)}now/").content.decode()
    assert 'data-kind="queue"' in part
    # The sheet's own address leads back to the place, for a script as for a page.
    sheet = f"/buy/{drop.product.public_id}/"
    assert client.get(sheet)["Location"] == page_of(drop)
    asked = client.get(sheet, headers={"HX-Request": "true"})
    assert (asked.status_code, asked["HX-Redirect"]) == (204, page_of(drop))
    # By asking, whoever waits takes the turn that has become free.
    passes(drop, "a")
    client.get(f"{page_of(drop)}now/")
    assert state(drop, "c").turn_until is not None
    # Having waited, they are told that it is their turn, though nobody may wait any more.
    passes(drop, "b")
    DropTicket.objects.update(created_at=F("created_at") - timedelta(minutes=1))
    assert 'data-kind="turn"' in client.get(f"{page_of(drop)}now/").content.decode()
    client.post(f"{page_of(drop)}leave/")
    assert DropTicket.objects.count() == 3


def test_a_foreign_form_takes_no_place(drop: Drop, client: Client) -> None:
    answer = client.post(f"{page_of(drop)}enter/", headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 302
    client.get(f"{page_of(drop)}enter/")
    assert not DropTicket.objects.exists()


def test_before_it_opens_nobody_gets_a_place(drop: Drop, client: Client) -> None:
    Drop.objects.filter(pk=drop.pk).update(opens_at=timezone.now() + timedelta(hours=1))
    assert client.post(f"{page_of(drop)}enter/")["Location"] == page_of(drop)
    assert not DropTicket.objects.exists()


def test_who_presses_too_often_is_told_when_to_try_again(
    drop: Drop, client: Client, settings: Any, buyer: Buyer
) -> None:
    settings.LIMIT_VISITORS = True
    client.force_login(User.objects.get(email=buyer.email))
    answers = [client.post(f"{page_of(drop)}enter/").status_code for _press in range(61)]
    assert (set(answers[:60]), answers[60]) == ({302}, 429)


def test_a_network_makes_few_new_guests(drop: Drop, settings: Any) -> None:
    settings.LIMIT_VISITORS = True
    answers = [Client().post(f"{page_of(drop)}enter/").status_code for _press in range(61)]
    assert (set(answers[:60]), answers[60]) == ({302}, 429)
    assert DropTicket.objects.count() == 60


@pytest.mark.usefixtures("two_at_a_time")
def test_a_refused_press_leads_to_the_place(drop: Drop, basket: Basket, client: Client) -> None:
    """The sheet was open before there was a queue."""
    sheet = f"/buy/{drop.product.public_id}/"
    client.get(sheet)
    enter(drop, "a", "b", "c")
    typed = {"key": "0" * 32, "quantity": "1", "email": "x@etal.example", "name": "Camille"}
    typed |= {"line1": "3 quai Lamartine", "postal_code": "71000", "city": "Mâcon"}
    typed |= {"country": "FR", "confirmation_token": "ctoken_x"}
    typed |= {"seen_amount": "3790", "seen_currency": "EUR"}
    answer = client.post(f"{sheet}place/", typed)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "it is not your turn. Nothing was charged." in page
    assert f'href="{page_of(drop)}"' in page
