"""Somebody without an account buys in the sheet."""

from __future__ import annotations

from playwright.sync_api import expect

from accounts.models import OutgoingMail
from checkout.models import Order
from stack.waiting import wait_until
from tests.journeys import bank, shop
from tests.journeys.conftest import DESKTOP


def test_a_guest_buys_over_the_feed(visit, stack, market):
    page = visit()
    page.goto("/")
    sheet = shop.open_sheet(page, market.lamp)
    expect(sheet.get_by_text("€87.90").first).to_be_visible()
    typed = sheet.locator("input.in:visible").count()
    shop.fill_address(page)
    shop.fill_card(page)
    # Five of ours (the phone may stay empty) and three of the card's.
    assert typed - 1 + 3 <= 9
    shop.pay(page).click()
    shop.expect_thanks(page)
    order = Order.objects.get()
    assert (order.status, order.total, order.email, order.user) == (
        Order.Status.PAID,
        8790,
        "guest@example.org",
        None,
    )
    assert order.lines.get().post == market.lamp_post
    assert [charge["amount"] for charge in bank.charges(stack)] == [8790]


def test_the_guest_follows_the_order_and_the_receipt_goes_out(visit, stack, market):
    page = visit(**DESKTOP)
    page.goto("/")
    shop.open_sheet(page, market.lamp)
    shop.fill_address(page)
    shop.fill_card(page)
    shop.pay(page).click()
    shop.expect_thanks(page)
    page.get_by_role("link", name="Follow my order").click()
    expect(page.get_by_text("Paid").first).to_be_visible()
    expect(page.get_by_text("Plage & Fils is packing").first).to_be_visible()
    receipts = OutgoingMail.objects.filter(to="guest@example.org")
    wait_until(receipts.exists, seconds=30, otherwise="the guest got no receipt")
    assert receipts.count() == 1


def test_what_is_shown_before_paying_is_what_is_charged(visit, stack, market):
    page = visit()
    page.goto("/")
    shop.open_sheet(page, market.flipflops)
    page.get_by_role("radio", name="Lagoon").check()
    page.get_by_role("radio", name="42").check()
    page.get_by_role("button", name="Add one").click()
    expect(page.locator("#buy-foot .total dd")).to_have_text("€71.90")
    expect(shop.pay(page)).to_have_text("Pay €71.90")
    shop.fill_address(page)
    shop.fill_card(page)
    shop.pay(page).click()
    shop.expect_thanks(page)
    line = Order.objects.get().lines.get()
    assert (line.option_values, line.quantity) == (["Lagoon", "42"], 2)
    assert [charge["amount"] for charge in bank.charges(stack)] == [7190]
