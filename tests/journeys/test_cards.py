"""A card that was kept is deleted by its owner; the next purchase asks for a card again."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from checkout.models import SavedCard
from tests.journeys import shop
from tests.journeys.barriers import expect_no_sideways_scroll, expect_no_violation
from tests.journeys.conftest import DESKTOP, PHONE


def keep_card(page, product):
    """A purchase with a card that is kept."""
    shop.open_sheet(page, product)
    page.get_by_label("Keep my card and address").check()
    shop.fill_card(page)
    shop.pay(page).click()
    shop.expect_thanks(page, "Maï")
    assert SavedCard.objects.get().last4 == "4242"


def open_cards(page):
    page.goto("/account/")
    page.get_by_role("link", name="Saved cards").click()
    expect(page.get_by_role("heading", name="Saved cards")).to_be_visible()
    expect(page.get_by_text("Visa ending 4242").first).to_be_visible()


def test_kept_deleted_and_asked_for_again(signed_in, market):
    page = signed_in()
    keep_card(page, market.lamp)
    page.goto("/")
    shop.open_sheet(page, market.lamp)
    expect(page.locator("#buy-cards summary")).to_contain_text("Visa ending 4242")
    expect(page.locator("#buy-payment")).to_be_hidden()
    open_cards(page)
    page.locator(".lines summary").click()
    page.get_by_role("button", name="Delete this card").click()
    expect(page.get_by_text("The card is deleted.")).to_be_visible()
    expect(page.get_by_text("No saved cards")).to_be_visible()
    assert not SavedCard.objects.exists()
    page.goto("/")
    shop.open_sheet(page, market.lamp)
    expect(page.locator("#buy-cards")).to_have_count(0)
    expect(shop.card_frame(page).locator("#Field-numberInput")).to_be_visible()


def test_an_expired_card_is_shown_as_such_and_another_one_asked_for(signed_in, market):
    page = signed_in()
    keep_card(page, market.lamp)
    SavedCard.objects.update(exp_month=1, exp_year=2020)
    page.goto("/")
    shop.open_sheet(page, market.lamp)
    expect(page.locator("#buy-cards summary")).to_contain_text("Visa ending 4242 has expired")
    shop.fill_card(page, shop.SECOND_GOOD)
    shop.pay(page).click()
    shop.expect_thanks(page, "Maï")
    assert shop.paid_orders()[-1].payments.get().card_last4 == "4444"


def test_without_scripts_a_card_is_deleted(signed_in, visit, market):
    page = signed_in()
    keep_card(page, market.lamp)
    plain = visit(java_script_enabled=False, **PHONE)
    plain.context.add_cookies(page.context.cookies())
    open_cards(plain)
    expect(plain.get_by_role("button", name="Delete this card")).to_be_hidden()
    plain.locator(".lines summary").click()
    plain.get_by_role("button", name="Delete this card").click()
    expect(plain.get_by_text("No saved cards")).to_be_visible()
    assert not SavedCard.objects.exists()


@pytest.mark.parametrize(("scheme", "device"), [("light", PHONE), ("dark", DESKTOP)])
def test_the_page_is_for_everyone(signed_in, market, scheme, device):
    page = signed_in(color_scheme=scheme, **device)
    keep_card(page, market.lamp)
    open_cards(page)
    page.locator(".lines summary").click()
    expect_no_violation(page)
    page.set_viewport_size({"width": 320, "height": 568})
    expect_no_sideways_scroll(page)
