"""Stripe's tax books: a paid order is in them once, a refund taken out once, whatever gets lost."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from catalogue.models import TaxRate, Variant
from checkout import gateway, intents, refundable, refunds, sweeps, tax_transactions
from checkout.buyers import Buyer
from checkout.models import Order, OrderLine, Payment, Refund, TaxTransaction
from checkout.quotes import Item, quote
from checkout.refund_previews import Asked, preview, whole
from checkout.tax_calculations import once_more
from tests.buying import HOME, Basket, Sandbox, history, pay

pytestmark = pytest.mark.django_db
COMMIT = "tax.transactions.create_from_calculation"
REVERSE = "tax.transactions.create_reversal"


@pytest.fixture(autouse=True)
def by_stripe(settings: Any, sandbox: Sandbox) -> None:
    settings.TAXES = "stripe"


@pytest.fixture
def basket(flipflops: Variant, bookcase: Variant, buyer: Buyer) -> Basket:
    """Three pairs at €34.00 and a bookcase at €129.00, by two shops; €3.90 and €5.00 to send."""
    return Basket((Item(flipflops.public_id, 3), Item(bookcase.public_id, 1)), buyer)


@pytest.fixture(params=[True, False], ids=["included", "on top"])
def paid(request: pytest.FixtureRequest, basket: Basket, sandbox: Sandbox) -> Order:
    """Paid, with 20 % of tax inside its prices or on top of them; nothing is recorded yet."""
    TaxRate.objects.update(inclusive=request.param)
    order = place(basket)
    assert pay(order.payments.get(), sandbox.token()).kind == "succeeded"
    return order


def place(basket: Basket) -> Order:
    ask = partial(quote, basket.items, country="FR", postcode=HOME.postal_code)
    return once_more(basket.with_(seen_total=once_more(ask).total).place)


def sale_of(order: Order) -> TaxTransaction:
    return order.tax_transactions.get(refund=None)


def give(order: Order, asked: Asked) -> Refund:
    payment = order.payments.get()
    found = preview(refundable.read(order), asked)
    refund = refunds.request(payment.pk, amount=found.amount, reason="too small", parts=asked)
    refunds.send(refund.pk)
    return refund


def taken_out(order: Order, sandbox: Sandbox) -> tuple[int, int]:
    """What Stripe's entries of the order's refunds come to, tax and all, and the tax in it."""
    amount = tax = 0
    for entry in order.tax_transactions.exclude(refund=None):
        made = sandbox.get(f"/v1/tax/transactions/{entry.stripe_id}")
        lines = sandbox.get(f"/v1/tax/transactions/{entry.stripe_id}/line_items", limit=100)["data"]
        for part in [*lines, *([made["shipping_cost"]] if made["shipping_cost"] else [])]:
            on_top = part["amount_tax"] if part["tax_behavior"] == "exclusive" else 0
            amount, tax = amount - part["amount"] - on_top, tax - part["amount_tax"]
    return amount, tax


def let_time_pass(order: Order) -> None:
    order.tax_transactions.exclude(next_attempt_at=None).update(next_attempt_at=timezone.now())


def test_a_paid_order_is_recorded(paid: Order, sandbox: Sandbox) -> None:
    entry = sale_of(paid)
    assert (entry.status, entry.calculation_id) == ("requested", paid.tax_calculation)
    tax_transactions.send(entry.pk)
    entry.refresh_from_db()
    assert (entry.status, entry.next_attempt_at) == ("recorded", None)
    made = sandbox.get(f"/v1/tax/transactions/{entry.stripe_id}")
    assert (made["reference"], made["type"]) == (str(paid.public_id), "transaction")
    variants = {str(line.variant.public_id) for line in paid.lines.all()}
    assert set(entry.lines) == variants
    assert history(paid)[-1] == "tax.recorded"
    tax_transactions.send(entry.pk)
    assert history(paid).count("tax.recorded") == 1


@pytest.mark.parametrize("kind", ["drop_after", "error_after"])
def test_a_sale_whose_answer_is_lost_is_recorded_once(
    kind: str, paid: Order, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    sandbox.fault(kind, COMMIT, times=2)
    now = timezone.now()
    with monkeypatch.context() as still:
        still.setattr(timezone, "now", lambda: now)
        with pytest.raises(gateway.Unknown):
            tax_transactions.send(sale_of(paid).pk)
    entry = sale_of(paid)
    assert (entry.status, entry.attempts) == ("requested", 1)
    assert entry.next_attempt_at == now + timedelta(seconds=30)
    assert sweeps.taxes_due() == 0
    let_time_pass(paid)
    assert sweeps.taxes_due() == 1
    entry = sale_of(paid)
    assert entry.status == "recorded"
    # Stripe takes a reference once: that of this entry, and no other's, is there.
    assert sandbox.get(f"/v1/tax/transactions/{entry.stripe_id}")["reference"] == str(
        paid.public_id
    )
    with pytest.raises(gateway.Refused):
        gateway.commit(entry.calculation_id, reference=str(paid.public_id), key="another")


def test_an_order_that_stripe_does_not_record_stays_paid(paid: Order, sandbox: Sandbox) -> None:
    sandbox.fault("error", COMMIT, status=400)
    tax_transactions.send(sale_of(paid).pk)
    entry = sale_of(paid)
    assert (entry.status, entry.next_attempt_at) == ("failed", None)
    assert entry.failure == "refused"
    paid.refresh_from_db()
    assert paid.status == "paid"
    assert history(paid)[-1] == "tax.failed"
    refund = give(paid, whole(refundable.read(paid)))
    assert sweeps.taxes_due() == 0
    let_time_pass(paid)
    assert sweeps.taxes_due() == 1
    refund.refresh_from_db()
    assert (refund.status, refund.tax_transaction.failure) == (
        "succeeded",
        tax_transactions.UNFINISHED_SALE,
    )


def test_a_refund_of_parts_is_taken_out_line_by_line(paid: Order, sandbox: Sandbox) -> None:
    tax_transactions.send(sale_of(paid).pk)
    pairs: OrderLine = paid.lines.get(quantity=3)
    first = give(paid, Asked(lines={pairs.pk: 1}))
    second = give(paid, Asked(lines={pairs.pk: 1}, deliveries=frozenset({pairs.merchant_id})))
    let_time_pass(paid)
    assert sweeps.taxes_due() == 2
    assert set(paid.tax_transactions.values_list("status", flat=True)) == {"recorded"}
    parts = [part for refund in (first, second) for part in refund.parts.all()]
    assert taken_out(paid, sandbox) == (
        first.amount + second.amount,
        sum(part.tax for part in parts),
    )
    lines = sandbox.get(f"/v1/tax/transactions/{first.tax_transaction.stripe_id}/line_items")[
        "data"
    ]
    assert [line["reversal"]["original_line_item"] for line in lines] == [
        sale_of(paid).lines[str(pairs.variant.public_id)]
    ]


def test_goodwill_and_what_is_left_after_it_are_taken_out_by_amount(
    paid: Order, sandbox: Sandbox
) -> None:
    tax_transactions.send(sale_of(paid).pk)
    pairs: OrderLine = paid.lines.get(quantity=3)
    goodwill = give(paid, Asked(goodwill={pairs.merchant_id: 1000}))
    let_time_pass(paid)
    sweeps.taxes_due()
    rest = give(paid, whole(refundable.read(paid)))
    let_time_pass(paid)
    sweeps.taxes_due()
    assert goodwill.amount + rest.amount == paid.total
    assert set(paid.tax_transactions.values_list("status", flat=True)) == {"recorded"}
    tax = paid.tax_added + paid.tax_included
    assert taken_out(paid, sandbox) == (paid.total, tax)


def test_a_refund_of_everything_takes_everything_out(paid: Order, sandbox: Sandbox) -> None:
    tax_transactions.send(sale_of(paid).pk)
    give(paid, whole(refundable.read(paid)))
    let_time_pass(paid)
    assert sweeps.taxes_due() == 1
    assert taken_out(paid, sandbox) == (paid.total, paid.tax_added + paid.tax_included)


@pytest.mark.parametrize("kind", ["drop_after", "error_after"])
def test_a_refund_whose_answer_is_lost_is_taken_out_once(
    kind: str, paid: Order, sandbox: Sandbox
) -> None:
    tax_transactions.send(sale_of(paid).pk)
    pairs: OrderLine = paid.lines.get(quantity=3)
    refund = give(paid, Asked(lines={pairs.pk: 2}))
    sandbox.fault(kind, REVERSE, times=2)
    with pytest.raises(gateway.Unknown):
        tax_transactions.send(refund.tax_transaction.pk)
    let_time_pass(paid)
    assert sweeps.taxes_due() == 1
    refund = Refund.objects.get()
    assert refund.tax_transaction.status == "recorded"
    assert taken_out(paid, sandbox)[0] == refund.amount
    # Had it been taken out twice, less than one pair would be left of the three.
    last = give(paid, Asked(lines={pairs.pk: 1}))
    tax_transactions.send(last.tax_transaction.pk)
    assert taken_out(paid, sandbox)[0] == refund.amount + last.amount


def test_a_refund_waits_for_its_sale(paid: Order, sandbox: Sandbox) -> None:
    refund = give(paid, whole(refundable.read(paid)))
    tax_transactions.send(refund.tax_transaction.pk)
    assert TaxTransaction.objects.filter(status="requested").count() == 2
    tax_transactions.send(sale_of(paid).pk)
    tax_transactions.send(refund.tax_transaction.pk)
    assert TaxTransaction.objects.filter(status="recorded").count() == 2


def test_a_late_payment_that_goes_back_is_in_no_books(basket: Basket, sandbox: Sandbox) -> None:
    order = place(basket)
    payment: Payment = order.payments.get()
    sandbox.fault("drop_after", "payment_intents.create", times=2)
    assert pay(payment, sandbox.token()).kind == "unknown"
    [intent] = sandbox.intents()
    Order.objects.filter(pk=order.pk).update(
        status="cancelled", cancelled_at=timezone.now(), reserved_until=None
    )
    intents.apply(gateway.retrieve(intent["id"]))
    refunds.send(Refund.objects.get().pk)
    assert Refund.objects.get().status == "succeeded"
    assert not TaxTransaction.objects.exists()


def test_orders_by_our_own_rates_are_in_no_books(
    basket: Basket, sandbox: Sandbox, settings: Any
) -> None:
    settings.TAXES = "rates"
    order = place(basket)
    assert order.tax_calculation is None
    assert pay(order.payments.get(), sandbox.token()).kind == "succeeded"
    give(order, whole(refundable.read(order)))
    assert not TaxTransaction.objects.exists()


def test_the_database_takes_one_sale_an_order(paid: Order) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        tax_transactions.record_sale(paid)
    assert paid.tax_transactions.count() == 1
