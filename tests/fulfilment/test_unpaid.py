"""Whoever was told that we will write gets a letter when their payment failed: one, and a true one."""

from __future__ import annotations

from threading import Barrier, Thread

import pytest
from django.db import connections, transaction
from django.utils import timezone

from accounts.models import OutgoingMail
from checkout import intents, orders, promises
from checkout.models import Cart, Order, Payment
from fulfilment import unpaid
from fulfilment.tasks import sweep_paid_orders, tell_unpaid_for_event
from shopping import rows
from webhooks.models import Event

pytestmark = pytest.mark.django_db(transaction=True)

Status = Payment.Status


@pytest.fixture
def pressed(order_of, flipflops) -> Order:
    """Two pairs of flip-flops, whose first attempt to be paid is under way."""
    order = order_of(
        flipflops, status=Order.Status.AWAITING_PAYMENT, paid_at=None, reserved_until=timezone.now()
    )
    order.payments.update(status=Status.PROCESSING, captured=0, attempt=1, card_last4="")
    return order


@pytest.fixture
def waiting(pressed) -> Order:
    """The same, of unknown outcome: a letter is promised."""
    assert promises.make(pressed)
    return pressed


def decline(order: Order, *, code: str = "insufficient_funds") -> Event:
    """As whoever brings Stripe's answer does: history and event with the status."""
    with transaction.atomic():
        payment = rows.lock(Payment, order.payments.latest("id").pk)
        payment.order = rows.lock(Order, order.pk)
        payment.decline_code = code
        intents.move(payment, Status.DECLINED, "decline_code")
        intents.tell_declined(payment)
    return Event.objects.filter(type="payment.failed").latest("pk")


def cancel(order: Order, *, reason: str) -> list[Event]:
    """As the sweep does: the payment first."""
    order.payments.update(status=Status.CANCELLED)
    with transaction.atomic():
        locked = rows.lock(Order, order.pk)
        orders.move(locked, Order.Status.CANCELLED, type="order.cancelled", data={}, reason=reason)
        orders.publish("order.cancelled", locked, orders.lines_of(locked))
    return list(Event.objects.filter(type="order.cancelled"))


def letters() -> list[OutgoingMail]:
    return list(OutgoingMail.objects.filter(kind="unpaid"))


def test_the_letter_says_what_became_of_the_money_and_what_to_do(waiting, flipflops, settings):
    tell_unpaid_for_event(decline(waiting).pk)
    [letter] = letters()
    assert letter.to == "mai@lefort.example"
    assert letter.subject == f"Order É-{waiting.number} is not paid: nothing was charged"
    for text in (letter.text, letter.html):
        assert "We have the answer on your payment of €71.90: it failed." in text
        assert "There is not enough money on this card. Nothing was charged." in text
        assert "Corniche flip-flops" in text
        assert "€0.00" in text
        assert f"{settings.PUBLIC_URL}/buy/{flipflops.product.public_id}/" in text


def test_an_order_of_the_cart_leads_back_to_all_of_it(waiting, mai, settings):
    Order.objects.update(cart=Cart.objects.create(user=mai))
    tell_unpaid_for_event(decline(waiting).pk)
    [letter] = letters()
    assert f"{settings.PUBLIC_URL}/cart/" in letter.text
    assert f"{settings.PUBLIC_URL}/cart/" in letter.html
    assert "/buy/" not in letter.html


def test_it_is_in_the_orders_language(waiting):
    Order.objects.update(locale="fr")
    tell_unpaid_for_event(decline(waiting).pk)
    [letter] = letters()
    assert letter.subject == f"La commande É-{waiting.number} n’est pas payée : rien n’a été débité"
    assert "Nous avons la réponse sur votre paiement de 71,90\xa0€" in letter.text
    assert "0,00\xa0€" in letter.text


def test_declined_and_then_cancelled_is_one_letter_however_often_the_tasks_run(waiting):
    events = [decline(waiting)]
    tell_unpaid_for_event(events[0].pk)
    events += cancel(waiting, reason="expired")
    for event in events * 2:
        tell_unpaid_for_event(event.pk)
    assert len(letters()) == 1


def test_two_workers_at_once_write_one(waiting):
    event = decline(waiting)
    start = Barrier(4, timeout=10)

    def work() -> None:
        start.wait()
        tell_unpaid_for_event(event.pk)
        connections.close_all()

    workers = [Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(timeout=20)
    assert len(letters()) == 1


def test_an_order_that_was_cancelled_while_its_outcome_was_unknown(waiting):
    [event] = cancel(waiting, reason="expired")
    tell_unpaid_for_event(event.pk)
    [letter] = letters()
    assert "Nothing was charged" in letter.text


def test_each_promise_is_kept_by_a_letter_of_its_own(waiting):
    tell_unpaid_for_event(decline(waiting).pk)
    waiting.payments.update(status=Status.PROCESSING, attempt=2)
    assert promises.make(waiting)
    tell_unpaid_for_event(decline(waiting).pk)
    assert len(letters()) == 2


def test_an_order_that_is_paid_by_now_has_its_receipt_instead(waiting):
    event = decline(waiting)
    waiting.payments.update(status=Status.SUCCEEDED, captured=waiting.total)
    Order.objects.update(status=Order.Status.PAID, paid_at=timezone.now(), reserved_until=None)
    tell_unpaid_for_event(event.pk)
    assert letters() == []


def test_an_attempt_that_runs_again_is_not_called_failed(waiting):
    event = decline(waiting)
    waiting.payments.update(status=Status.PROCESSING, attempt=2)
    tell_unpaid_for_event(event.pk)
    assert letters() == []


def test_a_late_payment_that_goes_back_is_not_called_uncharged(waiting):
    [event] = cancel(waiting, reason="expired")
    waiting.payments.update(status=Status.SUCCEEDED, captured=waiting.total)
    tell_unpaid_for_event(event.pk)
    assert letters() == []


def test_nobody_is_written_to_who_saw_the_answer(pressed):
    tell_unpaid_for_event(decline(pressed).pk)
    assert letters() == []


def test_what_the_shopper_ordered_instead_is_answer_enough(waiting):
    [event] = cancel(waiting, reason="changed")
    tell_unpaid_for_event(event.pk)
    assert letters() == []


def test_a_hint_that_was_lost_is_made_up_for_once(waiting):
    decline(waiting)
    assert unpaid.untold() == [waiting.pk]
    sweep_paid_orders()
    assert len(letters()) == 1
    assert unpaid.untold() == []


def test_the_events_wake_the_task(waiting, settings):
    for type_ in ("payment.failed", "order.cancelled"):
        assert tell_unpaid_for_event.name in settings.EVENT_TASKS[type_]
