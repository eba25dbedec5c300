"""Somebody who bought before pays in two taps, and the feed has not moved."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from accounts.models import Address
from checkout.models import SavedCard
from tests.journeys import bank, shop


@pytest.fixture
def page(signed_in, market):
    """Maï after a first purchase of coral flip-flops in 42, which kept her card."""
    page = signed_in()
    shop.open_sheet(page, market.flipflops)
    page.get_by_role("radio", name="42").check()
    page.get_by_label("Keep my card and address").check()
    shop.fill_card(page)
    expect(shop.pay(page)).to_have_text("Pay €37.90")
    shop.pay(page).click()
    shop.expect_thanks(page, "Maï")
    expect_saved_card()
    page.goto("/")
    return page


def expect_saved_card():
    assert SavedCard.objects.get().last4 == "4242"
    assert Address.objects.count() == 1


def test_two_taps_and_the_same_pixel(page, stack, market):
    button = shop.buy_button(page, market.flipflops)
    button.evaluate("button => scrollBy(0, button.getBoundingClientRect().top - 500)")
    before = shop.scroll_of(page)
    button.tap()
    expect(page.get_by_text("42, as in your last order")).to_be_visible()
    shop.pay(page).tap()
    shop.expect_thanks(page, "Maï")
    expect(page.get_by_text("Visa ending 4242")).to_be_visible()
    page.get_by_role("link", name="Back to where I was").click()
    expect(button).to_be_focused()
    assert shop.scroll_of(page) == before
    assert page.url == f"{stack.url}/"
    assert [order.total for order in shop.paid_orders()] == [3790, 3790]
    assert len(bank.charges(stack)) == 2


def test_another_address_and_another_card_instead(page, stack, market):
    shop.open_sheet(page, market.lamp)
    page.locator("#buy-addresses summary").click()
    page.get_by_role("radio", name="Another address").check()
    for name in ("name", "line1", "postal_code", "city"):
        page.locator(f"#buy_{name}").fill(shop.HOME[name])
    page.locator("#buy-cards summary").click()
    page.get_by_role("radio", name="Another card").check()
    shop.fill_card(page, shop.SECOND_GOOD)
    shop.pay(page).click()
    shop.expect_thanks(page)
    order = shop.paid_orders()[-1]
    assert (order.city, order.payments.get().card_last4) == ("Mâcon", "4444")
    # Nothing was ticked, so nothing more is kept.
    expect_saved_card()
