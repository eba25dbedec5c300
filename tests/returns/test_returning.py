"""A return from the shopper's wish to the refund: each step, what it says, and what it refuses."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import timezone

from accounts.models import OutgoingMail
from checkout import refundable, refunds
from checkout.models import LedgerEntry, Refund
from checkout.quotes import Item
from checkout.refund_previews import Asked, preview
from fulfilment import (
    fulfilment_orders,
    return_policies,
    return_refunds,
    return_worth,
    returnable,
    returns,
)
from fulfilment.dispatching import dispatch
from fulfilment.models import FulfilmentOrder, Return, ReturnPolicy, Shipment
from fulfilment.return_errors import (
    NoAddress,
    NoAnswer,
    NothingReceived,
    NothingToReturn,
    NotReceived,
    NotReturnable,
    ReasonOver,
    StillRefundable,
    StillToSend,
    TooManyReturned,
)
from fulfilment.returns import Came, Wanted
from fulfilment.steps import TransitionRefused
from fulfilment.tasks import sweep_returns
from shopping.money import Money
from tests.buying import pay, shelf
from tests.shops import today
from webhooks.models import Event

pytestmark = pytest.mark.django_db(transaction=True)


def steps(row: Return) -> list[str]:
    return list(row.history.values_list("status", flat=True))


def mails() -> list[tuple[str, str]]:
    found = OutgoingMail.objects.filter(kind__startswith="return_").order_by("pk")
    return list(found.values_list("kind", "to"))


def came(row: Return, pieces: int, condition: str = "as_new") -> Return:
    return returns.receive(row, came={row.lines.get().pk: Came(pieces, condition)}, actor=None)


def give_back(row: Return, *, restock: bool = False) -> Refund:
    left = return_worth.left_of_part(row.fulfilment_order)
    asked = return_worth.asked_of(left, return_worth.came(row))
    if restock:
        asked = Asked(lines=asked.lines, restock=frozenset(asked.lines))
    amount = preview([left], asked).amount
    return return_refunds.refund(row, asked=asked, amount=amount, reason="return", actor=None)


def delivered_on(day: date) -> None:
    moment = timezone.now().replace(year=day.year, month=day.month, day=day.day, hour=11)
    Shipment.objects.update(moved_at=moment)


def test_from_wish_to_refund(ask, part, flipflops, sandbox) -> None:
    row = ask(2)
    assert (row.status, row.lines.get().quantity, row.words) == ("requested", 2, "Too small")
    returns.approve(row, actor=None, answer="With pleasure")
    assert row.send_to == "Plage\n3 quai des Bulles\n35400 Saint-Malo"
    assert "You pay the postage" in row.instructions
    came(row, 2)
    refund = give_back(row, restock=True)
    row.refresh_from_db()
    assert (row.status, row.refund, refund.amount) == ("refunded", refund, 6800)
    assert steps(row) == ["requested", "approved", "received", "refunded"]
    assert shelf(flipflops) == (9, 0)
    refunds.send(refund.pk)
    assert [charge["amount_refunded"] for charge in sandbox.charges()] == [6800]
    assert sum(LedgerEntry.objects.values_list("amount", flat=True)) == 0
    assert part.order.lines.get().refunded_quantity == 2


def test_each_step_is_told_once(ask, part) -> None:
    row = ask()
    returns.approve(row, actor=None)
    came(row, 1)
    refund = give_back(row)
    refunds.send(refund.pk)
    shopper = part.order.email
    assert mails() == [
        ("return_requested", "orders@plage.example"),
        ("return_approved", shopper),
        ("return_received", shopper),
        ("return_refunded", shopper),
    ]
    assert not OutgoingMail.objects.filter(kind="refunded").exists()
    approved = OutgoingMail.objects.get(kind="return_approved")
    assert f"Return for order {part.order.reference}" in approved.text
    assert "3 quai des Bulles" in approved.html
    assert "€34.00" in OutgoingMail.objects.get(kind="return_refunded").text
    told = Event.objects.filter(type__startswith="return.").order_by("pk")
    assert list(told.values_list("type", "merchant_id")) == [
        (f"return.{status}", part.merchant_id) for status in steps(row)
    ]
    last = told.last().payload
    assert last["lines"][0]["received"] == 1
    assert last["refund"] == {"id": str(refund.public_id), "amount": 3400}


def test_a_press_that_comes_twice_is_one_return(ask) -> None:
    assert ask().pk == ask().pk
    assert mails() == [("return_requested", "orders@plage.example")]


def test_no_more_is_asked_for_than_was_sent(ask, part) -> None:
    ask(2)
    with pytest.raises(TooManyReturned, match="only 1 piece can be sent back"):
        ask(2, key="b")
    ask(1, key="c")
    with pytest.raises(TooManyReturned):
        ask(1, key="d")
    assert Return.objects.count() == 2


@pytest.mark.parametrize("end", ["refuse", "withdraw", "expire"])
def test_what_does_not_come_back_may_be_asked_for_again(ask, end) -> None:
    row = ask(3)
    if end == "refuse":
        returns.refuse(row, answer="Worn", actor=None)
    elif end == "withdraw":
        returns.withdraw(row, actor=None)
    else:
        returns.approve(row, actor=None)
        returns.expire(row)
    assert ask(3, key="b").status == "requested"


def test_pieces_that_never_reached_the_shopper_do_not_come_back(ask, part) -> None:
    Shipment.objects.update(status="lost")
    with pytest.raises(TooManyReturned):
        ask()


@pytest.mark.parametrize(
    ("wanted", "refusal"),
    [
        ([], NothingToReturn),
        ([Wanted(0, 1, "damaged")], NotReturnable),
        ([Wanted(-1, -1, "damaged")], NotReturnable),
    ],
)
def test_what_is_no_wish_leaves_no_trace(part, wanted, refusal) -> None:
    with pytest.raises(refusal):
        returns.ask(part, wanted=wanted, words="", key="a")
    assert not Return.objects.exists()


def test_the_days_are_counted_from_the_last_parcel(ask, part) -> None:
    found = returnable.of(part)
    came_on = found.delivered
    assert found.last_day("changed_mind") == came_on + timedelta(days=14)
    assert found.last_day("damaged") == came_on.replace(year=came_on.year + 2)
    delivered_on(today() - timedelta(days=14))
    assert len(returnable.of(part).reasons) == 6
    delivered_on(today() - timedelta(days=15))
    assert returnable.of(part).reasons == ["damaged", "wrong_item", "not_as_described"]
    with pytest.raises(ReasonOver):
        ask(1)
    assert ask(1, "damaged").status == "requested"
    delivered_on(date(2020, 2, 29))
    assert returnable.of(part).last_day("damaged") == date(2022, 2, 28)
    assert returnable.parts_of(part.order) == []


def test_as_long_as_a_parcel_is_on_its_way_no_time_runs(part) -> None:
    Shipment.objects.update(status="in_transit")
    assert returnable.of(part).delivered is None
    assert len(returnable.of(part).reasons) == 6


def rule(part: FulfilmentOrder, **words: object) -> ReturnPolicy:
    return ReturnPolicy.objects.create(merchant=part.merchant, **words)


def test_a_rule_approves_changes_of_mind_up_to_an_amount(ask, part) -> None:
    rule(part, approve_up_to=3400, days_to_send=10, postage="We pay.", instructions="Fold it.")
    row = ask(1)
    assert (row.status, row.instructions) == ("approved", "Fold it.\nWe pay.")
    assert steps(row) == ["requested", "approved"]
    assert row.send_by == today() + timedelta(days=10)
    assert "Your rules have approved it" in OutgoingMail.objects.get(kind="return_requested").text
    assert ask(1, "damaged", key="b").status == "requested"
    assert ask(1, "does_not_fit", key="c").status == "approved"


def test_a_rule_leaves_to_people_what_is_worth_more(ask, part) -> None:
    rule(part, approve_up_to=3399)
    assert ask(1).status == "requested"


def test_nothing_is_approved_without_an_address(ask, part) -> None:
    type(part.merchant).objects.update(address="")
    part.merchant.refresh_from_db()
    rule(part, approve_up_to=100_000)
    row = ask(1)
    assert row.status == "requested"
    with pytest.raises(NoAddress):
        returns.approve(row, actor=None)
    assert steps(row) == ["requested"]
    ReturnPolicy.objects.update(address="Box 5, Brest")
    assert returns.approve(row, actor=None).send_to == "Box 5, Brest"


def test_a_refusal_says_why(ask) -> None:
    row = ask()
    with pytest.raises(NoAnswer):
        returns.refuse(row, answer=" ", actor=None)
    returns.refuse(row, answer="It was worn.", actor=None)
    assert "It was worn." in OutgoingMail.objects.get(kind="return_refused").text


def test_the_table_is_all_that_can_happen(ask) -> None:
    row = ask()
    with pytest.raises(TransitionRefused):
        came(row, 1)
    assert row.lines.get().received is None
    returns.withdraw(row, actor=None)
    for verb in (returns.approve, returns.withdraw):
        with pytest.raises(TransitionRefused):
            verb(row, actor=None)
    assert steps(row) == ["requested", "withdrawn"]


def test_what_came_is_counted_and_the_rest_may_be_asked_for(ask) -> None:
    row = returns.approve(ask(3), actor=None)
    with pytest.raises(NothingReceived):
        came(row, 0)
    with pytest.raises(TooManyReturned):
        came(row, 4)
    came(row, 1, "opened")
    line = row.lines.get()
    assert (line.received, line.condition) == (1, "opened")
    assert give_back(row).amount == 3400
    assert ask(2, key="b").lines.get().quantity == 2


def test_with_the_last_piece_goes_what_the_delivery_cost(ask, part) -> None:
    line = part.order.lines.get().pk
    assert return_worth.worth(part, {line: 2}).amount == Money(6800, "EUR")
    assert return_worth.worth(part, {line: 3}).amount == Money(10_200 + 390, "EUR")
    first = returns.approve(ask(2), actor=None)
    give_back(came(first, 2))
    last = returns.approve(ask(1, key="b"), actor=None)
    assert give_back(came(last, 1)).amount == 3790
    assert sum(Refund.objects.values_list("amount", flat=True)) == 10_590


def test_a_second_press_gives_nothing_back_twice(ask) -> None:
    row = came(returns.approve(ask(), actor=None), 1)
    left = return_worth.left_of_part(row.fulfilment_order)
    asked = return_worth.asked_of(left, return_worth.came(row))
    made = [
        return_refunds.refund(
            row, asked=asked, amount=Money(3400, "EUR"), reason="return", actor=None
        )
        for _press in range(2)
    ]
    assert made[0] == made[1]
    assert Refund.objects.count() == 1
    assert mails().count(("return_refunded", row.fulfilment_order.order.email)) == 1


def test_nothing_goes_back_before_it_came(ask) -> None:
    row = returns.approve(ask(), actor=None)
    asked = Asked(lines={row.lines.get().line_id: 1})
    with pytest.raises(NotReceived):
        return_refunds.refund(
            row, asked=asked, amount=Money(3400, "EUR"), reason="return", actor=None
        )
    assert not Refund.objects.exists()


def test_a_refund_that_failed_may_be_made_again(ask) -> None:
    row = came(returns.approve(ask(), actor=None), 1)
    first = give_back(row)
    refunds._fail(first.pk, "lost_or_stolen_card")
    row.refresh_from_db()
    assert return_refunds.can_refund(row)
    second = give_back(row)
    row.refresh_from_db()
    assert (row.refund, second.status) == (second, "requested")
    assert second != first
    assert not return_refunds.can_refund(row)


def test_what_was_refunded_by_hand_is_not_given_back_again(ask, part) -> None:
    row = came(returns.approve(ask(2), actor=None), 2)
    with pytest.raises(StillRefundable):
        return_refunds.settled_by_hand(row, actor=None)
    left = refundable.read(part.order)
    asked = Asked(lines={part.order.lines.get().pk: 2})
    amount = preview(left, asked).amount
    refunds.request(part.order.payments.get().pk, amount=amount, reason="x", parts=asked)
    # One is left to refund, which is not one of the two that came: no more of it than is left.
    assert return_worth.asked_of(return_worth.left_of_part(part), return_worth.came(row)).lines == {
        part.order.lines.get().pk: 1
    }
    asked = Asked(lines={part.order.lines.get().pk: 1})
    amount = preview(refundable.read(part.order), asked).amount
    refunds.request(part.order.payments.get().pk, amount=amount, reason="x", parts=asked)
    return_refunds.settled_by_hand(row, actor=None)
    assert (row.status, row.refund) == ("refunded", None)


def test_pieces_that_are_to_be_sent_are_not_taken_for_those_that_came(
    basket, flipflops, sandbox
) -> None:
    """A refund takes unsent pieces first, and would take the one that somebody still waits for."""
    order = basket.with_(items=(Item(flipflops.public_id, 3),)).place()
    pay(order.payments.get(), sandbox.token())
    [part] = fulfilment_orders.open_for(order.pk)
    line = part.order.lines.get()
    dispatch(part, lines={line.pk: 2}, carrier="DHL", tracking_number="A", actor=None)
    wanted = [Wanted(line.pk, 1, "damaged")]
    row = returns.ask(part, wanted=wanted, words="", key="a")
    ReturnPolicy.objects.create(merchant=part.merchant, address="Box 5")
    came(returns.approve(row, actor=None), 1)
    with pytest.raises(StillToSend):
        give_back(row)
    assert not Refund.objects.exists()


def test_what_never_came_is_closed_and_taken_all_the_same_when_it_comes(ask) -> None:
    row = returns.approve(ask(3), actor=None)
    Return.objects.update(send_by=timezone.now().date() - timedelta(days=14))
    sweep_returns()
    row.refresh_from_db()
    assert row.status == "approved"
    Return.objects.update(send_by=timezone.now().date() - timedelta(days=15))
    sweep_returns()
    sweep_returns()
    row.refresh_from_db()
    assert steps(row) == ["requested", "approved", "expired"]
    assert mails()[-1][0] == "return_expired"
    ask(2, key="b")
    with pytest.raises(TooManyReturned):
        came(row, 2)
    assert came(row, 1).status == "received"


def test_the_overview_counts_who_waits(ask) -> None:
    ask(1)
    returns.approve(ask(1, key="b"), actor=None)
    came(returns.approve(ask(1, key="c"), actor=None), 1)
    assert Return.objects.work() == {"requested": 1, "approved": 1, "received": 1}
    found = (Return.objects.to_answer(), Return.objects.on_the_way(), Return.objects.to_refund())
    assert [each.count() for each in found] == [1, 1, 1]


def test_a_shop_without_rules_has_the_usual_ones(part) -> None:
    policy = return_policies.of(part.merchant)
    assert policy._state.adding
    assert (policy.days_to_send, policy.approve_up_to) == (14, None)
