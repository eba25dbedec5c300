"""A refund of pieces, of delivery, of goodwill: who gets what, and what can still go back."""

from __future__ import annotations

import pytest

from accounts.models import OutgoingMail
from catalogue.models import Merchant, StockMovement, Variant
from checkout import ledger, offers, orders, refundable, refunds
from checkout.models import LedgerEntry, Offer, Order, OrderLine, Payment, Refund, RefundPart
from checkout.quotes import Item
from checkout.refund_errors import (
    NothingChosen,
    NotRefundable,
    RefundChanged,
    TooManyPieces,
    TooMuch,
)
from checkout.refund_previews import Asked, Preview, preview, whole
from shopping.money import Money
from tests.buying import Basket, Buyer, Sandbox, pay, shelf
from webhooks.models import Event

pytestmark = pytest.mark.django_db


@pytest.fixture
def basket(flipflops: Variant, bookcase: Variant, buyer: Buyer) -> Basket:
    """Three pairs at €34.00 from Plage and a bookcase at €129.00 from Rayon; €3.90 and €5.00."""
    return Basket((Item(flipflops.public_id, 3), Item(bookcase.public_id, 1)), buyer)


@pytest.fixture
def paid(order: Order, payment: Payment, sandbox: Sandbox) -> Payment:
    assert pay(payment, sandbox.token()).kind == "succeeded"
    payment.refresh_from_db()
    return payment


@pytest.fixture
def pairs(order: Order) -> OrderLine:
    return order.lines.get(quantity=3)


def look(payment: Payment, asked: Asked) -> Preview:
    return preview(refundable.read(payment.order), asked)


def give(payment: Payment, asked: Asked, **more: str) -> Refund:
    amount = look(payment, asked).amount
    return refunds.request(payment.pk, amount=amount, reason="too small", parts=asked, **more)


def owed(order: Order) -> dict[tuple[str, str], int]:
    """What merchants are owed and we keep, by account and shop."""
    found: dict[tuple[str, str], int] = {}
    for entry in LedgerEntry.objects.filter(transaction__order=order).select_related("merchant"):
        if entry.merchant:
            # What is on its way to a merchant is theirs.
            account = "merchant" if entry.account == "transfers" else entry.account
            key = (account, entry.merchant.account.handle or "")
            found[key] = found.get(key, 0) - entry.amount
    return found


def test_a_preview_says_what_a_refund_does(paid: Payment, pairs: OrderLine) -> None:
    found = look(paid, Asked(lines={pairs.pk: 2}, deliveries=frozenset({pairs.merchant_id})))
    assert found.amount == Money(2 * 3400 + 390, "EUR")
    assert found.tax == Money(1133 + 65, "EUR")
    assert found.fee == Money(340, "EUR")
    assert found.borne == Money(6850, "EUR")
    assert found.left == 10_200 + 390 + 12_900 + 500 - 7190
    assert [share.text for share in found.shares] == ["2 × Corniche flip-flops", "Delivery"]
    assert not Refund.objects.exists()


def test_one_merchants_pieces_are_taken_from_that_merchant(
    order: Order, paid: Payment, pairs: OrderLine
) -> None:
    before = owed(order)
    give(paid, Asked(lines={pairs.pk: 1}))
    assert owed(order) == before | {
        ("merchant", "plage"): 10_590 - 510 - 3230,
        ("fees", "plage"): 340,
    }
    pairs.refresh_from_db()
    assert pairs.refunded_quantity == 1


def test_pieces_are_given_back_until_none_is_left(
    order: Order, paid: Payment, pairs: OrderLine
) -> None:
    for pieces in (1, 2):
        refunds.send(give(paid, Asked(lines={pairs.pk: pieces})).pk)
    with pytest.raises(TooManyPieces) as refused:
        give(paid, Asked(lines={pairs.pk: 1}))
    assert refused.value.message == "Corniche flip-flops: at most 0 pieces can be refunded."
    left = refundable.read(order)
    rest = give(paid, whole(left))
    assert rest.amount == 390 + 12_900 + 500
    with pytest.raises(NothingChosen):
        give(paid, whole(refundable.read(order)))
    assert set(owed(order).values()) == {0}


def test_goodwill_is_the_merchants_own_and_no_fee_comes_back(
    order: Order, paid: Payment, rayon: Merchant
) -> None:
    refund = give(paid, Asked(goodwill={rayon.pk: 500}))
    assert (refund.parts.get().kind, refund.parts.get().fee) == ("goodwill", 0)
    assert owed(order)["fees", "rayon"] == 645
    with pytest.raises(TooMuch) as refused:
        give(paid, Asked(goodwill={rayon.pk: 12_901}))
    assert refused.value.left == Money(12_900, "EUR")
    assert refused.value.message == "At most €129.00 is left to give back."


def test_what_was_goodwill_does_not_go_back_a_second_time(
    order: Order, paid: Payment, rayon: Merchant
) -> None:
    give(paid, Asked(goodwill={rayon.pk: 1000}))
    bookcase = order.lines.get(merchant=rayon)
    refund = give(paid, Asked(lines={bookcase.pk: 1}, deliveries=frozenset({rayon.pk})))
    amounts = refund.parts.values_list("kind", "amount").order_by("id")
    assert list(amounts) == [("line", 12_400), ("delivery", 0)]
    assert owed(order)["merchant", "rayon"] == 0
    assert owed(order)["fees", "rayon"] == 0


def test_another_orders_line_is_no_part_of_this_one(paid: Payment) -> None:
    with pytest.raises(NotRefundable):
        look(paid, Asked(lines={0: 1}))
    with pytest.raises(NotRefundable):
        look(paid, Asked(goodwill={0: 1}))


def test_pieces_that_came_back_are_on_the_shelf_again(
    order: Order, paid: Payment, pairs: OrderLine, flipflops: Variant
) -> None:
    before = shelf(flipflops)
    give(paid, Asked(lines={pairs.pk: 1}))
    assert shelf(flipflops) == before
    give(paid, Asked(lines={pairs.pk: 1}, restock=frozenset({pairs.pk})))
    assert shelf(flipflops) == (before[0] + 1, before[1])
    assert StockMovement.objects.filter(reason="restock").count() == 1


def test_what_changed_since_the_preview_is_not_given_back(paid: Payment, pairs: OrderLine) -> None:
    asked = Asked(lines={pairs.pk: 1})
    with pytest.raises(RefundChanged):
        refunds.request(paid.pk, amount=Money(3399, "EUR"), reason="x", parts=asked)
    assert not RefundPart.objects.exists()


def test_the_same_form_twice_is_one_refund(paid: Payment, pairs: OrderLine) -> None:
    asked = Asked(lines={pairs.pk: 1})
    first = give(paid, asked, key="form-1")
    assert give(paid, asked, key="form-1") == first
    assert give(paid, asked, key="form-2") != first
    assert Refund.objects.count() == 2


def test_a_refund_that_failed_gave_nothing_back(
    order: Order, paid: Payment, pairs: OrderLine
) -> None:
    before = owed(order)
    refund = give(paid, Asked(lines={pairs.pk: 3}))
    Payment.objects.update(intent_id="pi_unknown")
    refunds.send(refund.pk)
    refund.refresh_from_db()
    pairs.refresh_from_db()
    assert (refund.status, refund.failure) == ("failed", "resource_missing")
    assert pairs.refunded_quantity == 0
    assert owed(order) == before
    [event] = Event.objects.filter(type="order.refund_failed")
    assert (event.merchant_id, event.payload["status"]) == (pairs.merchant_id, "failed")


def test_merchant_and_shopper_are_told_of_the_parts(
    order: Order, paid: Payment, pairs: OrderLine
) -> None:
    refund = give(paid, Asked(lines={pairs.pk: 2}))
    refunds.send(refund.pk)
    [event] = Event.objects.filter(type="order.refunded")
    assert event.merchant_id == pairs.merchant_id
    assert event.payload == {
        "order": str(order.public_id),
        "number": order.reference,
        "currency": "EUR",
        "refund": str(refund.public_id),
        "status": "succeeded",
        "amount": 6800,
        "fee": 340,
        "parts": [
            {
                "kind": "line",
                "title": "Corniche flip-flops",
                "sku": "COR",
                "quantity": 2,
                "amount": 6800,
                "tax": 1133,
                "fee": 340,
                "restocked": False,
            }
        ],
    }
    mail = OutgoingMail.objects.get(kind="refunded")
    assert mail.to == order.email
    assert mail.subject == f"€68.00 of order {order.reference} was refunded"
    assert "2 × Corniche flip-flops: €68.00\n\nLook at the order\nhttp" in mail.text
    assert mail.text.endswith(f"/orders/{orders.token(order)}/")
    assert "2 × Corniche flip-flops</strong>" in mail.html
    assert (
        "was refunded to the card that you paid with; banks show it within 5–10 days" in mail.html
    )
    assert "Refunded to your card" in mail.html
    assert "Goes back" not in mail.html
    assert f"/orders/{orders.token(order)}/" in mail.html


def test_a_refund_without_parts_is_taken_from_what_each_still_keeps(
    order: Order, paid: Payment, pairs: OrderLine
) -> None:
    give(paid, Asked(lines={pairs.pk: 3}))
    rest = paid.captured - 10_200
    refunds.send(refunds.request(paid.pk, amount=Money(rest, "EUR"), reason="all").pk)
    assert set(owed(order).values()) == {0}
    assert [event.payload["amount"] for event in Event.objects.filter(type="order.refunded")] == [
        390,
        13_400,
    ]
    assert ledger.kept(order).keys() == {pairs.merchant_id, order.lines.last().merchant_id}


def test_what_an_offer_took_off_does_not_come_back(
    basket: Basket, flipflops: Variant, plage: Merchant, sandbox: Sandbox
) -> None:
    offers.save(Offer(name="Summer", kind="percentage", basis_points=1000, merchant=plage))
    order = basket.with_(items=(Item(flipflops.public_id, 3),)).place()
    payment = order.payments.get()
    pay(payment, sandbox.token())
    line = order.lines.get()
    assert (line.total, line.discount, order.total) == (3 * 3400, 1020, 9180 + 390)
    amounts = [give(payment, Asked(lines={line.pk: 1})).amount for _ in range(3)]
    assert amounts == [3060, 3060, 3060]
    assert give(payment, whole(refundable.read(order))).amount == 390
