"""What our own offers gave a shop above our fee comes back to us with what the shopper gets back."""

from __future__ import annotations

import pytest
from django.test import Client

from catalogue.models import Merchant, ShippingRate, Variant
from checkout import disputes, gateway, ledger, offers, refundable, refunds
from checkout.models import Dispute, LedgerEntry, Offer, Order, OrderLine, Refund
from checkout.quotes import Item
from checkout.refund_previews import Asked, preview, whole
from shopping.money import Money
from tests.buying import Basket, Buyer, Sandbox, open_shop, pay, stock_shelf
from tests.checkout.test_disputes import decide, deliver, paid_with, told
from tests.paying_out import at_stripe, books, connect, fund, sweep

pytestmark = pytest.mark.django_db


@pytest.fixture
def gift(plage: Merchant, sandbox: Sandbox) -> Offer:
    """We give 20 %: of €34.00 that is €6.80, and our fee on the rest €1.36."""
    connect(sandbox, plage)
    fund(sandbox)
    return give(2000)


def give(basis_points: int) -> Offer:
    offer = Offer(name="We give", kind="percentage", basis_points=basis_points, most=20_000)
    offers.save(offer)
    return offer


@pytest.fixture
def bought(gift: Offer, basket: Basket, sandbox: Sandbox) -> Order:
    """€31.10 paid; Plage is sent €36.54 of it and of our own."""
    return paid(basket.place(), sandbox)


def paid(order: Order, sandbox: Sandbox) -> Order:
    assert pay(order.payments.get(), sandbox.token()).kind == "succeeded"
    order.refresh_from_db()
    sweep()
    return order


def give_back(order: Order, asked: Asked) -> Refund:
    amount = preview(refundable.read(order), asked).amount
    refund = refunds.request(order.payments.get().pk, amount=amount, reason="x", parts=asked)
    refunds.send(refund.pk)
    sweep()
    return refund


def test_a_whole_refund_takes_the_gift_back(bought: Order, sandbox: Sandbox) -> None:
    assert books(bought) == {"stripe": 3110 - 3654, "fees": 544}
    found = preview(refundable.read(bought), whole(refundable.read(bought)))
    assert (found.amount, found.fee) == (Money(3110, "EUR"), Money(-544, "EUR"))
    assert (found.gift, found.borne) == (Money(544, "EUR"), Money(3654, "EUR"))
    refund = give_back(bought, whole(refundable.read(bought)))
    assert list(refund.parts.values_list("kind", "amount", "fee").order_by("id")) == [
        ("line", 2720, -544),
        ("delivery", 390, 0),
    ]
    assert at_stripe(sandbox, bought) == {"acct_plage": (3654, 3654)}
    assert books(bought) == {}


def test_in_two_steps_the_gift_comes_back_with_the_pieces(
    gift: Offer, basket: Basket, flipflops: Variant, sandbox: Sandbox
) -> None:
    order = paid(basket.with_(items=(Item(flipflops.public_id, 3),)).place(), sandbox)
    # 102.00 less 20.40, our fee 4.08: €16.32 of it are above our fee.
    assert at_stripe(sandbox, order) == {"acct_plage": (8160 + 390 + 1632, 0)}
    line = OrderLine.objects.get(order=order)
    assert give_back(order, Asked(lines={line.pk: 1})).parts.get().fee == -544
    assert at_stripe(sandbox, order) == {"acct_plage": (10_182, 2720 + 544)}
    give_back(order, whole(refundable.read(order)))
    assert at_stripe(sandbox, order) == {"acct_plage": (10_182, 10_182)}
    assert books(order) == {}


def test_goods_that_were_a_gift_altogether_come_back_by_what_they_would_have_cost(
    gift: Offer, basket: Basket, flipflops: Variant, sandbox: Sandbox
) -> None:
    Offer.objects.update(basis_points=10_000)
    order = paid(basket.with_(items=(Item(flipflops.public_id, 3),)).place(), sandbox)
    line = OrderLine.objects.get(order=order)
    assert (order.total, at_stripe(sandbox, order)) == (390, {"acct_plage": (10_590, 0)})
    asked = Asked(lines={line.pk: 1}, deliveries=frozenset({line.merchant_id}))
    refund = give_back(order, asked)
    assert list(refund.parts.values_list("amount", "fee").order_by("id")) == [(0, -3400), (390, 0)]
    assert at_stripe(sandbox, order) == {"acct_plage": (10_590, 3790)}


def test_a_refund_without_parts_takes_the_gift_in_its_proportion(
    bought: Order, sandbox: Sandbox
) -> None:
    payment = bought.payments.get()
    refunds.send(refunds.request(payment.pk, amount=Money(1555, "EUR"), reason="x").pk)
    sweep()
    assert at_stripe(sandbox, bought) == {"acct_plage": (3654, 1555 + 272)}
    refunds.send(refunds.request(payment.pk, amount=Money(1555, "EUR"), reason="x").pk)
    sweep()
    assert at_stripe(sandbox, bought) == {"acct_plage": (3654, 3654)}
    assert books(bought) == {}


def test_a_refund_that_was_made_at_stripe_takes_the_gift_back(
    bought: Order, sandbox: Sandbox
) -> None:
    intent_id = bought.payments.get().intent_id
    refunds.apply(gateway.refund(intent_id, amount=3110, refund_id="", key="by hand"))
    sweep()
    assert Refund.objects.get().reason == refunds.AT_STRIPE
    assert at_stripe(sandbox, bought) == {"acct_plage": (3654, 3654)}
    assert books(bought) == {}


def test_a_refund_without_parts_takes_the_gift_also_where_nothing_was_paid(
    gift: Offer, basket: Basket, flipflops: Variant, bookcase: Variant, sandbox: Sandbox
) -> None:
    Offer.objects.update(
        merchant=None, kind="amount", basis_points=None, amount=16_300, currency="EUR"
    )
    connect(sandbox, bookcase.merchant)
    ShippingRate.objects.filter(merchant=bookcase.merchant).update(price=0)
    items = (Item(flipflops.public_id, 1), Item(bookcase.public_id, 1))
    order = paid(basket.with_(items=items).place(), sandbox)
    assert order.total == 390
    assert at_stripe(sandbox, order) == {"acct_plage": (3790, 0), "acct_rayon": (12_900, 0)}
    refunds.request(order.payments.get().pk, amount=Money(390, "EUR"), reason="x")
    sweep()
    assert at_stripe(sandbox, order) == {"acct_plage": (3790, 3790), "acct_rayon": (12_900, 12_900)}


def test_a_lost_dispute_takes_the_gift_and_a_won_one_gives_it_again(
    gift: Offer, basket: Basket, sandbox: Sandbox, client: Client
) -> None:
    order = basket.place()
    paid_with("pm_card_createDispute", order.payments.get(), sandbox)
    deliver(client, told(sandbox))
    [stake] = disputes.stakes(Dispute.objects.get()).values()
    assert (stake.amount, stake.fee, stake.gift, stake.bank) == (3110, -544, 544, 1500)
    assert stake.borne == 3654 + 1500
    decide(sandbox, "lost")
    deliver(client, told(sandbox))
    sweep()
    # What remains is the bank's fee.
    assert ledger.owed(order) == {OrderLine.objects.get(order=order).merchant_id: -1500}
    assert sum(books(order).values()) == 0
    assert books(order).get("fees") is None


def test_a_banks_fee_is_borne_in_what_can_be_taken_back(buyer: Buyer, sandbox: Sandbox) -> None:
    """Of Kuwaiti dinars Stripe moves tens of fils, and three shops share what a dispute costs."""
    items = []
    for number in range(3):
        shop = open_shop(f"shop{number}", currency="KWD", delivery=0)
        connect(sandbox, shop)
        goods = stock_shelf(shop, f"Thing {number}", price=3330, pieces=2, currency="KWD")
        items.append(Item(goods.public_id, 1))
    order = Basket(tuple(items), buyer).place()
    pay(order.payments.get(), sandbox.token())
    movement = gateway.Movement("txn_1", -9990, 5000, "KWD")
    ledger.post_dispute(order, movement, amount=9990, ours=False)
    entries = LedgerEntry.objects.filter(transaction__kind="dispute_fee", account="merchant")
    assert list(entries.order_by("id").values_list("amount", flat=True)) == [1670, 1660, 1670]
