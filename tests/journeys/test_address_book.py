"""The address book: kept from the account's page, offered in the sheet, with and without scripts."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.journeys import shop
from tests.journeys.barriers import expect_no_sideways_scroll, expect_no_violation
from tests.journeys.conftest import DESKTOP, PHONE


def open_new(page):
    page.goto("/account/")
    page.get_by_role("link", name="Addresses").click()
    page.get_by_role("link", name="Add an address").click()
    expect(page.get_by_role("heading", name="Add an address")).to_be_visible()
    page.wait_for_load_state()  # A country that is chosen earlier is chosen before any script runs.


def fill_lyon(page):
    page.get_by_label("Country").select_option("FR")
    page.get_by_label("Address", exact=True).fill("2 quai Saint-Vincent")
    page.get_by_label("Postcode").fill("69001")
    page.get_by_label("City").fill("Lyon")


def test_an_added_address_that_is_put_first_is_the_next_parcels(signed_in, mai, market):
    page = signed_in()
    open_new(page)
    expect(page.get_by_label("State")).to_have_count(0)
    page.get_by_label("Country").select_option("US")
    expect(page.get_by_label("State")).to_be_visible()
    page.get_by_label("Address", exact=True).fill("1 Main Street")
    page.get_by_label("Country").select_option("GB")
    expect(page.get_by_label("State")).to_have_count(0)
    expect(page.get_by_label("Address", exact=True)).to_have_value("1 Main Street")
    page.get_by_label("Country").select_option("FR")
    expect(page.get_by_label("State")).to_have_count(0)
    fill_lyon(page)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("The address is saved.")).to_be_visible()
    page.locator("details.change", has_text="Lyon").locator("summary").click()
    page.get_by_role("button", name="Show first").click()
    expect(page.locator("details.change").first).to_contain_text("Lyon")
    page.goto("/")
    shop.open_sheet(page, market.lamp)
    expect(page.locator("#buy-addresses summary")).to_contain_text("2 quai Saint-Vincent")


@pytest.mark.parametrize("scripts", [True, False])
def test_with_and_without_scripts(signed_in, visit, mai, market, scripts):
    page = signed_in()
    plain = visit(java_script_enabled=scripts, **PHONE)
    plain.context.add_cookies(page.context.cookies())
    open_new(plain)
    fill_lyon(plain)
    plain.get_by_label("Postcode").fill("690")
    plain.get_by_role("button", name="Save").click()
    expect(plain.get_by_text("Five digits, for example 35000")).to_be_visible()
    expect(plain.get_by_label("City")).to_have_value("Lyon")
    plain.get_by_label("Postcode").fill("69001")
    plain.get_by_role("button", name="Save").click()
    expect(plain.get_by_text("The address is saved.")).to_be_visible()
    plain.locator("details.change", has_text="Rennes").locator("summary").click()
    plain.get_by_role("button", name="Delete this address").click()
    expect(plain.get_by_text("The address is deleted.")).to_be_visible()
    assert [(each.city, each.is_default) for each in mai.addresses.all()] == [("Lyon", True)]


@pytest.mark.parametrize(("scheme", "device"), [("light", PHONE), ("dark", DESKTOP)])
def test_the_pages_are_for_everyone(signed_in, market, scheme, device):
    page = signed_in(color_scheme=scheme, **device)
    page.goto("/account/addresses/")
    page.locator("details.change summary").click()
    expect_no_violation(page)
    page.goto("/account/addresses/new/")
    page.get_by_label("City").fill("")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_be_visible()
    expect_no_violation(page)
    page.set_viewport_size({"width": 320, "height": 568})
    expect_no_sideways_scroll(page)
