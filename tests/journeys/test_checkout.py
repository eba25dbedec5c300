"""Several shops on one page: a guest with a card that says no, and Maï in two taps."""

from __future__ import annotations

from playwright.sync_api import expect

from catalogue.models import Variant
from checkout import carts
from checkout.cart_owners import Owner
from checkout.models import CartLine, Order
from tests.journeys import bank, shop
from tests.journeys.cart import add_button, add_from_page, expect_badge, second_shop
from tests.journeys.cast import Market
from tests.journeys.conftest import DESKTOP, PHONE, follow


def test_a_guest_pays_two_shops_after_a_declined_card(visit, stack, market: Market):
    bookcase = second_shop()
    page = visit(**DESKTOP)
    page.goto("/")
    add_button(page, market.lamp).click()
    expect_badge(page, 1)
    add_from_page(page, bookcase)
    expect_badge(page, 2)
    page.goto("/cart/")
    follow(page, page.get_by_role("link", name="Check out"))
    expect(page.get_by_role("heading", name="Check out")).to_be_visible()
    shop.fill_address(page)
    shop.fill_card(page, shop.DECLINED)
    expect(shop.pay(page)).to_have_text("Pay €221.90")
    shop.pay(page).click()
    expect(shop.note(page)).to_contain_text("Nothing was charged")
    assert bank.charges(stack) == []
    shop.note(page).get_by_role("button", name="Use another card").click()
    shop.fill_card(page, shop.GOOD)
    shop.pay(page).dblclick()
    shop.expect_thanks(page)
    expect(page.get_by_text("Plage & Fils is packing your order.")).to_be_visible()
    expect(page.get_by_text("Rayon is packing your order.")).to_be_visible()
    expect_badge(page, 0)
    assert Order.objects.get().status == Order.Status.PAID
    assert not CartLine.objects.exists()
    [charge] = bank.charges(stack)
    assert charge["amount"] == 22190
    page.goto("/cart/")
    expect(page.get_by_text("Your cart is empty. Tap")).to_be_visible()


def test_mai_pays_with_what_is_saved(signed_in, stack, market: Market, mai):
    page = signed_in(**PHONE)
    shop.open_sheet(page, market.lamp)
    shop.fill_card(page)
    page.get_by_text("Keep my card and address").click()
    shop.pay(page).click()
    shop.expect_thanks(page, "Maï")
    for variant in (market.lamp.variants.get(), second_shop()):
        carts.add(Owner(mai.pk), variant.public_id)
    page.goto("/cart/")
    follow(page, page.get_by_role("link", name="Check out"))
    expect(page.get_by_text("Visa ending 4242").first).to_be_visible()
    shop.pay(page).click()
    shop.expect_thanks(page, "Maï")
    expect_badge(page, 0)
    assert [order.status for order in Order.objects.all()] == [Order.Status.PAID] * 2
    assert not CartLine.objects.exists()


def test_a_price_that_changed_asks_for_another_press(visit, stack, market: Market):
    bookcase = second_shop()
    page = visit(**PHONE)
    page.goto("/")
    add_button(page, market.lamp).click()
    expect_badge(page, 1)
    add_from_page(page, bookcase)
    expect_badge(page, 2)
    page.goto("/checkout/eur/")
    shop.fill_address(page)
    shop.fill_card(page)
    Variant.objects.filter(pk=bookcase.pk).update(price=13000)
    shop.pay(page).click()
    expect(shop.note(page)).to_contain_text("The total went from €221.90 to €222.90")
    assert bank.charges(stack) == []
    expect(page.locator("#buy_line1")).to_have_value("3 quai Lamartine")
    shop.pay(page).click()
    shop.expect_thanks(page)
    assert Order.objects.get().total == 22290


def test_no_sideways_scroll_on_the_smallest_phone(visit, market: Market):
    bookcase = second_shop()
    page = visit(viewport={"width": 320, "height": 568})
    page.goto("/")
    add_button(page, market.lamp).click()
    expect_badge(page, 1)
    add_from_page(page, bookcase)
    expect_badge(page, 2)
    page.goto("/checkout/eur/")
    expect(shop.pay(page)).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
