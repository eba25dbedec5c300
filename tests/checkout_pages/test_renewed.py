"""A key whose order was given up: the press gets a new one, and the old order its end."""

from __future__ import annotations

import pytest

from checkout import orders, payments
from checkout.buyers import AddressData, Buyer
from checkout.models import Order
from checkout.quotes import Item
from shopping.money import Money

HOME = AddressData("Camille Roux", "3 quai Lamartine", "", "71000", "Mâcon", "", "FR", "")


@pytest.fixture
def placed(guest, market, transactional_db):
    """The form of a guest, whose order of it was placed and never tried to be paid."""
    form = guest.form(market.lamp)
    guest_name = guest.client.cookies["guest"].value.split(":")[0]
    orders.place(
        [Item(market.lamp.variants.get().public_id, 1)],
        buyer=Buyer(f"guest:{guest_name}", None, form["email"], "en"),
        address=HOME,
        key=form["key"],
        seen_total=Money(8790, "EUR"),
    )
    return form


def expect_renewed(answer, form):
    assert (answer.status_code, answer.json()["kind"]) == (409, "renewed")
    assert answer.json()["key"] not in {"", form["key"]}
    order = Order.objects.get()
    assert order.status == Order.Status.CANCELLED
    assert market_shelf(order) == 0


def market_shelf(order: Order) -> int:
    return order.lines.get().variant.stock.reserved


def test_other_contents_under_the_same_key(guest, market, placed):
    answer = guest.place(market.lamp, {**placed, "line1": "4 quai Lamartine"})
    expect_renewed(answer, placed)


def test_an_order_that_expired_meanwhile(guest, market, placed):
    payments.cancel_unpaid(Order.objects.get().pk, reason="expired")
    expect_renewed(guest.place(market.lamp, placed), placed)
