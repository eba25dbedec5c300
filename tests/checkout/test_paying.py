"""One click: an attempt to pay, and what Stripe, the shopper and the shop see of it."""

from __future__ import annotations

import pytest
from django.db import transaction

from catalogue.models import StockMovement, Variant
from checkout import payments
from checkout.errors import OrderClosed
from checkout.models import LedgerEntry, Order, Payment
from tests.buying import RETURN_URL, Basket, Sandbox, history, pay, shelf
from webhooks.models import Event

pytestmark = pytest.mark.django_db


def ledger(order: Order) -> dict[tuple[str, str | None], int]:
    """Account and merchant → the sum of the order's entries."""
    sums: dict[tuple[str, str | None], int] = {}
    for entry in LedgerEntry.objects.filter(transaction__order=order).select_related("merchant"):
        key = (entry.account, entry.merchant.name if entry.merchant else None)
        sums[key] = sums.get(key, 0) + entry.amount
    return sums


def test_a_card_that_pays(
    order: Order, payment: Payment, flipflops: Variant, sandbox: Sandbox
) -> None:
    outcome = pay(payment, sandbox.token())
    assert outcome.kind == "succeeded"
    order.refresh_from_db()
    payment.refresh_from_db()
    assert (order.status, order.reserved_until) == ("paid", None)
    assert order.paid_at is not None
    assert (payment.status, payment.captured, payment.attempt) == ("succeeded", 3790, 1)
    assert (payment.card_brand, payment.card_last4) == ("visa", "4242")
    assert payment.next_check_at is None
    assert shelf(flipflops) == (9, 0)
    sale = StockMovement.objects.get(reason="sale")
    assert (sale.before, sale.after, sale.reference) == (10, 9, str(order.number))
    assert history(order) == ["order.placed", "payment.started", "order.paid"]
    assert ledger(order) == {
        ("stripe", None): 3790,
        ("merchant", "Plage"): 0,
        ("transfers", "Plage"): -3620,
        ("fees", "Plage"): -170,
    }
    [intent] = sandbox.intents()
    assert (intent["id"], intent["amount"], intent["currency"]) == (payment.intent_id, 3790, "eur")
    assert intent["metadata"] == {
        "payment": str(payment.public_id),
        "order": str(order.public_id),
    }
    paid = Event.objects.get(type="order.paid")
    assert (paid.subject, paid.payload["lines"][0]["quantity"]) == (str(order.public_id), 1)


def test_two_merchants_share_one_payment(
    basket: Basket, bookcase: Variant, sandbox: Sandbox
) -> None:
    item = basket.items[0]
    both = basket.with_(items=(item, type(item)(bookcase.public_id, 2)))
    order = both.place()
    assert pay(order.payments.get(), sandbox.token()).kind == "succeeded"
    assert ledger(order) == {
        ("stripe", None): 3400 + 390 + 25800 + 500,
        ("merchant", "Plage"): 0,
        ("transfers", "Plage"): -(3400 + 390 - 170),
        ("fees", "Plage"): -170,
        ("merchant", "Rayon"): 0,
        ("transfers", "Rayon"): -(25800 + 500 - 1290),
        ("fees", "Rayon"): -1290,
    }
    assert len(sandbox.intents()) == 1
    assert Event.objects.filter(type="order.paid").count() == 2


def test_the_same_token_twice_is_one_attempt(payment: Payment, sandbox: Sandbox) -> None:
    token = sandbox.token()
    assert pay(payment, token).kind == "succeeded"
    assert pay(payment, token).kind == "succeeded"
    payment.refresh_from_db()
    assert payment.attempt == 1
    assert len(sandbox.charges()) == 1


def test_another_card_after_success_charges_nothing(payment: Payment, sandbox: Sandbox) -> None:
    pay(payment, sandbox.token())
    assert pay(payment, sandbox.token()).kind == "succeeded"
    assert len(sandbox.charges()) == 1


@pytest.mark.parametrize(
    ("card", "code", "words"),
    [
        ("pm_card_visa_chargeDeclined", "generic_decline", "Your bank declined this card."),
        (
            "pm_card_visa_chargeDeclinedInsufficientFunds",
            "insufficient_funds",
            "There is not enough money on this card.",
        ),
        ("pm_card_chargeDeclinedExpiredCard", "expired_card", "This card has expired."),
    ],
)
def test_a_declined_card(
    card: str,
    code: str,
    words: str,
    order: Order,
    payment: Payment,
    flipflops: Variant,
    sandbox: Sandbox,
) -> None:
    outcome = pay(payment, sandbox.token(card))
    assert (outcome.kind, outcome.decline_code) == ("declined", code)
    assert outcome.message.startswith(words)
    assert "Nothing was charged" in outcome.message
    order.refresh_from_db()
    payment.refresh_from_db()
    assert order.status == "awaiting_payment"
    assert (payment.status, payment.captured) == ("declined", 0)
    assert shelf(flipflops) == (10, 1)
    assert history(order)[-1] == "payment.declined"
    assert sandbox.charges() == []


def test_a_second_card_after_a_declined_one_is_the_same_intent(
    order: Order, payment: Payment, sandbox: Sandbox
) -> None:
    pay(payment, sandbox.token("pm_card_visa_chargeDeclined"))
    assert pay(payment, sandbox.token()).kind == "succeeded"
    payment.refresh_from_db()
    assert (payment.attempt, payment.decline_code) == (2, "")
    assert [intent["status"] for intent in sandbox.intents()] == ["succeeded"]
    assert history(order) == [
        "order.placed",
        "payment.started",
        "payment.declined",
        "payment.started",
        "order.paid",
    ]


def test_a_declined_token_sent_again_is_not_tried_again(payment: Payment, sandbox: Sandbox) -> None:
    token = sandbox.token("pm_card_visa_chargeDeclined")
    pay(payment, token)
    assert pay(payment, token).kind == "declined"
    payment.refresh_from_db()
    assert payment.attempt == 1


def test_a_token_that_stripe_does_not_know_holds_nobodys_stock(
    order: Order, payment: Payment, flipflops: Variant, sandbox: Sandbox
) -> None:
    outcome = pay(payment, "ctoken_unknown")
    assert (outcome.kind, outcome.decline_code) == ("declined", "resource_missing")
    payment.refresh_from_db()
    order.refresh_from_db()
    assert (payment.status, payment.intent_id) == ("cancelled", None)
    assert (order.status, order.cancel_reason) == ("cancelled", "refused")
    assert shelf(flipflops) == (10, 0)
    assert history(order)[-2:] == ["payment.declined", "order.cancelled"]
    with pytest.raises(OrderClosed):
        pay(payment, sandbox.token())
    assert sandbox.intents() == []


def test_so_many_attempts_are_somebody_trying_out_cards(payment: Payment, sandbox: Sandbox) -> None:
    Payment.objects.filter(pk=payment.pk).update(attempt=payments.MOST_ATTEMPTS)
    assert pay(payment, sandbox.token()).decline_code == "too_many_attempts"
    assert sandbox.intents() == []


def test_the_bank_asks_and_the_shopper_confirms(
    order: Order, payment: Payment, sandbox: Sandbox
) -> None:
    outcome = pay(payment, sandbox.token("pm_card_threeDSecure2Required"))
    assert outcome.kind == "needs_action"
    payment.refresh_from_db()
    assert payment.intent_id
    assert (outcome.client_secret or "").startswith(f"{payment.intent_id}_secret_")
    assert payments.settle(payment.pk).kind == "needs_action"
    sandbox.pass_bank(payment)
    assert payments.settle(payment.pk).kind == "succeeded"
    order.refresh_from_db()
    assert order.status == "paid"
    assert len(sandbox.charges()) == 1


def test_the_bank_asks_and_the_shopper_refuses(
    order: Order, payment: Payment, sandbox: Sandbox
) -> None:
    pay(payment, sandbox.token("pm_card_threeDSecure2Required"))
    sandbox.pass_bank(payment, "fail")
    outcome = payments.settle(payment.pk)
    assert outcome.kind == "declined"
    assert outcome.message == (
        "The bank did not get your confirmation. Nothing was charged; try again."
    )
    order.refresh_from_db()
    assert order.status == "awaiting_payment"
    assert pay(payment, sandbox.token()).kind == "succeeded"
    assert len(sandbox.intents()) == 1


def test_a_bank_that_takes_its_time(order: Order, payment: Payment, sandbox: Sandbox) -> None:
    sandbox.fault("processing", "*", seconds=0.5)
    assert pay(payment, sandbox.token()).kind == "processing"
    order.refresh_from_db()
    assert order.status == "awaiting_payment"
    assert pay(payment, sandbox.token()).kind in ("processing", "succeeded")
    while (outcome := payments.settle(payment.pk)).kind == "processing":
        pass
    assert outcome.kind == "succeeded"
    assert len(sandbox.charges()) == 1


def test_a_cancelled_order_is_not_paid(order: Order, payment: Payment, sandbox: Sandbox) -> None:
    assert payments.cancel_unpaid(order.pk, reason="shopper")
    with pytest.raises(OrderClosed):
        pay(payment, sandbox.token())
    assert sandbox.intents() == []


def test_stripe_is_never_asked_inside_a_transaction(
    order: Order, payment: Payment, sandbox: Sandbox
) -> None:
    token = sandbox.token()
    for ask in (
        lambda: pay(payment, token),
        lambda: payments.settle(payment.pk),
        lambda: payments.cancel_unpaid(order.pk, reason="shopper"),
    ):
        with transaction.atomic(), pytest.raises(RuntimeError, match="durable"):
            ask()
    assert sandbox.intents() == []


def test_pay_with_one_thing(payment: Payment) -> None:
    with pytest.raises(
        ValueError, match="one of a confirmation token, a granted token and a saved card"
    ):
        payments.start(payment.pk, return_url=RETURN_URL)
