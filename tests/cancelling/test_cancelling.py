"""Before the parcel leaves its shop the shopper can cancel: all of an order, or one shop's part."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from django.test import Client

from accounts.models import OutgoingMail
from catalogue.models import ShippingRate, Variant
from checkout import offers, orders, refundable, refunds
from checkout.models import Dispute, LedgerEntry, Offer, Order, Refund
from checkout.quotes import Item
from checkout.refund_previews import Asked, preview, whole
from fulfilment import cancellations, fulfilment_orders
from fulfilment.models import FulfilmentOrder
from shopping.money import Money
from tests.buying import Basket, Sandbox, history, pay, shelf
from tests.paying_out import at_stripe, books, connect, fund, sweep
from webhooks.models import Event

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def order(basket: Basket, flipflops: Variant, bookcase: Variant, sandbox: Sandbox) -> Order:
    """Flip-flops of Plage for €37.90 and a bookcase of Rayon for €134.00, paid and opened."""
    items = (Item(flipflops.public_id, 1), Item(bookcase.public_id, 1))
    placed = basket.with_(items=items).place()
    pay(placed.payments.get(), sandbox.token())
    fulfilment_orders.open_for(placed.pk)
    placed.refresh_from_db()
    return placed


def part(order: Order, variant: Variant) -> FulfilmentOrder:
    return FulfilmentOrder.objects.get(order=order, merchant=variant.merchant)


def page(order: Order, *, more: str = "") -> str:
    return f"/orders/{orders.token(order)}/{more}"


def test_the_whole_order_is_cancelled(order, flipflops, bookcase, sandbox) -> None:
    assert (shelf(flipflops), shelf(bookcase)) == ((9, 0), (2, 0))
    assert len(cancellations.cancel(order.pk)) == 2
    order.refresh_from_db()
    assert (order.status, order.cancel_reason) == ("cancelled", "shopper")
    assert (shelf(flipflops), shelf(bookcase)) == ((10, 0), (3, 0))
    assert set(FulfilmentOrder.objects.values_list("status", flat=True)) == {"cancelled"}
    refund = Refund.objects.get()
    assert (refund.amount, refund.reason, refund.status) == (order.total, "shopper", "requested")
    assert history(order)[-2:] == ["refund.requested", "order.cancelled"]
    refunds.send(refund.pk)
    assert [charge["amount_refunded"] for charge in sandbox.charges()] == [order.total]
    assert sum(LedgerEntry.objects.values_list("amount", flat=True)) == 0


def test_shops_and_shopper_are_told(order, flipflops, bookcase) -> None:
    cancellations.cancel(order.pk)
    told = Event.objects.filter(type="fulfilment_order.cancelled").order_by("pk")
    shops = [flipflops.merchant_id, bookcase.merchant_id]
    assert list(told.values_list("merchant_id", flat=True)) == shops
    assert Event.objects.filter(type="order.cancelled").count() == 2
    mails = OutgoingMail.objects.filter(kind__in=["cancelled", "part_cancelled"]).order_by("pk")
    assert list(mails.values_list("kind", "to")) == [
        ("cancelled", "mai@etal.example"),
        ("part_cancelled", "orders@plage.example"),
        ("part_cancelled", "orders@rayon.example"),
    ]
    assert "Goes back to your card: €171.90" in mails[0].text
    assert "Your part, delivery included: €37.90" in mails[1].text


def test_a_second_press_gives_nothing_back_twice(order) -> None:
    cancellations.cancel(order.pk)
    assert cancellations.cancel(order.pk) == []
    assert Refund.objects.count() == 1


def test_one_shops_part_alone(order, flipflops, bookcase) -> None:
    [cancelled] = cancellations.cancel(order.pk, merchant_id=bookcase.merchant_id)
    assert cancelled.merchant == bookcase.merchant
    order.refresh_from_db()
    assert order.status == "paid"
    assert Refund.objects.get().amount == 12900 + 500
    assert (shelf(flipflops), shelf(bookcase)) == ((9, 0), (3, 0))
    assert part(order, flipflops).status == "open"


def test_the_last_part_takes_all_that_is_left_and_the_order_with_it(
    order, flipflops, bookcase
) -> None:
    cancellations.cancel(order.pk, merchant_id=bookcase.merchant_id)
    cancellations.cancel(order.pk, merchant_id=flipflops.merchant_id)
    order.refresh_from_db()
    assert order.status == "cancelled"
    amounts = Refund.objects.order_by("pk").values_list("amount", flat=True)
    assert list(amounts) == [13400, order.total - 13400]


def test_pieces_that_came_back_before_are_not_put_back_again(order, flipflops) -> None:
    left = refundable.read(order)
    line = order.lines.get(variant=flipflops)
    asked = Asked(lines={line.pk: 1}, restock=frozenset({line.pk}))
    amount = preview(left, asked).amount
    refunds.request(order.payments.get().pk, amount=amount, reason="x", parts=asked)
    assert shelf(flipflops) == (10, 0)
    cancellations.cancel(order.pk)
    assert shelf(flipflops) == (10, 0)
    assert sum(Refund.objects.values_list("amount", flat=True)) == order.total


def test_what_a_bank_asks_for_is_not_cancelled_as_well(order, flipflops) -> None:
    payment = order.payments.get()
    Dispute.objects.create(
        payment=payment,
        stripe_id="du_1",
        status="needs_response",
        reason="fraudulent",
        amount=payment.amount,
    )
    with pytest.raises(cancellations.InDispute, match="Your bank is asking"):
        cancellations.cancel(order.pk)
    assert part(order, flipflops).status == "open"
    assert shelf(flipflops) == (9, 0)


def test_what_was_sent_is_not_cancelled_and_nothing_changes(order, flipflops, bookcase) -> None:
    fulfilment_orders.ship(
        part(order, flipflops), carrier="Colissimo", tracking_number="", actor=None
    )
    with pytest.raises(cancellations.TooLate):
        cancellations.cancel(order.pk)
    assert part(order, bookcase).status == "open"
    assert not Refund.objects.exists()
    assert shelf(bookcase) == (2, 0)
    cancellations.cancel(order.pk, merchant_id=bookcase.merchant_id)
    assert Refund.objects.get().amount == 13400


def test_an_order_that_its_shops_do_not_know_yet(basket, flipflops, sandbox) -> None:
    order = basket.place()
    pay(order.payments.get(), sandbox.token())
    assert len(cancellations.cancel(order.pk)) == 1
    assert shelf(flipflops) == (10, 0)


def test_what_gave_all_its_money_back_before_is_cancelled_all_the_same(
    order, flipflops, bookcase
) -> None:
    left = refundable.read(order)
    asked = whole(left)
    refunds.request(
        order.payments.get().pk, amount=preview(left, asked).amount, reason="x", parts=asked
    )
    assert len(cancellations.cancel(order.pk)) == 2
    assert Refund.objects.count() == 1
    mail = OutgoingMail.objects.get(kind="cancelled")
    assert "Goes back to your card: €0.00" in mail.text


def test_the_shopper_gets_one_mail_for_what_they_cancelled(order, bookcase, sandbox) -> None:
    def told() -> list[str]:
        mails = OutgoingMail.objects.filter(to=order.email).exclude(kind="receipt")
        return list(mails.order_by("pk").values_list("kind", flat=True))

    cancellations.cancel(order.pk, merchant_id=bookcase.merchant_id)
    refunds.send(Refund.objects.get().pk)
    assert Refund.objects.get().status == "succeeded"
    assert told() == ["cancelled"]
    # What is given back besides is told of as ever, whatever its reason says.
    amount = Money(100, "EUR")
    goodwill = refunds.request(order.payments.get().pk, amount=amount, reason="shopper")
    refunds.send(goodwill.pk)
    cancellations.cancel(order.pk)
    refunds.send(Refund.objects.latest("pk").pk)
    assert told() == ["cancelled", "refunded", "cancelled"]


def test_whoever_holds_the_link_is_asked_once_more_and_then_it_is_done(order) -> None:
    guest = Client()
    assert page(order, more="cancel/") in guest.get(page(order)).content.decode()
    asked = guest.get(page(order, more="cancel/")).content.decode()
    assert "Goes back to your card: €171.90" in asked
    order.refresh_from_db()
    assert order.status == "paid"
    answer = guest.post(page(order, more="cancel/"), follow=True)
    assert "Cancelled. €171.90 goes back to your card." in answer.content.decode()
    order.refresh_from_db()
    assert order.status == "cancelled"


def test_a_cancelled_part_is_promised_no_more_and_its_shop_not_written_to(order, bookcase) -> None:
    def shown() -> str:
        return Client().get(page(order, more="?thanks=1")).content.decode()

    for shop in ("plage", "rayon"):
        assert f"mailto:orders@{shop}.example?subject={quote(order.reference)}" in shown()
        assert f"{shop.title()} is packing your order." in shown()
    cancellations.cancel(order.pk, merchant_id=bookcase.merchant_id)
    assert "Plage is packing your order." in shown()
    assert "Rayon is packing your order." not in shown()
    assert "mailto:orders@plage.example" in shown()
    assert "mailto:orders@rayon.example" not in shown()


def test_a_part_is_cancelled_by_its_shops_name(order, bookcase) -> None:
    shop = bookcase.merchant.public_id
    asked = Client().get(page(order, more=f"cancel/?shop={shop}")).content.decode()
    assert "Bookcase" in asked
    assert "Corniche" not in asked
    assert "Goes back to your card: €134.00" in asked
    answer = Client().post(page(order, more="cancel/"), {"shop": str(shop)}, follow=True)
    assert "Cancelled. €134.00 goes back to your card." in answer.content.decode()
    assert part(order, bookcase).status == "cancelled"
    assert Client().get(page(order, more=f"cancel/?shop={shop}")).status_code == 404


def test_what_goes_back_is_said_without_what_went_back_before(order, bookcase) -> None:
    amount = Money(1000, "EUR")
    goodwill = Asked(goodwill={bookcase.merchant_id: 1000})
    payment = order.payments.get()
    refunds.request(payment.pk, amount=amount, reason="shopper", parts=goodwill)
    more = f"cancel/?shop={bookcase.merchant.public_id}"
    asked = Client().get(page(order, more=more)).content.decode()
    cancellations.cancel(order.pk, merchant_id=bookcase.merchant_id)
    assert Refund.objects.latest("pk").amount == 12_400
    assert "Goes back to your card: €124.00" in asked


def test_too_late_is_said_on_the_orders_page(order, flipflops) -> None:
    fulfilment_orders.ship(
        part(order, flipflops), carrier="Colissimo", tracking_number="", actor=None
    )
    answer = Client().post(page(order, more="cancel/"), follow=True)
    assert "It is too late to cancel this" in answer.content.decode()
    answer = Client().get(page(order, more="cancel/"), follow=True)
    assert "It is too late to cancel this" in answer.content.decode()


def test_an_order_that_is_not_paid_yet_is_cancelled_at_stripe(basket, flipflops, sandbox) -> None:
    order = basket.place()
    pay(order.payments.get(), sandbox.token("pm_card_visa_chargeDeclined"))
    answer = Client().post(page(order, more="cancel/"), follow=True)
    assert "Cancelled. Nothing was charged." in answer.content.decode()
    order.refresh_from_db()
    assert (order.status, order.cancel_reason) == ("cancelled", "shopper")
    assert [intent["status"] for intent in sandbox.intents()] == ["canceled"]
    assert shelf(flipflops) == (10, 0)


def test_a_gift_of_ours_comes_back_with_what_is_cancelled(basket, plage, sandbox) -> None:
    connect(sandbox, plage)
    fund(sandbox)
    offers.save(Offer(name="We give", kind="percentage", basis_points=10_000, most=20_000))
    order = basket.place()
    pay(order.payments.get(), sandbox.token())
    sweep()
    assert (order.total, at_stripe(sandbox, order)) == (390, {"acct_plage": (3790, 0)})
    cancellations.cancel(order.pk)
    refunds.send(Refund.objects.get().pk)
    sweep()
    assert at_stripe(sandbox, order) == {"acct_plage": (3790, 3790)}
    assert books(order) == {}


def test_a_gift_comes_back_from_a_part_on_which_nothing_was_paid(
    basket, flipflops, bookcase, sandbox
) -> None:
    connect(sandbox, flipflops.merchant, bookcase.merchant)
    fund(sandbox)
    ShippingRate.objects.filter(merchant=bookcase.merchant).update(price=0)
    offers.save(Offer(name="We give", kind="percentage", basis_points=10_000, most=20_000))
    items = (Item(flipflops.public_id, 1), Item(bookcase.public_id, 1))
    order = basket.with_(items=items).place()
    pay(order.payments.get(), sandbox.token())
    sweep()
    assert at_stripe(sandbox, order) == {"acct_plage": (3790, 0), "acct_rayon": (12_900, 0)}
    cancellations.cancel(order.pk, merchant_id=bookcase.merchant_id)
    assert cancellations.cancel(order.pk, merchant_id=bookcase.merchant_id) == []
    sweep()
    assert not Refund.objects.exists()
    assert shelf(bookcase) == (3, 0)
    assert at_stripe(sandbox, order) == {"acct_plage": (3790, 0), "acct_rayon": (12_900, 12_900)}
