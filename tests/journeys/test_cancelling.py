"""A guest thinks better of it: cancels before the parcel leaves, and has it in black and white."""

from __future__ import annotations

from io import BytesIO

from playwright.sync_api import Page, expect
from pypdf import PdfReader

from checkout.models import Order, Payment, Refund
from stack.waiting import wait_until
from tests.journeys import bank, shop


def buy(page: Page, market) -> None:
    page.goto("/")
    shop.open_sheet(page, market.lamp)
    shop.fill_address(page)
    shop.fill_card(page)
    shop.pay(page).click()
    shop.expect_thanks(page)


def test_a_guest_cancels_before_it_is_sent_and_keeps_the_receipt(visit, stack, market):
    page = visit()
    buy(page, market)
    order = Order.objects.get()
    wait_until(order.fulfilment_orders.exists, seconds=30, otherwise="it did not reach its shop")
    page.reload()
    page.get_by_role("link", name="Cancel the order").click()
    expect(page.get_by_role("heading", name=f"Cancel order {order.reference}?")).to_be_visible()
    page.get_by_role("button", name="Cancel the order").click()
    expect(page.get_by_role("heading", name="This order was cancelled")).to_be_visible()
    expect(page.get_by_text("Cancelled. €87.90 goes back to your card.")).to_be_visible()
    wait_until(
        lambda: Refund.objects.filter(status="succeeded").exists(),
        seconds=30,
        otherwise="the money did not go back",
    )
    assert [charge["amount_refunded"] for charge in bank.charges(stack)] == [8790]
    page.reload()
    page.get_by_text("History").click()
    expect(page.get_by_text("Refund of €87.90 given to your bank")).to_be_visible()
    link = page.get_by_role("link", name="Receipt (PDF)")
    answer = page.request.get(link.get_attribute("href") or "")
    [paper] = PdfReader(BytesIO(answer.body())).pages
    assert f"Receipt, order {order.reference}" in paper.extract_text()


def test_the_goods_are_counted_down_while_the_bank_asks(visit, stack, market):
    page = visit()
    page.goto("/")
    shop.open_sheet(page, market.lamp)
    shop.fill_address(page)
    shop.fill_card(page, shop.DECLINED)
    shop.pay(page).click()
    timer = shop.note(page).get_by_role("timer")
    expect(timer).to_be_visible(timeout=20_000)
    first = timer.inner_text()
    expect(timer).not_to_have_text(first)
    minutes, seconds = map(int, timer.inner_text().split(":"))
    payment = Payment.objects.get()
    assert 0 < minutes * 60 + seconds < 3600
    assert payment.status == Payment.Status.DECLINED
