"""From a delivered order to its refund: the shopper asks with a photo, the shop takes it back and pays."""

from __future__ import annotations

from playwright.sync_api import expect

from catalogue.models import Merchant
from checkout.models import Order, Refund
from fulfilment import fulfilment_orders
from fulfilment.models import FulfilmentOrder, Return
from stack.waiting import wait_until
from tests.admin.filled import picture
from tests.journeys import bank, shop
from tests.journeys.conftest import follow
from tests.journeys.merchant import merchants_page
from tests.journeys.shop import ready_to_pay


def test_return_to_refund(visit, stack, market):
    Merchant.objects.filter(pk=market.shop.pk).update(address="3 quai des Bulles")
    shopper = visit()
    ready_to_pay(shopper, market.lamp)
    shop.pay(shopper).click()
    shop.expect_thanks(shopper)
    wait_until(FulfilmentOrder.objects.exists, seconds=30, otherwise="the order did not open")
    part = FulfilmentOrder.objects.get()
    fulfilment_orders.ship(part, carrier="Colissimo", tracking_number="6A1849", actor=None)
    fulfilment_orders.deliver(part, actor=None)

    shopper.reload()
    follow(shopper, shopper.get_by_role("link", name="Return something"))
    follow(shopper, shopper.get_by_role("button", name="See what comes back"))
    expect(shopper.get_by_role("alert")).to_contain_text("at least one piece")
    shopper.get_by_label("Pieces to send back").fill("1")
    shopper.get_by_label("Why?").select_option("It came damaged")
    shopper.get_by_label("Anything the shop should know").fill("The shade is cracked")
    follow(shopper, shopper.get_by_role("button", name="See what comes back"))
    total = Order.objects.get().total
    expect(shopper.locator("#return-amount")).to_have_text(f"€{total / 100:.2f}")
    photo = picture("JPEG", (600, 400))
    chosen = {"name": "shade.jpg", "mimeType": "image/jpeg", "buffer": photo.read()}
    shopper.get_by_label("Photos").set_input_files([chosen])
    follow(shopper, shopper.get_by_role("button", name="Ask for the return"))
    expect(shopper.get_by_role("heading", level=1)).to_have_text("Your return: asked for")
    seen = shopper.get_by_role("img", name="Photo 1")
    assert seen.evaluate("image => image.complete && image.naturalWidth") == 600

    merchant = merchants_page(visit, market)
    merchant.goto("/admin/fulfilment/return/")
    merchant.locator("#result_list").get_by_role("link", name=part.order.reference).click()
    expect(merchant.get_by_role("img", name="Photo 1")).to_be_visible()
    merchant.get_by_label("Your words to the shopper").fill("We are sorry.")
    merchant.get_by_role("button", name="Approve").click()
    expect(merchant.get_by_role("button", name="Received")).to_be_visible()

    shopper.reload()
    expect(shopper.locator("#return-label")).to_contain_text("3 quai des Bulles")
    expect(shopper.get_by_text("We are sorry.")).to_be_visible()

    merchant.get_by_label("Condition of Phare lamp").select_option("broken")
    merchant.get_by_role("button", name="Received").click()
    merchant.locator("a[href$='/refund/']").first.click()
    merchant.get_by_role("button", name="Preview").click()
    amount = merchant.locator("#refund-amount")
    expect(amount).to_have_text(f"€{total / 100:.2f}")
    merchant.get_by_role("button", name="Refund €").click()
    expect(merchant.get_by_text("goes back to the shopper.")).to_be_visible()
    assert Return.objects.get().status == "refunded"

    refund = Refund.objects.get()
    wait_until(
        lambda: Refund.objects.filter(status="succeeded").exists(),
        seconds=30,
        otherwise="Stripe was not asked",
    )
    assert refund.amount == total
    assert [charge["amount_refunded"] for charge in bank.charges(stack)] == [total]
    shopper.reload()
    expect(shopper.get_by_role("heading", level=1)).to_have_text("Your return: refunded")
    expect(shopper.locator("#return-refund")).to_contain_text(f"€{total / 100:.2f}")
