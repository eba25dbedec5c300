"""Orders that code before transfers was paid for: a sweep has their shops sent what is theirs."""

from __future__ import annotations

import pytest

from catalogue.models import Merchant, Variant
from checkout import refunds, sweeps, transfers, unsettled
from checkout.models import Order, Transfer
from checkout.quotes import Item
from shopping.money import Money
from tests.buying import Basket, Sandbox, pay
from tests.checkout.test_disputes import decide, paid_with
from tests.checkout.test_reversals import DISPUTES, by_hand
from tests.paying_out import at_stripe, books, connect, old_code, sweep, tell

pytestmark = pytest.mark.django_db
OWED = {"stripe": 3790, "merchant plage": -3620, "fees": -170}
SETTLED = {"stripe": 170, "fees": -170}


@pytest.fixture
def earlier(order: Order, plage: Merchant, sandbox: Sandbox) -> Order:
    """€37.90 were paid to old code; €36.20 of that are the shop's."""
    connect(sandbox, plage)
    with old_code():
        assert pay(order.payments.get(), sandbox.token()).kind == "succeeded"
    return order


def test_what_old_code_was_paid_is_sent_to_the_shop(earlier: Order, sandbox: Sandbox) -> None:
    assert (books(earlier), Transfer.objects.count()) == (OWED, 0)
    assert sweeps.unsettled_due() == 1
    assert sweep() == (1, 0)
    assert at_stripe(sandbox, earlier) == {"acct_plage": (3620, 0)}
    assert books(earlier) == SETTLED


def test_what_is_settled_is_not_looked_at_again(earlier: Order) -> None:
    assert [sweeps.unsettled_due(), sweeps.unsettled_due()] == [1, 0]
    assert Transfer.objects.get().amount == 3620


def test_all_shops_of_an_order_are_one_visit(
    basket: Basket,
    flipflops: Variant,
    bookcase: Variant,
    plage: Merchant,
    rayon: Merchant,
    sandbox: Sandbox,
) -> None:
    connect(sandbox, plage, rayon)
    items = (Item(flipflops.public_id, 1), Item(bookcase.public_id, 1))
    order = basket.with_(items=items).place()
    with old_code():
        assert pay(order.payments.get(), sandbox.token()).kind == "succeeded"
    assert sweeps.unsettled_due() == 1
    assert sorted(order.transfers.values_list("merchant", "amount")) == [
        (plage.pk, 3620),
        (rayon.pk, 12755),
    ]


def test_what_old_code_refunded_is_taken_back(earlier: Order, sandbox: Sandbox) -> None:
    sweeps.unsettled_due()
    sweep()
    with old_code():
        payment = earlier.payments.get()
        refund = refunds.request(payment.pk, amount=Money(1895, "EUR"), reason="x")
        refunds.send(refund.pk)
    assert sweep() == (0, 0)
    assert sweeps.unsettled_due() == 1
    assert sweep() == (0, 1)
    assert at_stripe(sandbox, earlier) == {"acct_plage": (3620, 1810)}
    assert sweeps.unsettled_due() == 0


def test_an_order_that_nobody_has_paid_is_none_of_them(order: Order) -> None:
    assert sweeps.unsettled_due() == 0


def test_while_a_bank_decides_an_order_is_left_alone(
    order: Order, plage: Merchant, sandbox: Sandbox
) -> None:
    connect(sandbox, plage)
    with old_code():
        paid_with("pm_card_createDispute", order.payments.get(), sandbox)
        tell(sandbox, *DISPUTES)
        assert sweeps.unsettled_due() == 0
        decide(sandbox, "won")
        tell(sandbox, *DISPUTES, "charge.dispute.funds_reinstated")
    assert sweeps.unsettled_due() == 1
    # The bank's fee stays taken.
    assert Transfer.objects.get().amount == 2120


def test_who_has_nothing_left_of_what_they_were_sent_is_not_asked_again(
    order: Order, plage: Merchant, sandbox: Sandbox
) -> None:
    connect(sandbox, plage)
    paid_with("pm_card_createDispute", order.payments.get(), sandbox)
    sweep()
    tell(sandbox, *DISPUTES)
    decide(sandbox, "lost")
    tell(sandbox, *DISPUTES)
    assert sweep() == (0, 1)
    assert books(order) == {"stripe": -1500, "merchant plage": 1500}
    assert sweeps.unsettled_due() == 0


def test_what_was_taken_back_by_hand_is_left_to_whoever_did_it(
    earlier: Order, sandbox: Sandbox
) -> None:
    sweeps.unsettled_due()
    sweep()
    by_hand(sandbox, Transfer.objects.get(), 1000)
    assert books(earlier) == {"stripe": 1170, "merchant plage": -1000, "fees": -170}
    assert sweeps.unsettled_due() == 0
    assert Transfer.objects.count() == 1


def test_the_newest_orders_are_looked_through_each_time_and_older_ones_in_turns(
    basket: Basket, plage: Merchant, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    connect(sandbox, plage)
    monkeypatch.setattr(unsettled, "TURN", 1)
    first, second, newest = (basket.with_(key=f"key-{number}").place() for number in range(3))
    for order in (first, second, newest):
        with old_code():
            assert pay(order.payments.get(), sandbox.token()).kind == "succeeded"
    older = newest.pk - 1
    for turn, found in (
        (first.pk - 1, first),
        (second.pk - 1, second),
        (older + first.pk - 1, first),
    ):
        assert unsettled.orders(turn=turn) == [newest.pk, found.pk]


def test_one_order_that_cannot_be_settled_keeps_no_other_from_it(
    basket: Basket, plage: Merchant, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    connect(sandbox, plage)
    orders = [basket.with_(key=f"key-{number}").place() for number in range(2)]
    for order in orders:
        with old_code():
            assert pay(order.payments.get(), sandbox.token()).kind == "succeeded"
    real = transfers.settle_up

    def settle_up(order: Order) -> None:
        if order.pk == orders[1].pk:
            raise ValueError("it cannot")
        real(order)

    monkeypatch.setattr(transfers, "settle_up", settle_up)
    assert sweeps.unsettled_due() == 2
    assert [each.order_id for each in Transfer.objects.all()] == [orders[0].pk]
