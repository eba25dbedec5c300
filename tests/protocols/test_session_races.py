"""Sessions under races and deaths: one order, one charge, and nothing is held that nobody pays."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from catalogue.models import StockItem, Variant
from checkout import orders, session_completions, session_looks, sessions
from checkout.models import CheckoutSession, Order
from checkout.session_errors import SessionBusy, SessionClosed
from checkout.session_standing import Standing
from tests.buying import Sandbox, shelf
from tests.protocols.agents import AGENT, again, line, means, opened, seen, wanted
from tests.races.crowd import at_once

pytestmark = pytest.mark.django_db(transaction=True)
MANY = 6


class Died(BaseException):
    """Nothing catches it, as nothing outlives `kill -9`."""


def dies(*args: Any, **kwargs: Any) -> Any:
    raise Died


def over(session: CheckoutSession) -> None:
    """The time of whoever died over it passes."""
    past = timezone.now() - timedelta(seconds=1)
    CheckoutSession.objects.filter(pk=session.pk).update(leased_until=past)


@pytest.mark.parametrize("lease", [session_completions.LEASE, timedelta(seconds=-1)])
def test_completed_many_times_at_once_it_is_one_order_and_one_charge(
    sandbox: Sandbox, flipflops: Variant, lease: timedelta, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the last piece and another token each time; also where each is thought dead at once."""
    monkeypatch.setattr(session_completions, "LEASE", lease)
    StockItem.objects.filter(variant=flipflops).update(on_hand=1)
    session = opened(line(flipflops))
    tokens = [means(sandbox) for _ in range(MANY)]
    found = at_once(
        [lambda with_=with_: session_completions.complete(session, with_) for with_ in tokens]
    )
    wrong = [each for each in found if isinstance(each, Exception)]
    assert all(isinstance(each, SessionBusy | SessionClosed) for each in wrong), wrong
    assert len(wrong) < MANY
    assert Order.objects.count() == len(sandbox.charges()) == len(sandbox.intents()) == 1
    assert seen(session).standing is Standing.COMPLETED
    assert shelf(flipflops) == (0, 0)


def test_it_is_not_changed_while_it_is_bought(sandbox: Sandbox, flipflops: Variant) -> None:
    session = opened(line(flipflops))
    with_ = means(sandbox)
    at_once(
        [
            lambda: session_completions.complete(session, with_),
            lambda: sessions.change(again(session), wanted(line(flipflops, 3))),
        ]
    )
    look = seen(session)
    if look.standing is Standing.OPEN:
        assert (look.wanted.lines[0].quantity, sandbox.charges()) == (3, [])
    else:
        order = Order.objects.get(status="paid")
        assert order.lines.get().quantity == look.wanted.lines[0].quantity == 1
    assert shelf(flipflops)[1] == 0


def test_whoever_dies_after_ordering_is_followed_by_who_pays(
    sandbox: Sandbox, flipflops: Variant, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = opened(line(flipflops))
    with monkeypatch.context() as patch:
        patch.setattr(sessions, "attach", dies)
        patch.setattr(session_completions, "_release", lambda claimed: None)
        with pytest.raises(Died):
            session_completions.complete(session, means(sandbox))
    assert (again(session).order, Order.objects.get().status) == (None, "awaiting_payment")
    with pytest.raises(SessionBusy):
        session_completions.complete(again(session), means(sandbox))
    over(session)
    assert session_completions.complete(again(session), means(sandbox)).kind == "succeeded"
    assert Order.objects.count() == len(sandbox.charges()) == 1
    assert seen(session).order == Order.objects.get()


def test_what_died_ordered_is_given_up_by_a_change(
    sandbox: Sandbox, flipflops: Variant, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = opened(line(flipflops, 2))
    with monkeypatch.context() as patch:
        patch.setattr(sessions, "attach", dies)
        patch.setattr(session_completions, "_release", lambda claimed: None)
        with pytest.raises(Died):
            session_completions.complete(session, means(sandbox))
    over(session)
    assert shelf(flipflops) == (10, 2)
    sessions.change(again(session), wanted(line(flipflops)))
    assert shelf(flipflops) == (10, 0)
    session_looks.show(again(session))
    assert session_completions.complete(again(session), means(sandbox)).kind == "succeeded"
    assert [order.status for order in Order.objects.order_by("id")] == ["cancelled", "paid"]
    assert len(sandbox.charges()) == 1


def test_whoever_dies_after_paying_has_paid(
    sandbox: Sandbox, flipflops: Variant, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = opened(line(flipflops))
    with monkeypatch.context() as patch:
        patch.setattr(session_completions, "_release", dies)
        with pytest.raises(Died):
            session_completions.complete(session, means(sandbox))
    assert seen(session).standing is Standing.COMPLETED
    with pytest.raises(SessionClosed):
        session_completions.complete(again(session), means(sandbox))
    assert len(sandbox.charges()) == 1


def test_whoever_comes_back_from_the_dead_orders_nothing(
    sandbox: Sandbox, flipflops: Variant, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process that hung for longer than any call may, while the session was changed."""
    session = opened(line(flipflops, 2))
    place = orders.place

    def hangs(*args: Any, **kwargs: Any) -> Order:
        over(session)
        sessions.change(again(session), wanted(line(flipflops)))
        return place(*args, **kwargs)

    with monkeypatch.context() as patch:
        patch.setattr(orders, "place", hangs)
        with pytest.raises(SessionBusy):
            session_completions.complete(session, means(sandbox))
    assert (sandbox.charges(), shelf(flipflops)) == ([], (10, 0))
    assert seen(session).view.sums.items == 3400
    assert session_completions.complete(again(session), means(sandbox)).kind == "succeeded"
    assert [charge["amount"] for charge in sandbox.charges()] == [3790]


def test_a_lost_answer_of_stripes_is_found_out_and_not_paid_anew(
    sandbox: Sandbox, flipflops: Variant
) -> None:
    session = opened(line(flipflops))
    sandbox.fault("drop_after", "payment_intents.create", times=2)
    outcome = session_completions.complete(session, means(sandbox))
    assert outcome.kind in ("unknown", "succeeded", "processing")
    with pytest.raises((SessionBusy, SessionClosed)):
        session_completions.complete(again(session), means(sandbox))
    assert len(sandbox.charges()) == 1


def test_a_cart_is_made_into_one_checkout_at_once(flipflops: Variant) -> None:
    cart = sessions.open_session(AGENT, wanted(line(flipflops)), kind="cart")
    found = at_once([lambda: sessions.convert(AGENT, cart)[0].pk] * MANY)
    assert len(set(found)) == 1
    assert CheckoutSession.objects.filter(source=cart).count() == 1
