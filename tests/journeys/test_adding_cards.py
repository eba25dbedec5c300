"""A card is added on the account's page; two taps pay with whichever is first, or the one chosen."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from checkout.models import Order, SavedCard
from stack.waiting import wait_until
from tests.journeys import bank, shop
from tests.journeys.barriers import expect_no_sideways_scroll, expect_no_violation
from tests.journeys.conftest import DESKTOP, PHONE

ASKS_ONCE = "4000002500003155"


def open_form(page):
    page.goto("/account/cards/")
    page.locator("#add-card summary").click()
    frame = page.frame_locator("#add-card iframe")
    expect(frame.locator("#Field-numberInput")).to_be_focused()
    return frame


def fill(page, number=shop.GOOD):
    frame = open_form(page)
    frame.locator("#Field-numberInput").fill(number)
    frame.locator("#Field-expiryInput").fill("12 / 34")
    frame.locator("#Field-cvcInput").fill("123")
    frame.locator("#Field-countryInput").select_option("FR")


def save(page):
    page.get_by_role("button", name="Save this card").click()


def add(page, number=shop.GOOD):
    fill(page, number)
    save(page)
    expect(page.get_by_text("The card is saved, and shown first.")).to_be_visible()


def last4s():
    return list(SavedCard.objects.order_by("-is_default", "-id").values_list("last4", flat=True))


def test_an_added_card_pays_in_two_taps(signed_in, stack, market):
    page = signed_in()
    add(page)
    expect(page.get_by_text("Visa ending 4242").first).to_be_visible()
    assert bank.charges(stack) == []
    page.goto("/")
    shop.buy_button(page, market.lamp).tap()
    shop.pay(page).tap()
    shop.expect_thanks(page, "Maï")
    assert shop.paid_orders()[0].payments.get().card_last4 == "4242"


def test_two_taps_follow_the_default_and_a_choice_stays_chosen(signed_in, stack, market):
    page = signed_in()
    add(page)
    add(page, shop.SECOND_GOOD)
    assert last4s() == ["4444", "4242"]
    page.locator("details.change", has_text="Visa ending 4242").locator("summary").click()
    page.get_by_role("button", name="Show first").click()
    expect(page.locator("details.change").first).to_contain_text("Visa ending 4242")
    page.goto("/")
    shop.buy_button(page, market.lamp).tap()
    shop.pay(page).tap()
    shop.expect_thanks(page, "Maï")
    page.goto("/")
    shop.open_sheet(page, market.lamp)
    page.locator("#buy-cards summary").click()
    page.get_by_role("radio", name="Mastercard ending 4444").check()
    # A change of something else leaves the choice alone.
    page.get_by_role("button", name="Add one").click()
    expect(shop.pay(page)).to_have_text("Pay €171.90")
    expect(page.locator("#buy-cards summary")).to_contain_text("Mastercard ending 4444")
    shop.pay(page).click()
    shop.expect_thanks(page, "Maï")
    paid = [order.payments.get().card_last4 for order in shop.paid_orders()]
    assert paid == ["4242", "4444"]
    assert last4s() == ["4242", "4444"]


@pytest.mark.parametrize("approve", [True, False])
def test_the_bank_asks(signed_in, market, approve):
    page = signed_in()
    fill(page, ASKS_ONCE)
    save(page)
    shop.answer_bank(page, approve=approve)
    if approve:
        expect(page.get_by_text("The card is saved, and shown first.")).to_be_visible()
    else:
        expect(page.locator("#add-card .err")).to_be_visible()
    assert last4s() == (["3155"] if approve else [])


def test_a_refused_card_is_said_and_another_one_is_saved(signed_in, market):
    page = signed_in()
    fill(page, shop.DECLINED)
    save(page)
    expect(page.locator("#add-card .err")).to_contain_text("declined")
    assert last4s() == []
    frame = page.frame_locator("#add-card iframe")
    frame.locator("#Field-numberInput").fill(shop.GOOD)
    save(page)
    expect(page.get_by_text("The card is saved, and shown first.")).to_be_visible()
    assert last4s() == ["4242"]


def test_a_browser_that_is_closed_after_the_bank_said_yes_loses_nothing(signed_in, market):
    page = signed_in()
    page.route("**/account/cards/added/", lambda route: route.abort())
    fill(page)
    save(page)
    # The browser answers to nothing but its own calls.
    wait_until(
        lambda: page.wait_for_timeout(200) is None and last4s() == ["4242"],
        seconds=30,
        otherwise="Stripe's event did not bring the card",
    )
    assert not Order.objects.exists()


def test_without_scripts_the_page_says_what_needs_one(signed_in, visit, market):
    page = signed_in()
    plain = visit(java_script_enabled=False, **PHONE)
    plain.context.add_cookies(page.context.cookies())
    plain.goto("/account/cards/")
    expect(plain.get_by_text("Adding a card needs JavaScript")).to_be_visible()
    expect(plain.locator("#add-card")).to_be_hidden()


@pytest.mark.parametrize(("scheme", "device"), [("light", PHONE), ("dark", DESKTOP)])
def test_the_page_is_for_everyone(signed_in, market, scheme, device):
    page = signed_in(color_scheme=scheme, **device)
    open_form(page)
    expect_no_violation(page)
    page.set_viewport_size({"width": 320, "height": 568})
    expect_no_sideways_scroll(page)
