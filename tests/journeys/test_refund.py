"""A merchant gives one of two pieces back, and the shopper sees it on the order's page."""

from __future__ import annotations

from playwright.sync_api import expect

from checkout.models import Order
from fulfilment.models import FulfilmentOrder
from tests.journeys import shop
from tests.journeys.merchant import merchants_page
from tests.journeys.shop import ready_to_pay


def test_one_of_two_pieces_comes_back(visit, market):
    shopper = visit()
    ready_to_pay(shopper, market.lamp)
    shopper.locator("details:has(#buy-more) > summary").click()
    shopper.locator("#buy-more").click()
    expect(shop.pay(shopper)).to_contain_text("€171.90")
    shop.pay(shopper).click()
    shop.expect_thanks(shopper)
    expect(shopper.locator("#order-refunds")).to_have_count(0)

    merchant = merchants_page(visit, market)
    [row] = FulfilmentOrder.objects.filter(order=Order.objects.get())
    merchant.goto(f"/admin/fulfilment/fulfilmentorder/{row.pk}/change/")
    merchant.locator("a[href$='/refund/']").first.click()
    merchant.get_by_label("Pieces to refund, of 2 for €168.00").fill("1")
    merchant.get_by_label("Reason").fill("arrived broken")
    merchant.get_by_role("button", name="Preview").click()
    expect(merchant.locator("#refund-amount")).to_have_text("€84.00")
    merchant.get_by_role("button", name="Refund €84.00").click()
    expect(merchant.get_by_text("€84.00 goes back to the shopper.")).to_be_visible()

    shopper.reload()
    given = shopper.locator("#order-refunds")
    expect(given).to_contain_text("1 × Phare lamp")
    expect(given).to_contain_text("€84.00")
