"""Several people of a shop press at once: a shopper is not flooded, and a parcel leaves once."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID, uuid4

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction

from accounts.models import OutgoingMail, User
from checkout.models import Order
from fulfilment import fulfilment_orders, writings
from fulfilment.handing_over import Handover, Outcome, Refusal, hand_over
from fulfilment.models import FulfilmentOrder, Shipment, ShopMessage
from stack.waiting import wait_until
from tests.buying import Basket, Sandbox, pay
from tests.races.crowd import waiting

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def part(basket: Basket, sandbox: Sandbox) -> FulfilmentOrder:
    """Paid, and open at its shop."""
    order = basket.place()
    pay(order.payments.get(), sandbox.token())
    [opened] = fulfilment_orders.open_for(order.pk)
    return opened


@pytest.fixture
def packer(db: None) -> User:
    return User.objects.create_user("p@etal.example", handle="packer", display_name="Packer")


def at_once(part: FulfilmentOrder, *verbs: Callable[[], object]) -> list[object]:
    """What each verb answers, all of which wait for the order before any goes on."""

    def said(verb: Callable[[], object]) -> object:
        try:
            return verb()
        except ValidationError:
            return "refused"
        finally:
            connection.close()

    with ThreadPoolExecutor(len(verbs)) as pool:
        with transaction.atomic():
            Order.objects.select_for_update().get(pk=part.order_id)
            pressed = [pool.submit(said, verb) for verb in verbs]
            wait_until(
                lambda: waiting() == len(verbs), seconds=30, otherwise="not all wait for the order"
            )
        return [each.result() for each in pressed]


def write(part: FulfilmentOrder, packer: User, key: UUID) -> Callable[[], object]:
    return lambda: writings.message(part, text="Hello", author=packer, key=key) and "written"


def test_no_more_messages_than_allowed_get_through_at_once(
    part: FulfilmentOrder, packer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writings, "MOST_MESSAGES", 1)
    answers = at_once(part, *(write(part, packer, uuid4()) for _ in range(3)))
    assert sorted(map(str, answers)) == ["refused", "refused", "written"]
    assert ShopMessage.objects.count() == 1
    assert OutgoingMail.objects.filter(kind="shop_message").count() == 1


def test_one_form_that_is_sent_twice_at_once_is_one_message(
    part: FulfilmentOrder, packer: User
) -> None:
    key = uuid4()
    answers = at_once(part, write(part, packer, key), write(part, packer, key))
    assert answers == ["written", "written"]
    assert ShopMessage.objects.count() == 1
    assert OutgoingMail.objects.filter(kind="shop_message").count() == 1


def test_a_page_of_rows_that_is_sent_twice_at_once_hands_each_over_once(
    part: FulfilmentOrder, packer: User
) -> None:
    def press() -> Outcome | Refusal:
        row = FulfilmentOrder.objects.get(pk=part.pk)
        return hand_over(Handover(row, "DHL", "JD 1"), actor=packer)

    assert sorted(map(str, at_once(part, press, press))) == ["before", "done"]
    assert Shipment.objects.count() == 1
    assert OutgoingMail.objects.filter(kind="shipped").count() == 1
