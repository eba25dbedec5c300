"""A card says no: the sheet says so, keeps what was typed, and takes another."""

from __future__ import annotations

from playwright.sync_api import expect

from checkout.models import Order, Payment
from tests.journeys import bank, shop


def test_declined_then_a_second_card(visit, stack, market):
    page = visit()
    page.goto("/")
    shop.open_sheet(page, market.lamp)
    shop.fill_address(page)
    shop.fill_card(page, shop.DECLINED)
    shop.pay(page).click()
    note = shop.note(page)
    expect(note).to_contain_text("Nothing was charged")
    expect(note).to_have_attribute("role", "alert")
    expect(note).to_be_focused()
    expect(page.locator("#buy_line1")).to_have_value("3 quai Lamartine")
    expect(shop.pay(page)).to_have_text("Try again: pay €87.90")
    assert bank.charges(stack) == []
    assert Payment.objects.get().status == Payment.Status.DECLINED
    note.get_by_role("button", name="Use another card").click()
    shop.fill_card(page, shop.SECOND_GOOD)
    shop.pay(page).click()
    shop.expect_thanks(page)
    assert Order.objects.get().status == Order.Status.PAID
    assert len(bank.charges(stack)) == 1


def test_declined_then_another_address_leaves_one_order_to_pay(visit, stack, market):
    page = visit()
    page.goto("/")
    shop.open_sheet(page, market.lamp)
    shop.fill_address(page)
    shop.fill_card(page, shop.DECLINED)
    shop.pay(page).click()
    expect(shop.note(page)).to_contain_text("Nothing was charged")
    page.locator("#buy_line1").fill("4 quai Lamartine")
    shop.fill_card(page, shop.GOOD)
    shop.pay(page).click()
    shop.expect_thanks(page)
    first, second = Order.objects.order_by("id")
    assert (first.status, second.status) == (Order.Status.CANCELLED, Order.Status.PAID)
    assert second.line1 == "4 quai Lamartine"
    assert len(bank.charges(stack)) == 1


def test_a_bad_field_is_named_under_it_and_focused(visit, market):
    page = visit()
    page.goto("/")
    shop.open_sheet(page, market.lamp)
    shop.fill_address(page, postal_code="3500")
    page.locator("#buy_city").focus()
    postcode = page.locator("#buy_postal_code")
    expect(page.locator("#buy_postal_code_error")).to_have_text("Five digits, for example 35000")
    expect(postcode).to_have_attribute("aria-invalid", "true")
    expect(postcode).to_have_attribute("aria-describedby", "buy_postal_code_error")
    page.locator("#buy_name").fill("")
    shop.fill_card(page)
    shop.pay(page).click()
    expect(page.locator("#buy_name")).to_be_focused()
    expect(page.locator("#buy_name_error")).to_have_text("The parcel needs a name")
    assert not Order.objects.exists()
