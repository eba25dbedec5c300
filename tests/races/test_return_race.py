"""Shoppers, clerks and refunds at the same return at once: no piece comes back or is paid twice."""

from __future__ import annotations

import pytest

from accounts.models import OutgoingMail
from catalogue.models import Variant
from checkout import refundable, refunds
from checkout.models import Refund
from checkout.quotes import Item
from checkout.refund_previews import Asked, preview
from fulfilment import fulfilment_orders, return_refunds, returns
from fulfilment.models import FulfilmentOrder, Return, ReturnPolicy
from fulfilment.return_errors import TooManyReturned
from fulfilment.returns import Came, Wanted
from fulfilment.steps import TransitionRefused
from shopping.money import Money
from tests.buying import Basket, Sandbox, pay
from tests.races.crowd import at_once, before_it_is_written

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def part(basket: Basket, flipflops: Variant, sandbox: Sandbox) -> FulfilmentOrder:
    """Four pieces of one line for €34.00 each, sent."""
    order = basket.with_(items=(Item(flipflops.public_id, 4),)).place()
    pay(order.payments.get(), sandbox.token())
    [opened] = fulfilment_orders.open_for(order.pk)
    fulfilment_orders.ship(opened, carrier="DHL", tracking_number="A", actor=None)
    ReturnPolicy.objects.create(merchant=opened.merchant, address="Box 5, Brest")
    return opened


def ask(part: FulfilmentOrder, pieces: int, *, key: str) -> Return:
    row = FulfilmentOrder.objects.get(pk=part.pk)
    wanted = [Wanted(row.order.lines.get().pk, pieces, "damaged")]
    return returns.ask(row, wanted=wanted, words="", key=key)


def give_back(row: Return) -> Refund:
    held = Return.objects.get(pk=row.pk)
    asked = Asked(lines={held.lines.get().line_id: 2})
    return return_refunds.refund(
        held, asked=asked, amount=Money(6800, "EUR"), reason="return", actor=None
    )


@pytest.fixture
def received(part: FulfilmentOrder) -> Return:
    """Two of the four came back."""
    row = returns.approve(ask(part, 2, key="a"), actor=None)
    return returns.receive(row, came={row.lines.get().pk: Came(2, "as_new")}, actor=None)


def test_two_wishes_never_take_more_than_was_sent(part: FulfilmentOrder) -> None:
    answer = before_it_is_written(lambda: ask(part, 3, key="a"), then=lambda: ask(part, 3, key="b"))
    assert isinstance(answer.exception(), TooManyReturned)
    assert list(Return.objects.values_list("key", "lines__quantity")) == [("a", 3)]


def test_many_wishes_take_what_was_sent_and_no_more(part: FulfilmentOrder) -> None:
    answers = at_once([lambda key=str(number): ask(part, 1, key=key) for number in range(7)])
    made = [each for each in answers if isinstance(each, Return)]
    refused = [each for each in answers if not isinstance(each, Return)]
    assert len(made) == Return.objects.count() == 4
    assert {type(each) for each in refused} == {TooManyReturned}


def test_a_press_that_comes_twice_at_once_is_one_return(part: FulfilmentOrder) -> None:
    answers = at_once([lambda: ask(part, 1, key="press")] * 4)
    assert {each.pk for each in answers if isinstance(each, Return)} == {Return.objects.get().pk}
    assert all(isinstance(each, Return) for each in answers)
    assert OutgoingMail.objects.filter(kind="return_requested").count() == 1


def test_what_is_being_refunded_is_not_asked_for(part: FulfilmentOrder) -> None:
    order = part.order
    asked = Asked(lines={order.lines.get().pk: 3})
    amount = preview(refundable.read(order), asked).amount

    def refund() -> object:
        return refunds.request(order.payments.get().pk, amount=amount, reason="x", parts=asked)

    answer = before_it_is_written(refund, then=lambda: ask(part, 2, key="a"))
    assert isinstance(answer.exception(), TooManyReturned)
    assert not Return.objects.exists()


def test_presses_at_once_are_one_refund(received: Return) -> None:
    answers = at_once([lambda: give_back(received)] * 4)
    assert {each.pk for each in answers if isinstance(each, Refund)} == {Refund.objects.get().pk}
    assert all(isinstance(each, Refund) for each in answers)
    assert Refund.objects.get().amount == 6800


def test_who_withdraws_while_it_is_approved_is_told_where_it_stands(part: FulfilmentOrder) -> None:
    row = ask(part, 1, key="a")
    jobs = [
        lambda: returns.refuse(Return.objects.get(pk=row.pk), answer="Worn", actor=None),
        lambda: returns.withdraw(Return.objects.get(pk=row.pk), actor=None),
    ]
    answers = at_once(jobs * 2)
    assert sum(isinstance(each, Return) for each in answers) == 1
    assert sum(isinstance(each, TransitionRefused) for each in answers) == 3
    assert row.history.count() == 2
