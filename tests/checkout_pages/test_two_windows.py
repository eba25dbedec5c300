"""One cart in two windows, each with a form of its own: one purchase, whichever is pressed last."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError
from django.utils import timezone

from catalogue.models import StockItem, Variant
from checkout import cart_orders
from checkout.cart_orders import CartIsBeingPaid
from checkout.models import Order, Payment
from tests.buying import Sandbox, open_shop, sandbox, sandbox_process, stock_shelf
from tests.checkout_pages import shelves
from tests.checkout_pages.checkouts import fill, form, press, text_of
from tests.checkout_pages.conftest import Visitor
from tests.journeys.cast import Market, set_stock

__all__ = ["sandbox", "sandbox_process"]
pytestmark = pytest.mark.django_db(transaction=True)
DECLINED = "pm_card_visa_chargeDeclined"


@pytest.fixture
def lamp(market: Market) -> Variant:
    return market.lamp.variants.get()


@pytest.fixture
def full(guest: Visitor, lamp: Variant) -> Visitor:
    fill(guest, lamp)
    return guest


def reasons() -> list[tuple[str, str]]:
    return list(Order.objects.order_by("id").values_list("status", "cancel_reason"))


def reserved() -> int:
    return sum(StockItem.objects.values_list("reserved", flat=True))


def as_page(visitor: Visitor, sent: dict[str, Any]) -> Any:
    return visitor.client.post("/checkout/eur/place/", sent, HTTP_ACCEPT="text/html")


def test_the_press_in_the_second_window_takes_the_place_of_the_first(
    full: Visitor, lamp: Variant, sandbox: Sandbox
) -> None:
    """Also where the first holds the last piece."""
    set_stock(lamp, pieces=1)
    one, two = form(full), form(full)
    assert one["key"] != two["key"]
    one["confirmation_token"] = sandbox.token(DECLINED)
    assert press(full, one).json()["kind"] == "declined"
    two["confirmation_token"] = sandbox.token()
    assert press(full, two).json()["kind"] == "paid"
    assert reasons() == [("cancelled", "changed"), ("paid", "")]
    assert len(sandbox.charges()) == 1
    assert reserved() == 0


def test_a_payment_that_the_first_window_made_is_the_answer(
    full: Visitor, sandbox: Sandbox
) -> None:
    one, two = form(full), form(full)
    one["confirmation_token"] = sandbox.token("pm_card_threeDSecure2Required")
    assert press(full, one).json()["kind"] == "action"
    sandbox.pass_bank(Payment.objects.get())
    two["confirmation_token"] = sandbox.token()
    answer = press(full, two).json()
    assert answer["kind"] == "paid"
    assert Order.objects.get().reference in answer["text"]
    assert len(sandbox.charges()) == 1


def test_while_the_bank_is_at_it_nothing_else_is_ordered(full: Visitor, lamp: Variant) -> None:
    """The provider does not answer in these tests."""
    one, two = form(full), form(full)
    assert press(full, one).json()["kind"] == "pending"
    Payment.objects.update(attempted_at=timezone.now())
    answer = press(full, two)
    assert (answer.status_code, answer.json()["kind"]) == (409, "changed")
    assert "You are paying for this cart in another window." in answer.json()["html"]
    page = as_page(full, two)
    assert page.status_code == 409
    assert "You are paying for this cart in another window." in text_of(page)
    assert 'value="3 quai Lamartine"' in text_of(page)
    assert reasons() == [("awaiting_payment", "")]
    assert press(full, one).json()["kind"] == "pending"  # It finds its own order still.


def test_a_guest_who_signs_in_between_the_windows_buys_once(
    full: Visitor, mai, sandbox: Sandbox
) -> None:
    one = form(full, confirmation_token=sandbox.token(DECLINED))
    press(full, one)
    full.client.force_login(mai)
    assert press(full, form(full, confirmation_token=sandbox.token())).json()["kind"] == "paid"
    assert reasons() == [("cancelled", "changed"), ("paid", "")]


def test_two_currencies_of_one_cart_are_two_orders(full: Visitor) -> None:
    """The provider does not answer in these tests."""
    london = open_shop("london", currency="GBP")
    fill(full, stock_shelf(london, "Teapot", price=2500, pieces=4, currency="GBP"))
    assert press(full, form(full)).json()["kind"] == "pending"
    teapot = form(full, currency="gbp")
    assert press(full, teapot, currency="gbp").json()["kind"] == "pending"
    assert reasons() == [("awaiting_payment", ""), ("awaiting_payment", "")]
    first, second = Order.objects.order_by("id")
    assert (first.currency, second.currency) == ("EUR", "GBP")
    assert first.cart_id == second.cart_id


def test_the_database_knows_two_presses_at_the_same_moment(full: Visitor, market: Market) -> None:
    press(full, form(full))
    first = Order.objects.get()
    second = shelves.place(market.lamp, principal="guest:1", key="e" * 32)
    with pytest.raises(IntegrityError) as error:
        Order.objects.filter(pk=second.pk).update(cart=first.cart)
    with pytest.raises(CartIsBeingPaid):
        cart_orders.explain(error.value)


def test_an_error_that_only_names_the_constraint_is_another_one(
    full: Visitor, market: Market
) -> None:
    """PostgreSQL repeats the values of what is there twice, and those may be anything."""
    press(full, form(full))
    second = shelves.place(market.lamp, principal="guest:1", key=cart_orders.CONSTRAINT)
    third = shelves.place(market.lamp, principal="guest:1", key="e" * 32)
    with pytest.raises(IntegrityError, match=cart_orders.CONSTRAINT) as error:
        Order.objects.filter(pk=third.pk).update(idempotency_key=second.idempotency_key)
    cart_orders.explain(error.value)
