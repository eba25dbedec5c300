"""Orders of a test space are paid in Stripe's test mode, and nothing of either mode moves the other."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from accounts.models import OutgoingMail
from catalogue.models import Merchant, Variant
from checkout import gateway, intents, orders, payments, refunds, stripe_events, sweeps
from checkout.buyers import Buyer
from checkout.errors import TestModeOff, UnknownProduct
from checkout.locks import UnknownIntent
from checkout.models import LedgerEntry, Order, OrderLine, Payment, StripeEvent, Transfer
from checkout.quotes import Item
from fulfilment import fulfilment_orders
from shopping.money import Money
from tests.buying import RETURN_URL, Basket, Sandbox, signed
from tests.testmode.conftest import TestBasket


def paid(order: Order, card: str = "pm_card_visa") -> Payment:
    payment = order.payments.get()
    outcome = payments.start(
        payment.pk, confirmation_token=gateway.token_of(card), return_url=RETURN_URL
    )
    assert outcome.kind == "succeeded"
    payment.refresh_from_db()
    return payment


def balances(order: Order) -> dict[str, int]:
    """What the ledger of an order says of each account."""
    found: dict[str, int] = {}
    for entry in LedgerEntry.objects.filter(transaction__order=order):
        found[entry.account] = found.get(entry.account, 0) + entry.amount
    return found


@pytest.mark.django_db(transaction=True)
def test_a_test_order_is_paid_in_test_mode_alone(
    trial: TestBasket, twin: Merchant, sandbox: Sandbox
) -> None:
    order = trial.place()
    payment = paid(order)

    order.refresh_from_db()
    assert (order.status, order.test_shop, payment.test_shop) == ("paid", twin, twin)
    assert sandbox.intents() == []
    assert gateway.retrieve(payment.intent_id or "", test=True).status == "succeeded"
    with pytest.raises(gateway.Refused):
        gateway.retrieve(payment.intent_id or "")
    assert balances(order) == {"test": 1590, "merchant": -1530, "fees": -60}
    assert not Transfer.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_real_order_is_not_found_in_test_mode(basket: Basket, sandbox: Sandbox) -> None:
    order = basket.place()
    payment = order.payments.get()
    token = sandbox.token()
    assert payments.start(payment.pk, confirmation_token=token, return_url=RETURN_URL)
    payment.refresh_from_db()

    with pytest.raises(gateway.Refused):
        gateway.retrieve(payment.intent_id or "", test=True)
    assert "test" not in balances(order)
    assert balances(order)["stripe"] == 3790


@pytest.mark.django_db(transaction=True)
def test_what_stripe_says_in_one_mode_moves_nothing_of_the_other(
    trial: TestBasket, basket: Basket, sandbox: Sandbox
) -> None:
    """Both claim to be of a payment that they are not of; their words are as they should be."""
    tried, real = trial.place().payments.get(), basket.place().payments.get()
    for payment, test in ((tried, False), (real, True)):
        intent = gateway.Intent(
            id="pi_forged",
            status="succeeded",
            amount=payment.amount,
            amount_received=payment.amount,
            currency="EUR",
            client_secret="",
            customer_id=None,
            card=None,
            decline_code="",
            cancellation_reason="",
            payment_id=str(payment.public_id),
            order_id=str(payment.order.public_id),
            test=test,
        )
        with pytest.raises(intents.UnknownPayment):
            intents.apply(intent)
        payment.refresh_from_db()
        assert (payment.status, payment.captured, payment.intent_id) == ("created", 0, None)


@pytest.mark.django_db(transaction=True)
def test_a_refund_of_test_mode_takes_nothing_of_a_real_payment(
    basket: Basket, sandbox: Sandbox
) -> None:
    payment = basket.place().payments.get()
    payments.start(payment.pk, confirmation_token=sandbox.token(), return_url=RETURN_URL)
    payment.refresh_from_db()
    forged = gateway.Refund(
        id="re_forged",
        status="succeeded",
        amount=3790,
        currency="EUR",
        intent_id=payment.intent_id or "",
        refund_id="",
        failure_reason="",
        test=True,
    )

    with pytest.raises(UnknownIntent):
        refunds.apply(forged)

    assert not payment.refunds.exists()


@pytest.mark.django_db(transaction=True)
def test_a_refund_of_a_test_order_is_made_in_test_mode(trial: TestBasket, sandbox: Sandbox) -> None:
    order = trial.place()
    payment = paid(order)
    refund = refunds.request(payment.pk, amount=Money(500, "EUR"), reason="try")
    refunds.send(refund.pk)

    refund.refresh_from_db()
    assert refund.status == "succeeded"
    assert gateway.retrieve_refund(refund.stripe_id or "", test=True).amount == 500
    assert balances(order)["test"] == 1090
    assert "stripe" not in balances(order)


def event(intent_id: str, type_: str = "payment_intent.succeeded") -> dict[str, Any]:
    return {"id": f"evt_{intent_id}", "type": type_, "data": {"object": {"id": intent_id}}}


@pytest.mark.django_db(transaction=True)
def test_an_event_is_of_the_mode_whose_secret_signed_it(
    client: Client, trial: TestBasket, sandbox: Sandbox, settings: Any
) -> None:
    payment = paid(trial.place())
    said = event(payment.intent_id or "")

    client.post("/webhooks/stripe/", **signed(said, secret=settings.STRIPE_TEST_WEBHOOK_SECRET))

    kept = StripeEvent.objects.get()
    assert kept.test
    sweeps.process(kept.pk)
    kept.refresh_from_db()
    assert (kept.processed_at is not None, kept.last_error) == (True, "")


@pytest.mark.django_db(transaction=True)
def test_an_event_of_test_mode_about_a_real_payment_is_refused(
    client: Client, basket: Basket, sandbox: Sandbox, settings: Any
) -> None:
    payment = basket.place().payments.get()
    payments.start(payment.pk, confirmation_token=sandbox.token(), return_url=RETURN_URL)
    payment.refresh_from_db()
    said = event(payment.intent_id or "", "payment_intent.canceled")

    client.post("/webhooks/stripe/", **signed(said, secret=settings.STRIPE_TEST_WEBHOOK_SECRET))
    kept = StripeEvent.objects.get()
    sweeps.process(kept.pk)

    kept.refresh_from_db()
    payment.refresh_from_db()
    assert (kept.test, kept.last_error) == (True, "not in test mode")
    assert payment.status == "succeeded"


@pytest.mark.parametrize("type_", ["transfer.created", "setup_intent.succeeded", "account.updated"])
@pytest.mark.django_db
def test_of_transfers_cards_and_accounts_test_mode_has_nothing_to_tell(
    client: Client, settings: Any, type_: str
) -> None:
    said = event("tr_1", type_)

    answer = client.post(
        "/webhooks/stripe/", **signed(said, secret=settings.STRIPE_TEST_WEBHOOK_SECRET)
    )

    assert answer.content == b"not needed\n"
    assert not StripeEvent.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_without_keys_of_test_mode_it_says_so_and_holds_the_order(
    trial: TestBasket, sandbox: Sandbox, settings: Any
) -> None:
    settings.STRIPE_TEST_SECRET_KEY = ""
    payment = trial.place().payments.get()

    with pytest.raises(TestModeOff) as refusal:
        payments.start(payment.pk, confirmation_token="ctoken_1", return_url=RETURN_URL)

    assert "no keys of Stripe’s test mode" in refusal.value.message
    payment.refresh_from_db()
    assert (payment.status, payment.attempt) == ("created", 0)
    assert sandbox.intents() == []


@pytest.mark.django_db(transaction=True)
def test_an_untried_test_order_is_cancelled_without_keys(
    trial: TestBasket, sandbox: Sandbox, settings: Any
) -> None:
    settings.STRIPE_TEST_SECRET_KEY = ""
    order = trial.place()

    assert payments.cancel_unpaid(order.pk, reason="shopper")

    order.refresh_from_db()
    assert order.status == "cancelled"


@pytest.mark.django_db(transaction=True)
def test_a_shopper_cannot_order_in_a_test_space(
    trial: TestBasket, buyer: Buyer, stranger: Buyer
) -> None:
    for somebody in (buyer, stranger):
        with pytest.raises(UnknownProduct):
            Basket(trial.items, somebody).place()
    assert not Order.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_test_key_buys_nothing_real_nor_of_another_space(
    trial: TestBasket, flipflops: Variant, bookcase: Variant, rayon: Merchant
) -> None:
    for variant in (flipflops, bookcase):
        with pytest.raises(UnknownProduct):
            trial.with_(items=(*trial.items, Item(variant.public_id, 1))).place()
    assert not Order.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_the_database_takes_no_order_of_both(
    trial: TestBasket, basket: Basket, flipflops: Variant, dummies: Variant
) -> None:
    tried, real = trial.place(), basket.place()
    for order, variant in ((tried, flipflops), (real, dummies)):
        line = OrderLine(
            order=order,
            merchant=variant.merchant,
            variant=variant,
            title="Smuggled",
            quantity=1,
            unit_price=0,
            total=0,
        )
        with pytest.raises(IntegrityError, match="real shops alone"), transaction.atomic():
            line.save()


@pytest.mark.django_db(transaction=True)
def test_the_database_takes_no_payment_of_the_other_space(
    trial: TestBasket, basket: Basket, twin: Merchant
) -> None:
    tried, real = trial.place(), basket.place()
    Payment.objects.update(status="cancelled")
    for order, space in ((tried, None), (real, twin)):
        wrong = Payment(order=order, test_shop=space, currency="EUR", amount=1)
        with pytest.raises(IntegrityError, match="its order's test space"), transaction.atomic():
            wrong.save()
    for model, key in ((Order, real.pk), (Payment, real.payments.get().pk)):
        row = model.objects.filter(pk=key)
        with pytest.raises(IntegrityError, match="stays in its space"), transaction.atomic():
            row.update(test_shop=twin)


@pytest.mark.django_db(transaction=True)
def test_nobody_is_written_about_a_test_order(trial: TestBasket, sandbox: Sandbox) -> None:
    order = trial.place()
    paid(order)
    fulfilment_orders.open_for(order.pk)

    order.refresh_from_db()
    assert order.email == "jo@partner.example.invalid"
    assert not OutgoingMail.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_test_order_has_no_page(trial: TestBasket, client: Client) -> None:
    order = trial.place()

    with pytest.raises(Order.DoesNotExist):
        orders.by_token(orders.token(order))
    assert client.get(f"/orders/{orders.token(order)}/").status_code == 404


def test_the_types_of_test_mode_are_kept_of_our_own_account_alone() -> None:
    assert stripe_events.wanted(account="acct_plage", test=True) == ()
    assert "transfer.created" not in stripe_events.wanted(account="", test=True)
    assert "payment_intent.succeeded" in stripe_events.wanted(account="", test=True)
