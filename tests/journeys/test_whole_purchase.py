"""A guest with a code buys from two shops, and gets a piece of one of them refunded."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from catalogue.models import Product
from checkout.models import Order
from fulfilment.models import FulfilmentOrder
from stack.waiting import wait_until
from tests.journeys import bank, shop
from tests.journeys.cart import add_button, add_from_page, expect_badge, second_shop
from tests.journeys.cast import Market
from tests.journeys.codes import open_offer, use
from tests.journeys.conftest import DESKTOP, follow
from tests.journeys.merchant import merchants_page


def check_out(page: Page, lamp: Product) -> None:
    bookcase = second_shop()
    page.goto("/")
    add_button(page, lamp).click()
    expect_badge(page, 1)
    add_from_page(page, bookcase)
    expect_badge(page, 2)
    page.goto("/cart/")
    expect(page.locator(".summary .total dd")).to_have_text("€221.90")
    follow(page, page.get_by_role("link", name="Check out"))


def give_back_the_lamp(merchant: Page, market: Market, *, amount: str) -> None:
    part = FulfilmentOrder.objects.get(order=Order.objects.get(), merchant=market.shop)
    merchant.goto(f"/admin/fulfilment/fulfilmentorder/{part.pk}/change/")
    merchant.locator("a[href$='/refund/']").first.click()
    merchant.get_by_label(f"Pieces to refund, of 1 for {amount}").fill("1")
    merchant.get_by_label("Reason").fill("arrived broken")
    merchant.get_by_role("button", name="Preview").click()
    merchant.get_by_role("button", name=f"Refund {amount}").click()
    expect(merchant.get_by_text(f"{amount} goes back to the shopper.")).to_be_visible()


def test_two_shops_an_offer_and_a_partial_refund(visit, stack, market: Market):
    open_offer()
    page = visit(**DESKTOP)
    check_out(page, market.lamp)
    use(page, "MARKET5")
    expect(shop.pay(page)).to_have_text("Pay €216.90")
    shop.fill_address(page)
    shop.fill_card(page)
    shop.pay(page).click()
    shop.expect_thanks(page)
    receipt = page.locator(".receipt")
    expect(receipt.locator(".total dd")).to_have_text("€216.90")
    for text in ("Phare lamp", "€84.00", "Bookcase", "€129.00", "€8.90", "Welcome (MARKET5)"):
        expect(receipt.get_by_text(text).first).to_be_visible()
    assert [charge["amount"] for charge in bank.charges(stack)] == [21690]

    # Of the five euros the lamp's share is €1.97: they were not paid, and do not come back.
    give_back_the_lamp(merchants_page(visit, market), market, amount="€82.03")
    page.reload()
    given = page.locator("#order-refunds")
    expect(given).to_contain_text("1 × Phare lamp")
    expect(given).to_contain_text("€82.03")
    wait_until(
        lambda: [charge["amount_refunded"] for charge in bank.charges(stack)] == [8203],
        seconds=30,
        otherwise="Stripe was not asked for the refund",
    )
