"""Of a part of which a parcel has left, the shopper cancels what has not: that comes back, and no more."""

from __future__ import annotations

import pytest
from django.test import Client

from accounts.models import OutgoingMail
from catalogue.models import Variant
from checkout import offers, orders, refundable, refunds
from checkout.models import Offer, Order, Refund
from checkout.quotes import Item
from checkout.refund_previews import Asked, preview
from fulfilment import cancellations, credit_notes, fulfilment_orders
from fulfilment.cancellations import TooLate
from fulfilment.dispatching import dispatch
from fulfilment.fulfilment_orders import TransitionRefused
from fulfilment.models import FulfilmentOrder, Invoice
from tests.buying import Basket, Sandbox, pay, shelf

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def part(basket: Basket, flipflops: Variant, sandbox: Sandbox) -> FulfilmentOrder:
    """Three pairs of €34.00 and €3.90 for the parcel, paid; one pair has left."""
    order = basket.with_(items=(Item(flipflops.public_id, 3),)).place()
    pay(order.payments.get(), sandbox.token())
    [opened] = fulfilment_orders.open_for(order.pk)
    send(opened, 1)
    return opened


def send(part: FulfilmentOrder, pieces: int) -> None:
    line = part.order.lines.get()
    dispatch(part, lines={line.pk: pieces}, carrier="DHL", tracking_number="A", actor=None)


def cancel(part: FulfilmentOrder) -> list[FulfilmentOrder]:
    return cancellations.cancel(part.order_id, merchant_id=part.merchant_id)


def test_what_has_not_left_is_given_back(part, flipflops, sandbox) -> None:
    assert shelf(flipflops) == (7, 0)
    assert cancel(part) == [part]
    part.refresh_from_db()
    order = Order.objects.get()
    assert (part.status, order.status) == ("shipped", "paid")
    refund = Refund.objects.get()
    assert (refund.amount, refund.reason) == (6800, "shopper")
    assert [(each.kind, each.quantity) for each in refund.parts.all()] == [("line", 2)]
    assert shelf(flipflops) == (9, 0)
    note = Invoice.objects.get(kind="credit_note")
    assert (note.total, note.fulfilment_order) == (6800, part)
    refunds.send(refund.pk)
    assert [charge["amount_refunded"] for charge in sandbox.charges()] == [6800]
    with pytest.raises(TooLate):
        cancel(part)
    with pytest.raises(TransitionRefused):
        send(part, 1)


def test_shop_and_shopper_read_what_will_not_come(part) -> None:
    cancel(part)
    reference = part.order.reference
    shopper = OutgoingMail.objects.get(kind="cancelled")
    assert "Cancelled, and no more of it will be sent" in shopper.text
    assert "quantity 2" in shopper.text
    assert "Goes back to your card: €68.00" in shopper.text
    shop = OutgoingMail.objects.get(kind="part_cancelled")
    assert shop.subject == f"Order {reference}: please do not send the rest"
    assert "The shopper cancelled what you had not sent yet." in shop.text
    assert "Goes back of your part: €68.00" in shop.text


def test_the_shopper_does_it_on_the_orders_page(part) -> None:
    page = f"/orders/{orders.token(part.order)}/"
    link = f"cancel/?shop={part.merchant.public_id}"
    shown = Client().get(page).content.decode()
    assert "Cancel what Plage has not sent yet" in shown
    assert link in shown
    asked = Client().get(page + link).content.decode()
    assert "Goes back to your card: €68.00" in asked
    assert "quantity 2" in asked
    assert "without the delivery, for a parcel has left" in asked
    answer = Client().post(page + "cancel/", {"shop": str(part.merchant.public_id)}, follow=True)
    assert "Cancelled. €68.00 goes back to your card." in answer.content.decode()
    assert "has not sent yet" not in answer.content.decode()


def test_the_whole_order_is_not_cancelled_any_more(part, flipflops) -> None:
    with pytest.raises(TooLate):
        cancellations.cancel(part.order_id)
    assert not Refund.objects.exists()
    assert shelf(flipflops) == (7, 0)


def test_what_came_back_before_is_not_given_back_again(part, flipflops) -> None:
    line = part.order.lines.get()
    asked = Asked(lines={line.pk: 1}, restock=frozenset({line.pk}))
    amount = preview(refundable.read(part.order), asked).amount
    refunds.request(part.order.payments.get().pk, amount=amount, reason="x", parts=asked)
    cancel(part)
    assert sorted(Refund.objects.values_list("amount", flat=True)) == [3400, 3400]
    assert shelf(flipflops) == (9, 0)


def test_where_nothing_was_paid_for_it_the_shop_decides(basket, flipflops, sandbox) -> None:
    offers.save(Offer(name="We give", kind="percentage", basis_points=10_000, most=20_000))
    order = basket.with_(items=(Item(flipflops.public_id, 2),)).place()
    pay(order.payments.get(), sandbox.token())
    [part] = fulfilment_orders.open_for(order.pk)
    send(part, 1)
    with pytest.raises(TooLate):
        cancel(part)
    part.refresh_from_db()
    assert part.status == "partly_shipped"
    assert shelf(flipflops) == (8, 0)


def test_a_shop_that_refunds_the_rest_has_sent_all_of_it(part, sandbox) -> None:
    line = part.order.lines.get()
    asked = Asked(lines={line.pk: 2})
    amount = preview(refundable.read(part.order), asked).amount
    refund = refunds.request(part.order.payments.get().pk, amount=amount, reason="x", parts=asked)
    with pytest.raises(TransitionRefused):
        send(part, 1)
    refunds.send(refund.pk)
    credit_notes.credit(refund.pk)
    part.refresh_from_db()
    assert part.status == "shipped"
    assert part.history.latest("pk").status == "shipped"
