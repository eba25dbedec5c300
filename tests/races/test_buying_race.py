"""The shop in a rush: many at once, on real PostgreSQL and with Stripe as another process."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from threading import Barrier
from threading import Event as Signal

import pytest
from django.db import transaction
from django.utils import timezone

from catalogue import stock
from catalogue.models import StockMovement, Variant
from checkout import gateway, intents, orders, payments, refunds, stripe_events, sweeps
from checkout.errors import CheckoutError, SoldOut
from checkout.models import LedgerTransaction, Order, Payment, Refund, StripeEvent
from checkout.quotes import Quote
from checkout.refund_errors import NotRefundable
from shopping import rows
from shopping.money import Money
from tests.buying import Basket, Sandbox, pay, shelf
from tests.races.crowd import at_once
from webhooks.models import Event

pytestmark = pytest.mark.django_db(transaction=True)
BUYERS = 50
ROUNDS = 8


def test_fifty_buyers_of_ten_pieces(basket: Basket, flipflops: Variant, sandbox: Sandbox) -> None:
    total = basket.total()
    tokens = [sandbox.token() for _ in range(BUYERS)]

    def buy(number: int) -> payments.Outcome:
        buyer = replace(basket.buyer, principal=f"guest:{number}", user=None)
        order = basket.with_(buyer=buyer, key=f"key-{number}", seen_total=total).place()
        return pay(order.payments.get(), tokens[number])

    answers = at_once([lambda number=number: buy(number) for number in range(BUYERS)])
    refused = [answer for answer in answers if isinstance(answer, CheckoutError)]
    paid = [answer for answer in answers if isinstance(answer, payments.Outcome)]
    assert [outcome.kind for outcome in paid] == ["succeeded"] * 10
    assert {type(error) for error in refused} == {SoldOut}
    assert len(refused) == 40
    assert {error.message for error in refused} == {"This has just sold out. Nothing was charged."}
    assert Order.objects.filter(status="paid").count() == Order.objects.count() == 10
    assert len(sandbox.charges()) == len(sandbox.intents()) == 10
    assert shelf(flipflops) == (0, 0)
    assert StockMovement.objects.filter(reason="sale").count() == 10


def test_the_same_form_many_times_at_once(
    basket: Basket, flipflops: Variant, sandbox: Sandbox
) -> None:
    """Double click, and worse: with the last piece, so that the second finds none left."""
    type(flipflops.stock).objects.filter(pk=flipflops.pk).update(on_hand=1)
    total, token = basket.total(), sandbox.token()

    def press() -> str:
        order = basket.with_(seen_total=total).place()
        return pay(order.payments.get(), token).kind

    answers = at_once([press] * 8)
    assert set(answers) <= {"succeeded", "processing"}
    assert "succeeded" in answers
    order = Order.objects.get()
    assert order.status == "paid"
    assert order.payments.get().attempt == 1
    assert len(sandbox.intents()) == len(sandbox.charges()) == 1
    assert shelf(flipflops) == (0, 0)


def test_two_cards_at_once_for_one_order(order: Order, payment: Payment, sandbox: Sandbox) -> None:
    tokens = [sandbox.token() for _ in range(6)]
    at_once([lambda token=token: pay(payment, token) for token in tokens])
    payments.settle(payment.pk)
    order.refresh_from_db()
    assert order.status == "paid"
    assert order.history.filter(type="payment.started").count() == 1
    assert len(sandbox.charges()) == 1


def test_the_same_event_many_times_at_once(
    order: Order,
    payment: Payment,
    flipflops: Variant,
    sandbox: Sandbox,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with monkeypatch.context() as changed:
        changed.setattr(payments, "apply", lambda intent, **_more: None)
        with pytest.raises(AttributeError):
            pay(payment, sandbox.token())
    [told] = sandbox.events("payment_intent.succeeded")
    event = StripeEvent.objects.create(
        event_id=told["id"],
        type=told["type"],
        object_id=told["data"]["object"]["id"],
        payload=told,
    )
    answers = at_once([lambda: sweeps.process(event.pk)] * 6)
    assert answers == [None] * 6
    event.refresh_from_db()
    order.refresh_from_db()
    assert (event.attempts, event.last_error) == (0, "")
    assert event.processed_at is not None
    assert order.status == "paid"
    assert shelf(flipflops) == (9, 0)
    assert LedgerTransaction.objects.filter(kind="capture").count() == 1
    assert Event.objects.filter(type="order.paid").count() == 1
    assert order.history.filter(type="order.paid").count() == 1


def test_one_answer_of_stripes_brought_by_many_at_once(
    order: Order,
    payment: Payment,
    flipflops: Variant,
    sandbox: Sandbox,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The request, the webhook's worker and the sweep; none of them fails over another."""
    brought: list[gateway.Intent] = []
    with monkeypatch.context() as changed:
        changed.setattr(payments, "apply", lambda intent, **_more: brought.append(intent))
        with pytest.raises(AttributeError):
            pay(payment, sandbox.token())
    answers = at_once([lambda: intents.apply(brought[0])] * 8)
    assert answers == [payment] * 8
    order.refresh_from_db()
    assert order.status == "paid"
    assert shelf(flipflops) == (9, 0)
    assert LedgerTransaction.objects.filter(kind="capture").count() == 1
    assert order.history.filter(type="order.paid").count() == 1


def test_the_same_webhook_many_times_at_once(sandbox: Sandbox) -> None:
    event = gateway.Event("evt_1", "payment_intent.succeeded", "pi_1", "{}")
    answers = at_once([lambda: stripe_events.record(event)] * 8)
    assert sorted(map(str, answers)) == ["False"] * 7 + ["True"]
    assert StripeEvent.objects.count() == 1


@pytest.mark.parametrize("number", range(ROUNDS))
def test_paying_while_the_reservation_ends(
    number: int, basket: Basket, flipflops: Variant, sandbox: Sandbox
) -> None:
    """Paid and its piece sold, or cancelled with nothing charged: never between."""
    order = basket.place()
    payment = order.payments.get()
    if number % 2:
        pay(payment, sandbox.token("pm_card_visa_chargeDeclined"))
    token = sandbox.token()
    Order.objects.update(reserved_until=timezone.now())
    at_once([lambda: pay(payment, token), sweeps.reservations_due])
    Order.objects.filter(status="awaiting_payment").update(reserved_until=timezone.now())
    sweeps.reservations_due()
    order.refresh_from_db()
    charged = len(sandbox.charges())
    assert (order.status, charged, shelf(flipflops)) in (
        ("paid", 1, (9, 0)),
        ("cancelled", 0, (10, 0)),
    )
    assert Refund.objects.count() == 0


def test_refunds_at_once_give_back_no_more_than_was_paid(
    order: Order, payment: Payment, sandbox: Sandbox
) -> None:
    pay(payment, sandbox.token())
    ask = Money(2000, "EUR")
    answers = at_once([lambda: refunds.request(payment.pk, amount=ask, reason="x")] * 5)
    assert sum(isinstance(answer, NotRefundable) for answer in answers) == 4
    assert Refund.objects.count() == 1


def test_one_refund_sent_by_many_workers(
    order: Order, payment: Payment, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each brings Stripe's answer home in the same moment."""
    pay(payment, sandbox.token())
    refund = refunds.request(payment.pk, amount=Money(3790, "EUR"), reason="x")
    home, apply = Barrier(4), refunds.apply

    def apply_with_all(answer: gateway.Refund) -> None:
        home.wait(timeout=60)
        apply(answer)

    monkeypatch.setattr(refunds, "apply", apply_with_all)
    assert at_once([lambda: refunds.send(refund.pk)] * 4) == [None] * 4
    refund.refresh_from_db()
    payment.refresh_from_db()
    assert (refund.status, payment.refunded) == ("succeeded", 3790)
    assert len(sandbox.state()["refunds"]) == 1
    assert LedgerTransaction.objects.filter(kind="refund").count() == 1


def test_an_order_is_given_up_while_its_form_is_sent_again(
    basket: Basket, flipflops: Variant, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The repeat holds the stock and waits for the order; who gives that up must not wait for it."""
    order = basket.place()
    repeated, took_stock = Signal(), Signal()
    placed, reserve, release = orders.of_key, orders._reserve, stock.release

    def not_yet_placed(key: str, *, principals: Sequence[str]) -> Order | None:
        if repeated.is_set():
            return placed(key, principals=principals)
        repeated.set()
        return None

    def reserve_and_say(quoted: Quote) -> None:
        reserve(quoted)
        took_stock.set()

    def release_after(quantities: Mapping[int, int]) -> None:
        assert took_stock.wait(timeout=30)
        release(quantities)

    monkeypatch.setattr(orders, "of_key", not_yet_placed)
    monkeypatch.setattr(orders, "_reserve", reserve_and_say)
    monkeypatch.setattr(stock, "release", release_after)

    def give_up() -> Order:
        with transaction.atomic():
            locked = rows.lock(Order, order.pk)
            intents.close(locked, reason="refused")
        return locked

    assert at_once([give_up, basket.place]) == [order, order]
    order.refresh_from_db()
    assert order.status == "cancelled"
    assert shelf(flipflops) == (10, 0)


def test_an_intent_is_carried_over_once_however_many_bring_it(
    order: Order, payment: Payment, sandbox: Sandbox
) -> None:
    pay(payment, sandbox.token("pm_card_visa_chargeDeclined"))
    payment.refresh_from_db()
    events = order.history.filter(type="payment.declined")
    assert events.count() == 1
    at_once([lambda: payments.settle(payment.pk)] * 5)
    assert events.count() == 1
