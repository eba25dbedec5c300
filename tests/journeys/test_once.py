"""However often Pay is pressed, reloaded or left: one order, one charge."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.journeys import bank, shop
from tests.journeys.bank import expect_one_order_one_charge
from tests.journeys.shop import ready_to_pay


def press_and_let_the_bank_be_slow(page, stack, *, seconds):
    """Until the press has left; the answer comes `seconds` after Stripe has charged."""
    bank.misbehave(stack, kind="delay_after", operation="payment_intents.create", seconds=seconds)
    with page.expect_request("**/place/"):
        shop.pay(page).click()


def test_double_click(visit, stack, market):
    page = visit()
    ready_to_pay(page, market.lamp)
    shop.pay(page).dblclick()
    shop.expect_thanks(page)
    expect_one_order_one_charge(stack)


def test_the_same_form_sent_twice_at_once(visit, stack, market):
    """Past the button's lock: the browser itself repeats the request."""
    page = visit()
    ready_to_pay(page, market.lamp)
    page.evaluate(
        """() => {
            const send = window.fetch;
            window.fetch = (url, options) => {
                if (String(url).includes("/place/")) send(url, options).catch(() => {});
                return send(url, options);
            };
        }"""
    )
    shop.pay(page).click()
    shop.expect_thanks(page)
    expect_one_order_one_charge(stack)


def test_reload_during_the_payment(visit, stack, market):
    page = visit()
    ready_to_pay(page, market.lamp)
    press_and_let_the_bank_be_slow(page, stack, seconds=3)
    expect(shop.pay(page)).to_contain_text("Paying €87.90…")
    page.reload()
    shop.expect_thanks(page)
    expect_one_order_one_charge(stack)


def test_reload_before_the_press_has_arrived(visit, stack, market):
    """The page asks at once, and the shop knows nothing yet: that is not the last word."""
    page = visit()
    ready_to_pay(page, market.lamp)
    press_and_let_the_bank_be_slow(page, stack, seconds=3)
    page.route("**/payments/outcome/*", lambda route: route.fulfill(json={"kind": "none"}), times=1)
    page.reload()
    expect(shop.note(page)).to_contain_text("Your payment is under way")
    shop.expect_thanks(page)
    expect_one_order_one_charge(stack)


def test_who_has_waited_for_long_has_the_bank_asked(visit, stack, market):
    page = visit()
    page.clock.install()
    ready_to_pay(page, market.lamp)
    page.route("**/place/", lambda route: (route.fetch(), route.abort()))
    page.route("**/payments/outcome/*", lambda route: route.fulfill(json={"kind": "pending"}))
    shop.pay(page).click()
    expect(shop.note(page)).to_contain_text("We are checking what became of your payment")
    with page.expect_request("**/payments/settle/") as asked:
        page.clock.fast_forward(31_000)
    assert 'name="waited"' in (asked.value.post_data or "")
    shop.expect_thanks(page)
    expect_one_order_one_charge(stack)


def test_back_during_the_payment(visit, stack, market):
    page = visit()
    ready_to_pay(page, market.lamp)
    press_and_let_the_bank_be_slow(page, stack, seconds=3)
    expect(shop.pay(page)).to_contain_text("Paying €87.90…")
    page.go_back()
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.locator("#toasts").get_by_role("link", name="follow it")).to_be_visible()
    expect_one_order_one_charge(stack)


def test_back_and_buy_again_during_the_payment_shows_that_payment(visit, stack, market):
    page = visit()
    ready_to_pay(page, market.lamp)
    press_and_let_the_bank_be_slow(page, stack, seconds=4)
    expect(shop.pay(page)).to_contain_text("Paying €87.90…")
    page.go_back()
    shop.open_sheet(page, market.lamp)
    shop.expect_thanks(page)
    expect_one_order_one_charge(stack)


def test_an_answer_that_is_lost_is_asked_for_again(visit, stack, market):
    page = visit()
    ready_to_pay(page, market.lamp)
    page.route("**/place/", lambda route: (route.fetch(), route.abort()))
    shop.pay(page).click()
    shop.expect_thanks(page)
    expect_one_order_one_charge(stack)


def test_back_after_paying_leads_to_no_form(visit, stack, market):
    page = visit()
    ready_to_pay(page, market.lamp)
    shop.pay(page).click()
    shop.expect_thanks(page)
    page.go_back()
    expect(page.locator("#buy-form")).to_have_count(0)
    page.go_forward()
    expect(page.get_by_role("heading", name=re.compile("Order É-"))).to_be_visible()
    expect(page.locator("#buy-form")).to_have_count(0)
    expect_one_order_one_charge(stack)
