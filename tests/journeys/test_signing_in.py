"""Somebody signs in or out in another tab while a payment's answer is lost: nobody buys twice."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.journeys import bank, shop
from tests.journeys.bank import expect_one_order_one_charge
from tests.journeys.cast import PASSWORD
from tests.journeys.shop import ready_to_pay


def lose_the_answer(page, meanwhile):
    """The press reaches the shop; its answer does not come back, and `meanwhile` happens."""
    page.route("**/place/", lambda route: (route.fetch(), meanwhile(), route.abort()))


def sign_in(page, user):
    """As in another tab of the same browser."""
    request = page.context.request
    form = request.get("/accounts/login/").text()
    token = re.findall(r'name="csrfmiddlewaretoken" value="(\w+)"', form)[0]
    words = {"login": user.email, "password": PASSWORD, "csrfmiddlewaretoken": token}
    request.post("/accounts/login/", form=words)
    assert "sessionid" in {cookie["name"] for cookie in page.context.cookies()}


def test_a_guest_who_signed_in_meanwhile_sees_what_they_paid(visit, stack, market, mai):
    page = visit()
    ready_to_pay(page, market.lamp)
    lose_the_answer(page, lambda: sign_in(page, mai))
    shop.pay(page).click()
    shop.expect_thanks(page)
    expect_one_order_one_charge(stack)


def test_whoever_signed_out_meanwhile_is_asked_to_sign_in_and_then_sees_it(
    signed_in, stack, market, mai
):
    page = signed_in()
    shop.open_sheet(page, market.lamp)
    shop.fill_card(page)
    lose_the_answer(page, lambda: page.context.clear_cookies(name="sessionid"))
    shop.pay(page).click()
    note = shop.note(page)
    expect(note).to_contain_text("Please do not pay again", timeout=20_000)
    assert len(bank.charges(stack)) == 1
    note.get_by_role("link", name="sign in as before").click()
    page.locator("[name=login]").fill(mai.email)
    page.locator("[name=password]").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    shop.expect_thanks(page, "Maï")
    expect_one_order_one_charge(stack)
