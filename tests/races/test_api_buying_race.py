"""The same purchase by the API, many times at once: one order, one charge; and the same refund."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from catalogue.models import Merchant, StockItem, Variant
from checkout.models import Order, Payment, Refund
from partners import answers
from tests import callers
from tests.buying import Sandbox, pay, shelf
from tests.callers import Calls
from tests.checkout_api.buying import body, buy, euros
from tests.races.crowd import at_once

pytestmark = pytest.mark.django_db(transaction=True)
MANY = 6


def again(caller: Calls) -> Calls:
    """The same caller on a connection of its own."""
    return Calls(caller.secret)


def test_the_same_purchase_at_once_is_one_order_and_one_charge(
    sandbox: Sandbox, flipflops: Variant
) -> None:
    """With the last piece, so that a second one would find none left."""
    StockItem.objects.filter(pk=flipflops.pk).update(on_hand=1)
    phare, said = callers.partner("phare"), body(flipflops, 3790, sandbox.token())
    found: list[Any] = at_once([lambda: buy(again(phare), said, key="once")] * MANY)
    assert {each.status_code for each in found} <= {201, 409}
    told = {each.json()["code"] for each in found if each.status_code == 409}
    assert told <= {"call_in_progress"}
    last = buy(phare, said, key="once")
    assert (last.status_code, last["Idempotent-Replayed"]) == (201, "true")
    assert Order.objects.count() == len(sandbox.charges()) == len(sandbox.intents()) == 1
    assert shelf(flipflops) == (0, 0)


def test_a_call_that_is_taken_over_while_it_still_runs_buys_once(
    sandbox: Sandbox, flipflops: Variant, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As if each had been thought dead: the order itself is known again by the call's key."""
    monkeypatch.setattr(answers, "LEASE", timedelta(seconds=-1))
    StockItem.objects.filter(pk=flipflops.pk).update(on_hand=1)
    phare, said = callers.partner("phare"), body(flipflops, 3790, sandbox.token())
    found: list[Any] = at_once([lambda: buy(again(phare), said, key="once")] * MANY)
    assert {each.status_code for each in found} <= {201, 202}
    assert {each.json()["id"] for each in found} == {str(Order.objects.get().public_id)}
    assert len(sandbox.charges()) == len(sandbox.intents()) == 1
    assert shelf(flipflops) == (0, 0)


def test_the_same_refund_at_once_gives_back_once(
    order: Order, payment: Payment, plage: Merchant, sandbox: Sandbox, monkeypatch: Any
) -> None:
    monkeypatch.setattr(answers, "LEASE", timedelta(seconds=-1))
    pay(payment, sandbox.token())
    shop, path = callers.shop(plage), f"orders/{order.public_id}/refunds/"
    said = {"goodwill": euros(100), "amount": euros(100), "reason": "Late"}
    found: list[Any] = at_once([lambda: again(shop).post(path, said, key="once")] * MANY)
    assert {each.status_code for each in found} == {201}
    assert {each.json()["id"] for each in found} == {str(Refund.objects.get().public_id)}


def test_two_purchases_of_a_cart_at_once_leave_one_unpaid_at_most(
    sandbox: Sandbox, flipflops: Variant
) -> None:
    phare = callers.partner("phare")
    cart = phare.post("carts/").json()["id"]
    phare.post(f"carts/{cart}/lines/", {"variant_id": str(flipflops.public_id)})
    calls = [body(flipflops, 3790, sandbox.token(), lines=None, cart_id=cart) for _each in range(4)]
    found: list[Any] = at_once([lambda said=said: buy(again(phare), said) for said in calls])
    assert {each.status_code for each in found} <= {201, 402, 409, 422}
    paid = Order.objects.filter(status="paid").count()
    assert paid == len(sandbox.charges()) == sum(each.status_code == 201 for each in found)
    assert Order.objects.filter(status="awaiting_payment").count() <= 1
    assert shelf(flipflops)[0] == 10 - paid
