"""Credit notes: each refund of an invoiced part has its own, for exactly its amount and tax."""

from __future__ import annotations

from io import BytesIO

import pytest
from django.test import Client
from django.utils import timezone
from pypdf import PdfReader

from catalogue.models import Variant
from checkout import gateway, orders, refundable, refunds
from checkout.models import Order, OrderLine, Refund
from checkout.quotes import Item
from checkout.refund_previews import Asked, preview
from fulfilment import cancellations, credit_notes, fulfilment_orders, tasks
from fulfilment.models import CreditFailure, Invoice
from shopping.money import Money
from tests.buying import Basket, Sandbox, pay
from webhooks.models import Event

pytestmark = pytest.mark.django_db(transaction=True)
YEAR = timezone.localdate().year


@pytest.fixture
def paid(basket: Basket, flipflops: Variant, bookcase: Variant, sandbox: Sandbox) -> Order:
    """Three pairs of Plage for €105.90 with the parcel, and a bookcase of Rayon for €134.00."""
    items = (Item(flipflops.public_id, 3), Item(bookcase.public_id, 1))
    order = basket.with_(items=items).place()
    pay(order.payments.get(), sandbox.token())
    return order


@pytest.fixture
def order(paid: Order) -> Order:
    fulfilment_orders.open_for(paid.pk)
    paid.refresh_from_db()
    return paid


@pytest.fixture
def pairs(order: Order, flipflops: Variant) -> OrderLine:
    return order.lines.get(variant=flipflops)


def give(order: Order, asked: Asked | None = None, *, amount: int = 0) -> Refund:
    """A refund of `asked`, or of `amount` of the payment as a whole, that goes through."""
    money = preview(refundable.read(order), asked).amount if asked else Money(amount, "EUR")
    payment = order.payments.get()
    refund = refunds.request(payment.pk, amount=money, reason="x", parts=asked)
    refunds.send(refund.pk)
    refund.refresh_from_db()
    assert refund.status == "succeeded"
    return refund


def come_back(refund: Refund) -> None:
    """Stripe says that the bank did not take it."""
    answer = gateway.Refund(
        id=refund.stripe_id or "",
        status="failed",
        amount=refund.amount,
        currency="EUR",
        intent_id=refund.payment.intent_id or "",
        refund_id=str(refund.public_id),
        failure_reason="expired_or_canceled_card",
    )
    refunds.apply(answer)


def notes(merchant_id: int) -> list[Invoice]:
    return list(Invoice.objects.filter(kind="credit_note", merchant=merchant_id))


def totals(merchant_id: int) -> list[int]:
    return [note.total for note in notes(merchant_id)]


def printed(order: Order, note: Invoice) -> str:
    path = f"/orders/{orders.token(order)}/invoices/{note.public_id}.pdf"
    pages = PdfReader(BytesIO(Client().get(path).content)).pages
    text = " ".join(page.extract_text() for page in pages)
    return " ".join(text.replace("\u00a0", " ").split())


def test_pieces_that_go_back_have_their_own_credit_note(order, pairs) -> None:
    refund = give(order, Asked(lines={pairs.pk: 1}))
    [note] = credit_notes.credit(refund.pk)
    assert (note.number, note.total, note.refund) == (f"{YEAR}-00002", 3_400, refund)
    assert note.corrects.number == f"{YEAR}-00001"
    assert note.lines == [
        {
            "title": "Corniche flip-flops",
            "quantity": 1,
            "unit_price": 3_400,
            "discount": 0,
            "total": 3_400,
            "tax_bps": 2_000,
            "tax": 567,
            "tax_is_included": True,
        }
    ]
    text = printed(order, note)
    for words in (
        f"Credit note {YEAR}-00002",
        "Corniche flip-flops 1 €34.00 20% -€34.00",
        "VAT 20% on -€28.33 -€5.67",
        "Total -€34.00",
        f"It takes back a part of invoice {YEAR}-00001.",
    ):
        assert words in text


def test_a_cancellation_takes_back_what_is_left(order, pairs, bookcase) -> None:
    credit_notes.credit(give(order, Asked(lines={pairs.pk: 1})).pk)
    cancellations.cancel(order.pk)
    assert totals(pairs.merchant_id) == [3_400, 7_190]
    assert totals(bookcase.merchant_id) == [13_400]
    [_first, last] = notes(pairs.merchant_id)
    assert [(line["title"], line["quantity"], line["total"]) for line in last.lines] == [
        ("Corniche flip-flops", 2, 6_800),
        ("Home", 1, 390),
    ]
    taxes = sum(line["tax"] for note in notes(pairs.merchant_id) for line in note.lines)
    [invoice] = Invoice.objects.filter(kind="invoice", merchant=pairs.merchant_id)
    assert taxes == sum(line["tax"] for line in invoice.lines)
    [whole] = notes(bookcase.merchant_id)
    assert "It takes back the whole of invoice" in printed(order, whole)


def test_the_refund_of_a_cancellation_has_no_second_note(order, pairs) -> None:
    cancellations.cancel(order.pk, merchant_id=pairs.merchant_id)
    refund = Refund.objects.get()
    refunds.send(refund.pk)
    tasks.sweep_credit_notes()
    assert credit_notes.credit(refund.pk) == []
    assert totals(pairs.merchant_id) == [10_590]


def test_a_refund_is_credited_once_and_only_when_it_has_gone_through(order, pairs) -> None:
    asked = Asked(lines={pairs.pk: 1})
    amount = preview(refundable.read(order), asked).amount
    refund = refunds.request(order.payments.get().pk, amount=amount, reason="x", parts=asked)
    assert credit_notes.credit(refund.pk) == []
    refunds.send(refund.pk)
    assert len(credit_notes.credit(refund.pk)) == 1
    assert credit_notes.credit(refund.pk) == []
    assert totals(pairs.merchant_id) == [3_400]


def test_the_event_of_a_refund_and_the_sweep_both_lead_to_the_note(order, pairs) -> None:
    give(order, Asked(lines={pairs.pk: 1}))
    tasks.credit_for_event(Event.objects.get(type="payment.refunded").pk)
    assert totals(pairs.merchant_id) == [3_400]
    give(order, Asked(lines={pairs.pk: 1}))
    tasks.sweep_credit_notes()
    assert totals(pairs.merchant_id) == [3_400, 3_400]
    assert credit_notes.uncredited() == []


def test_a_refund_before_the_invoice_waits_for_it(paid, flipflops) -> None:
    line = paid.lines.get(variant=flipflops)
    refund = give(paid, Asked(lines={line.pk: 1}))
    assert (credit_notes.credit(refund.pk), credit_notes.uncredited()) == ([], [])
    fulfilment_orders.open_for(paid.pk)
    tasks.sweep_credit_notes()
    assert totals(flipflops.merchant_id) == [3_400]


def test_goodwill_is_taxed_as_what_it_is_given_for(order, pairs) -> None:
    refund = give(order, Asked(goodwill={pairs.merchant_id: 1_000}))
    [note] = credit_notes.credit(refund.pk)
    [line] = note.lines
    part = refund.parts.get()
    assert (line["title"], line["total"], line["tax"]) == ("Goodwill", 1_000, part.tax)
    assert (line["tax_bps"], part.tax) == (2_000, 167)


def test_a_refund_of_the_whole_payment_is_a_note_of_each_shop(order, pairs, bookcase) -> None:
    """Somebody gave it back in Stripe's dashboard: it names no parts."""
    refund = give(order, amount=2_399)
    written = credit_notes.credit(refund.pk)
    assert sum(note.total for note in written) == 2_399
    assert {note.merchant_id for note in written} == {pairs.merchant_id, bookcase.merchant_id}
    assert {note.lines[0]["title"] for note in written} == {"Part of the order"}
    cancellations.cancel(order.pk)
    for merchant_id, total in ((pairs.merchant_id, 10_590), (bookcase.merchant_id, 13_400)):
        assert sum(totals(merchant_id)) == total


def test_what_came_back_to_us_counts_for_the_next_refund(order, pairs) -> None:
    """The note over it stays, since notes are never changed; the next refund needs none then."""
    first = give(order, Asked(lines={pairs.pk: 1}))
    credit_notes.credit(first.pk)
    come_back(first)
    second = give(order, Asked(lines={pairs.pk: 2}))
    [note] = credit_notes.credit(second.pk)
    assert totals(pairs.merchant_id) == [3_400, 3_400]
    assert (note.lines[0]["title"], note.lines[0]["tax"]) == ("Part of the order", 567)
    third = give(order, Asked(lines={pairs.pk: 1}))
    credit_notes.credit(third.pk)
    assert totals(pairs.merchant_id) == [3_400, 3_400, 3_400]


def test_an_order_without_an_invoice_gets_no_note(paid, flipflops) -> None:
    """It was opened before there were invoices."""
    Order.objects.filter(pk=paid.pk).update(fulfilment_opened_at=timezone.now())
    give(paid, Asked(lines={paid.lines.get(variant=flipflops).pk: 1}))
    tasks.sweep_credit_notes()
    assert (Invoice.objects.count(), credit_notes.uncredited()) == (0, [])


@pytest.fixture
def stuck(monkeypatch) -> set[int]:
    """Refunds whose credit notes cannot be written."""
    bad: set[int] = set()
    original = credit_notes.write
    monkeypatch.setattr(
        credit_notes, "write", lambda o, refund: 1 / 0 if refund.pk in bad else original(o, refund)
    )
    return bad


def test_refunds_that_cannot_be_credited_do_not_hide_a_later_one(
    order, pairs, stuck, monkeypatch
) -> None:
    monkeypatch.setattr(credit_notes, "BATCH", 2)
    bad = [give(order, amount=100).pk for _ in range(2)]
    stuck.update(bad)
    give(order, Asked(lines={pairs.pk: 1}))
    tasks.sweep_credit_notes()
    assert totals(pairs.merchant_id) == []
    tasks.sweep_credit_notes()
    assert totals(pairs.merchant_id) == [3_400]
    assert credit_notes.uncredited() == []
    failures = CreditFailure.objects.order_by("pk").values_list("pk", "attempts", "last_error")
    assert list(failures) == [(pk, 1, "ZeroDivisionError: division by zero") for pk in bad]
    CreditFailure.objects.update(next_attempt_at=timezone.now())
    assert credit_notes.uncredited() == bad
    stuck.clear()
    tasks.sweep_credit_notes()
    assert Refund.objects.filter(credited_at=None).count() == 0


def test_a_refund_of_an_order_that_will_never_open_is_done_with(paid) -> None:
    """What was paid too late goes back, and no shop ever had an invoice for it."""
    refund = give(paid, amount=23_990)
    orders.move(paid, Order.Status.CANCELLED, type="order.cancelled", reason="test")
    assert (paid.fulfilment_opened_at, credit_notes.uncredited()) == (None, [refund.pk])
    tasks.sweep_credit_notes()
    refund.refresh_from_db()
    assert refund.credited_at is not None
    assert (Invoice.objects.count(), credit_notes.uncredited()) == (0, [])
