"""3-D Secure: the bank's window opens over the sheet, and both answers end well."""

from __future__ import annotations

from playwright.sync_api import expect

from checkout.models import Order, Payment
from tests.journeys import bank, shop


def press_pay_with_a_card_that_asks(page, market):
    page.goto("/")
    shop.open_sheet(page, market.lamp)
    shop.fill_address(page)
    shop.fill_card(page, shop.ASKS)
    shop.pay(page).click()
    expect(shop.note(page)).to_contain_text("Your bank wants to check that it’s you")


def test_accepted(visit, stack, market):
    page = visit()
    press_pay_with_a_card_that_asks(page, market)
    shop.answer_bank(page, approve=True)
    shop.expect_thanks(page)
    assert len(bank.charges(stack)) == 1
    assert Order.objects.get().status == Order.Status.PAID


def test_refused_then_another_card(visit, stack, market):
    page = visit()
    press_pay_with_a_card_that_asks(page, market)
    shop.answer_bank(page, approve=False)
    note = shop.note(page)
    expect(note).to_contain_text("Nothing was charged")
    expect(note).to_be_focused()
    expect(page.get_by_role("dialog", name="Buy now")).to_be_visible()
    assert bank.charges(stack) == []
    assert Payment.objects.get().status == Payment.Status.DECLINED
    shop.fill_card(page, shop.GOOD)
    shop.pay(page).click()
    shop.expect_thanks(page)
    assert len(bank.charges(stack)) == 1
    assert Order.objects.count() == 1
