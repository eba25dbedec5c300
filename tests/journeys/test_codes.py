"""Somebody with a code: typed on a phone, seen in the total, paid."""

from __future__ import annotations

from playwright.sync_api import expect

from checkout.models import Order
from tests.journeys import bank, shop
from tests.journeys.cart import add_button, expect_badge
from tests.journeys.cast import Market
from tests.journeys.codes import open_offer, use
from tests.journeys.conftest import DESKTOP


def test_a_guest_pays_less_with_a_code(visit, stack, market: Market):
    open_offer()
    page = visit()
    page.goto("/")
    shop.open_sheet(page, market.lamp)
    use(page, "markt5")
    expect(page.locator("#buy-code-says")).to_have_text(
        "There is no code MARKT5. Check how it is spelled."
    )
    expect(page.locator("#buy_code")).to_have_value("markt5")
    use(page, "market5")
    expect(page.locator("#buy-code-says")).to_have_text("MARKET5 is applied.")
    expect(page.locator("#buy-foot")).to_contain_text("Welcome (MARKET5)")
    expect(shop.pay(page)).to_have_text("Pay €82.90")
    shop.fill_address(page)
    shop.fill_card(page)
    shop.pay(page).click()
    shop.expect_thanks(page)
    expect(page.get_by_text("Welcome (MARKET5)")).to_be_visible()
    assert [charge["amount"] for charge in bank.charges(stack)] == [8290]
    assert Order.objects.get().discount_total == 500


def test_a_code_on_the_checkout_page(visit, stack, market: Market):
    open_offer()
    page = visit(**DESKTOP)
    page.goto("/")
    add_button(page, market.lamp).click()
    expect_badge(page, 1)
    page.goto("/checkout/eur/")
    use(page, "MARKET5")
    expect(shop.pay(page)).to_have_text("Pay €82.90")
    shop.fill_address(page)
    shop.fill_card(page)
    shop.pay(page).click()
    shop.expect_thanks(page)
    assert [charge["amount"] for charge in bank.charges(stack)] == [8290]


def test_enter_uses_the_code_and_pays_nothing(visit, stack, market: Market):
    open_offer()
    page = visit()
    page.goto("/")
    shop.open_sheet(page, market.lamp)
    page.get_by_text("Have a code?").click()
    page.locator("#buy_code").fill("MARKET5")
    page.locator("#buy_code").press("Enter")
    expect(page.locator("#buy-code-says")).to_have_text("MARKET5 is applied.")
    expect(shop.pay(page)).to_have_text("Pay €82.90")
    expect(page.locator("#buy_code")).to_be_focused()
    expect(shop.note(page)).to_have_count(0)
    # Nothing was sent off: the fields that Pay would ask for are not marked.
    expect(page.locator("#buy-form [aria-invalid=true]")).to_have_count(0)
    assert not Order.objects.exists()


def test_enter_without_scripts_shows_the_total_anew(chromium, stack, market: Market):
    open_offer()
    context = chromium.new_context(base_url=stack.url, java_script_enabled=False, locale="en-GB")
    page = context.new_page()
    page.goto(f"/buy/{market.lamp.public_id}/")
    page.get_by_text("Have a code?").click()
    page.locator("#buy_code").fill("MARKET5")
    page.locator("#buy_code").press("Enter")
    expect(page.locator("#buy-code-says")).to_have_text("MARKET5 is applied.")
    context.close()


def test_without_scripts_a_code_is_counted(chromium, stack, market: Market):
    open_offer()
    context = chromium.new_context(base_url=stack.url, java_script_enabled=False, locale="en-GB")
    page = context.new_page()
    page.goto(f"/buy/{market.lamp.public_id}/")
    page.get_by_text("Have a code?").click()
    page.locator("#buy_code").fill("MARKET5")
    page.get_by_role("button", name="Use code").click()
    expect(page.locator("#buy-code-says")).to_have_text("MARKET5 is applied.")
    expect(shop.pay(page)).to_have_text("Pay €82.90")
    expect(page.locator("#buy_code")).to_have_value("MARKET5")
    context.close()
