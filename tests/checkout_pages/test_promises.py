"""Whoever is told "we will write" has a row that says so, once an attempt, and before its end."""

from __future__ import annotations

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.db import connections, transaction
from django.utils import timezone

from checkout import attempts, promises
from checkout.models import Order, Payment
from shopping import rows
from tests.checkout_pages import shelves
from tests.checkout_pages.conftest import SCRIPT

KEY = "c" * 32
NOTE = "we will write within 10 minutes"


def made(order: Order | None = None) -> list[int]:
    """The attempts that a promise was made of."""
    history = (order or Order.objects.get()).history.filter(type=promises.MADE)
    return [event.data["attempt"] for event in history]


def settle(visitor, **more: str):
    return visitor.client.post("/payments/settle/", {"key": KEY, **more}, **SCRIPT).json()


@pytest.fixture
def order(guest, market, transactional_db) -> Order:
    """Placed by a guest; an attempt to pay it has just begun."""
    guest.open(market.lamp)
    order = shelves.place(market.lamp, principal=shelves.guest_name(guest), key=KEY)
    Payment.objects.filter(order=order).update(
        status=Payment.Status.PROCESSING, attempt=1, attempted_at=timezone.now()
    )
    return order


def test_a_press_without_an_answer_promises_a_letter_once(guest, market):
    """The provider does not answer in these tests."""
    form = guest.form(market.lamp)
    for _ in range(2):
        answer = guest.place(market.lamp, form)
        assert answer.json()["kind"] == "pending"
        assert NOTE in answer.json()["html"]
        Payment.objects.update(attempted_at=timezone.now() - attempts.GRACE)
    assert made() == [1]


def test_a_page_that_waited_for_long_is_promised_a_letter(guest, order):
    Payment.objects.update(attempted_at=timezone.now())
    assert NOTE not in settle(guest)["html"]
    assert NOTE not in settle(guest, waited="1")["html"]
    assert made(order) == []
    Payment.objects.update(attempted_at=timezone.now() - timedelta(seconds=30))
    assert NOTE in settle(guest, waited="1")["html"]
    assert NOTE in settle(guest, waited="1")["html"]
    assert made(order) == [1]


def test_each_attempt_has_its_own_promise(order):
    assert promises.make(order)
    Payment.objects.update(attempt=2)
    assert promises.make(order)
    assert made(order) == [1, 2]


@pytest.mark.parametrize("status", ["declined", "cancelled", "succeeded"])
def test_nothing_is_promised_of_what_is_known_by_then(order, status):
    shelves.set_payment(order, status)
    assert not promises.make(order)
    assert made(order) == []


def test_an_end_that_comes_at_the_same_moment_is_waited_for(order):
    """Else the end's letter would find no promise, and the promise no letter."""
    locked = Barrier(2, timeout=10)
    answers: list[bool] = []

    def promise() -> None:
        locked.wait()
        answers.append(promises.make(order))
        connections.close_all()

    thread = Thread(target=promise)
    thread.start()
    with transaction.atomic():
        rows.lock(Order, order.pk)
        locked.wait()
        thread.join(timeout=0.5)
        shelves.set_payment(order, Payment.Status.DECLINED)
    thread.join(timeout=10)
    assert answers == [False]
    assert made(order) == []
