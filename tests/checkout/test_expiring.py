"""Reservations: stock waits for a payment, and goes back once nobody can pay any more."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from catalogue.models import Variant
from checkout import payments, sweeps
from checkout.models import Order, Payment
from tests.buying import Basket, Sandbox, history, pay, shelf
from webhooks.models import Event

pytestmark = pytest.mark.django_db


def end(order: Order) -> None:
    Order.objects.filter(pk=order.pk).update(reserved_until=timezone.now())


def test_a_reservation_lasts_as_long_as_was_said(
    basket: Basket, settings, flipflops: Variant
) -> None:
    settings.RESERVATION_SECONDS = 600
    order = basket.place()
    assert order.reserved_until == order.placed_at + timedelta(seconds=600)
    assert sweeps.reservations_due() == 0
    assert shelf(flipflops) == (10, 1)


def test_an_order_that_nobody_paid(order: Order, payment: Payment, flipflops: Variant) -> None:
    end(order)
    assert sweeps.reservations_due() == 1
    order.refresh_from_db()
    payment.refresh_from_db()
    assert (order.status, order.cancel_reason, order.reserved_until) == (
        "cancelled",
        "expired",
        None,
    )
    assert order.cancelled_at is not None
    assert payment.status == "cancelled"
    assert shelf(flipflops) == (10, 0)
    assert history(order) == ["order.placed", "order.cancelled"]
    assert list(Event.objects.values_list("type", flat=True)) == ["order.placed", "order.cancelled"]
    assert sweeps.reservations_due() == 0


def test_a_declined_order_is_cancelled_at_stripe_before_its_stock_goes_back(
    order: Order, payment: Payment, flipflops: Variant, sandbox: Sandbox
) -> None:
    pay(payment, sandbox.token("pm_card_visa_chargeDeclined"))
    end(order)
    sweeps.reservations_due()
    order.refresh_from_db()
    assert (order.status, order.cancel_reason) == ("cancelled", "expired")
    assert [intent["status"] for intent in sandbox.intents()] == ["canceled"]
    assert shelf(flipflops) == (10, 0)


def test_an_order_waiting_for_the_bank_confirmation(
    order: Order, payment: Payment, flipflops: Variant, sandbox: Sandbox
) -> None:
    pay(payment, sandbox.token("pm_card_threeDSecure2Required"))
    end(order)
    sweeps.reservations_due()
    order.refresh_from_db()
    assert order.status == "cancelled"
    assert payments.settle(payment.pk).decline_code == "order_closed"
    assert shelf(flipflops) == (10, 0)


def test_a_payment_that_the_bank_is_still_at_keeps_its_stock(
    order: Order, payment: Payment, flipflops: Variant, sandbox: Sandbox
) -> None:
    sandbox.fault("processing", "*", seconds=60)
    pay(payment, sandbox.token())
    sandbox.fault("error", "payment_intents.cancel", status=400)
    end(order)
    assert sweeps.reservations_due() == 1
    order.refresh_from_db()
    assert order.status == "awaiting_payment"
    assert order.reserved_until is not None
    assert order.reserved_until > timezone.now()
    assert shelf(flipflops) == (10, 1)


def test_a_paid_order_is_never_cancelled_by_a_sweep(
    order: Order, payment: Payment, sandbox: Sandbox
) -> None:
    pay(payment, sandbox.token())
    assert payments.cancel_unpaid(order.pk, reason="expired")
    order.refresh_from_db()
    assert order.status == "paid"


def test_one_order_that_cannot_be_settled_does_not_keep_the_next_from_its_turn(
    order: Order, basket: Basket, flipflops: Variant, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = basket.with_(key="key-2").place()
    end(order)
    end(other)
    cancel = payments.cancel_unpaid

    def fail_first(order_id: int, **more) -> bool:
        if order_id == order.pk:
            raise ZeroDivisionError
        return cancel(order_id, **more)

    monkeypatch.setattr(payments, "cancel_unpaid", fail_first)
    assert sweeps.reservations_due() == 2
    other.refresh_from_db()
    assert other.status == "cancelled"
    assert shelf(flipflops) == (10, 1)


def test_the_shopper_orders_something_else_instead(order: Order, sandbox: Sandbox) -> None:
    pay(order.payments.get(), sandbox.token("pm_card_visa_chargeDeclined"))
    assert payments.cancel_unpaid(order.pk, reason="changed")
    order.refresh_from_db()
    assert (order.status, order.cancel_reason) == ("cancelled", "changed")
