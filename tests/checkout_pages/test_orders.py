"""Who sees an order: whoever holds its link, and its owner in a list. Nobody else."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from checkout import history, orders, refunds
from checkout.buyers import AddressData, Buyer
from checkout.models import Order, Payment, Refund
from checkout.quotes import Item, quote
from fulfilment import fulfilment_orders

HOME = AddressData("Maï Lefort", "14 rue des Lices", "", "35000", "Rennes", "", "FR", "")


@pytest.fixture
def place(market, mai, transactional_db):
    def place(key: str = "1" * 32, *, user=mai) -> Order:
        item = Item(market.lamp.variants.get().public_id, 1)
        buyer = Buyer(f"user:{user.pk}", user, user.email, "en")
        total = quote([item], country="FR").total
        return orders.place([item], buyer=buyer, address=HOME, key=key, seen_total=total)

    return place


def mark_paid(order: Order, *, ago: timedelta = timedelta(0)) -> None:
    Payment.objects.filter(order=order).update(
        status=Payment.Status.SUCCEEDED, captured=order.total, card_brand="visa", card_last4="4242"
    )
    Order.objects.filter(pk=order.pk).update(
        status=Order.Status.PAID, paid_at=timezone.now() - ago, reserved_until=None
    )


def page_of(visitor, order: Order, *, query: str = "", **headers: str) -> str:
    answer = visitor.client.get(f"/orders/{orders.token(order)}/?{query}", **headers)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def test_paid(guest, place):
    order = place()
    mark_paid(order)
    page = page_of(guest, order, query="thanks=1")
    for words in (
        "Thank you, Maï. It’s yours.",
        "Plage &amp; Fils is packing your order.",
        "Visa ending 4242",
        "€14.65",
        "€87.90",
        "The receipt goes to mai@lefort.example.",
        "Follow my order",
        "Back to where I was",
    ):
        assert words in page
    assert "every 2s" not in page


def test_paid_long_ago_follows_the_parcel(guest, place):
    order = place()
    mark_paid(order, ago=timedelta(days=1))
    page = page_of(guest, order, query="thanks=1")
    assert f"Order {order.reference}: paid" in page
    assert f"/orders/{orders.token(order)}/tracking/" in page
    assert "Thank you" not in page


def test_who_comes_back_reads_how_the_order_stands(guest, place):
    order = place()
    mark_paid(order)
    page = page_of(guest, order)
    assert f"Order {order.reference}: paid" in page
    assert "Thank you" not in page


def test_it_looks_again_until_the_shops_know_of_it_or_for_a_minute(guest, place):
    order = place()
    mark_paid(order)
    address = f"/orders/{orders.token(order)}/"
    assert f'hx-get="{address}?look=1"' in page_of(guest, order, query="thanks=1")
    assert f'hx-get="{address}?look=2"' in page_of(guest, order, query="look=1")
    for query in ("look=30", "look=999999999"):
        assert "?look=" not in page_of(guest, order, query=query)
    assert len(fulfilment_orders.open_for(order.pk)) == 1
    page = page_of(guest, order, query="look=1")
    assert "?look=" not in page
    assert "Cancel the order" in page
    assert "Invoice" in page


def test_a_payment_under_way_is_followed(guest, place):
    page = page_of(guest, place())
    assert "Your payment is under way" in page
    assert 'hx-trigger="every 2s"' in page


def test_cancelled_says_what_became_of_the_money(guest, place):
    order = place()
    cancelled = {
        "status": Order.Status.CANCELLED,
        "cancelled_at": timezone.now(),
        "reserved_until": None,
    }
    Order.objects.filter(pk=order.pk).update(**cancelled)
    assert "Nothing was charged." in page_of(guest, order)
    Payment.objects.filter(order=order).update(captured=order.total)
    assert "€87.90 goes back to your card" in page_of(guest, order)
    Payment.objects.filter(order=order).update(refunded=order.total)
    page = page_of(guest, order)
    assert "€87.90 was refunded to your card; banks show it within 5–10 days." in page
    assert "goes back" not in page


def test_a_refund_reads_as_it_stands(guest, place):
    order = place()
    mark_paid(order)
    refund = Refund.objects.create(payment=order.payments.get(), amount=390, reason="damaged")
    Refund.objects.update(created_at=datetime(2026, 6, 12, tzinfo=UTC))
    page = page_of(guest, order)
    assert "Fri 12 June</time>, asked for; the bank has not confirmed it yet" in page
    Refund.objects.update(status=Refund.Status.SUCCEEDED)
    history.note(order, "refund.succeeded", {"refund": str(refund.public_id), "amount": 390})
    page = page_of(guest, order)
    assert "</time>, refunded to your card; banks show it within 5–10 days" in page
    # The day is that on which it was given back.
    assert "12 June" not in page
    assert "asked for; the bank" not in page
    assert "remboursé sur votre carte" in page_of(guest, order, HTTP_ACCEPT_LANGUAGE="fr")


@pytest.mark.parametrize("status", [Payment.Status.DECLINED, Payment.Status.REQUIRES_ACTION])
def test_an_order_that_needs_the_shopper_counts_down_and_can_be_cancelled(guest, place, status):
    order = place()
    Payment.objects.filter(order=order).update(status=status)
    order.refresh_from_db()
    page = page_of(guest, order)
    assert 'role="timer"' in page
    assert f"<noscript> Until {order.reserved_until:%H:%M} UTC.</noscript>" in page
    assert f"/orders/{orders.token(order)}/cancel/" in page


def test_nothing_is_counted_down_while_the_bank_is_at_it(guest, place):
    order = place()
    Payment.objects.filter(order=order).update(status=Payment.Status.PROCESSING)
    page = page_of(guest, order)
    assert "timer" not in page
    assert "/cancel/" not in page


def test_a_payment_that_came_too_late_is_explained(guest, place):
    order = place()
    Payment.objects.filter(order=order).update(
        status=Payment.Status.SUCCEEDED, captured=order.total
    )
    Refund.objects.create(payment=order.payments.get(), amount=order.total, reason=refunds.LATE)
    Order.objects.filter(pk=order.pk).update(
        status=Order.Status.CANCELLED, cancelled_at=timezone.now(), reserved_until=None
    )
    page = page_of(guest, order)
    assert "Your payment of €87.90 reached us after the time for it was over" in page
    assert "The whole of it goes back to your card" in page
    Payment.objects.filter(order=order).update(refunded=order.total)
    page = page_of(guest, order)
    assert "The whole of it was refunded to your card" in page
    assert "goes back" not in page


@pytest.mark.parametrize("change", [str.upper, lambda token: token[:-1] + "x", lambda _: "1"])
def test_a_stranger_finds_nothing(guest, place, change):
    token = orders.token(place())
    assert guest.client.get(f"/orders/{change(token)}/").status_code == 404


def test_the_list_holds_ones_own_orders_alone(returning, place, django_user_model):
    ben = django_user_model.objects.create_user("b@c.example", handle="ben", display_name="Ben")
    own = place()
    other = place("2" * 32, user=ben)
    page = returning.client.get("/orders/").content.decode()
    assert own.reference in page
    assert other.reference not in page


def test_the_list_asks_for_a_sign_in(guest):
    answer = guest.client.get("/orders/")
    assert (answer.status_code, answer.url) == (302, "/accounts/login/?next=/orders/")


def test_a_longer_list_costs_no_more_statements(returning, place):
    place()
    returning.client.get("/orders/")
    with CaptureQueriesContext(connection) as one:
        returning.client.get("/orders/")
    place("2" * 32)
    place("3" * 32)
    with CaptureQueriesContext(connection) as three:
        returning.client.get("/orders/")
    assert len(three) == len(one)


def test_terms_of_sale(guest, market):
    page = guest.client.get(f"/terms/{market.shop.public_id}/").content.decode()
    assert "We send within two days." in page
