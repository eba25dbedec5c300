"""A wallet of the browser's pays: its address, its e-mail, and the figure that it showed."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from catalogue.models import ShippingRate
from checkout.models import Order, SavedCard
from tests.journeys import bank, shop
from tests.journeys.barriers import expect_no_sideways_scroll, expect_no_violation
from tests.journeys.conftest import DESKTOP, PHONE


@pytest.fixture
def dearer_abroad(market):
    """To Germany a parcel costs €9.00 in place of €3.90."""
    ShippingRate.objects.update(countries=["FR", "US"])
    ShippingRate.objects.create(
        merchant=market.shop, name="Abroad", countries=["DE"], price=900, min_days=3, max_days=5
    )


def wallet(page):
    return page.frame_locator("iframe[title='Secure express checkout frame']")


def open_wallet(page):
    button = wallet(page).get_by_role("button", name="Google Pay")
    expect(button).to_be_visible()
    button.click()
    expect(confirm(page)).to_be_enabled()


def confirm(page):
    return wallet(page).get_by_role("button", name="Pay from the wallet")


def expect_total(page, total):
    expect(wallet(page).locator("#total")).to_have_text(total)


def ship_to(page, town):
    option = wallet(page).locator("option", has_text=town).text_content()
    wallet(page).get_by_label("Ship to").select_option(option)


def test_a_guest_pays_with_nothing_typed(visit, stack, market, dearer_abroad):
    bank.offer_wallet(stack)
    page = visit()
    page.goto("/")
    shop.open_sheet(page, market.lamp)
    open_wallet(page)
    expect_total(page, "€87.90")
    ship_to(page, "Berlin")
    expect_total(page, "€93.00")
    confirm(page).click()
    shop.expect_thanks(page)
    [order] = shop.paid_orders()
    assert (order.total, order.country, order.city) == (9300, "DE", "Berlin")
    assert (order.name, order.line1) == ("Camille Roux", "Kastanienallee 12")
    assert order.email == "camille@wallet.example"
    assert [charge["amount"] for charge in bank.charges(stack)] == [9300]


def test_the_second_line_of_an_address_is_not_lost(visit, stack, market):
    bank.offer_wallet(stack)
    page = visit()
    page.goto("/")
    shop.open_sheet(page, market.lamp)
    open_wallet(page)
    confirm(page).click()
    shop.expect_thanks(page)
    [order] = shop.paid_orders()
    assert (order.line1, order.city) == ("3 quai Lamartine, Escalier B", "Mâcon")


def test_without_a_wallet_nothing_of_it_is_seen(visit, market):
    page = visit()
    page.goto("/")
    shop.open_sheet(page, market.lamp)
    expect(shop.card_frame(page).locator("#Field-numberInput")).to_be_visible()
    expect(page.get_by_text("or pay by card")).to_be_hidden()


def test_it_waits_for_a_size(visit, stack, market):
    bank.offer_wallet(stack)
    page = visit()
    page.goto("/")
    shop.open_sheet(page, market.flipflops)
    expect(shop.card_frame(page).locator("#Field-numberInput")).to_be_visible()
    expect(page.get_by_text("or pay by card")).to_be_hidden()
    page.locator("[name=option1][value='42']").check()
    open_wallet(page)
    expect_total(page, "€37.90")


def test_a_member_with_a_saved_address_pays_to_the_wallets(signed_in, stack, market):
    bank.offer_wallet(stack)
    page = signed_in()
    shop.open_sheet(page, market.lamp)
    open_wallet(page)
    confirm(page).click()
    shop.expect_thanks(page)
    [order] = shop.paid_orders()
    assert (order.city, order.email, order.user.handle) == ("Mâcon", "mai@lefort.example", "mai")
    assert not SavedCard.objects.exists()
    assert order.user.addresses.get().city == "Rennes"


def test_a_declined_wallet_charges_nothing_and_its_words_stay(visit, stack, market):
    bank.offer_wallet(stack, number=shop.DECLINED)
    page = visit()
    page.goto("/")
    shop.open_sheet(page, market.lamp)
    open_wallet(page)
    confirm(page).click()
    expect(shop.note(page)).to_contain_text("Nothing was charged")
    expect(page.locator("#buy_city")).to_have_value("Mâcon")
    expect(page.locator("#buy_email")).to_have_value("camille@wallet.example")
    assert bank.charges(stack) == []
    shop.fill_card(page)
    shop.pay(page).click()
    shop.expect_thanks(page)
    assert len(bank.charges(stack)) == Order.objects.count() == 1


def test_a_price_that_changed_meanwhile_is_never_charged(visit, stack, market):
    bank.offer_wallet(stack)
    page = visit()
    page.goto("/")
    shop.open_sheet(page, market.lamp)
    open_wallet(page)
    market.lamp.variants.update(price=8900)
    confirm(page).click()
    expect(shop.note(page)).to_contain_text("€89.00")
    expect(shop.pay(page)).to_contain_text("€92.90")
    assert not shop.paid_orders()
    assert bank.charges(stack) == []


def test_a_closed_wallet_leaves_the_form_as_it_was(visit, stack, market, dearer_abroad):
    bank.offer_wallet(stack)
    page = visit()
    page.goto("/")
    shop.open_sheet(page, market.lamp)
    shop.fill_address(page)
    open_wallet(page)
    ship_to(page, "Berlin")
    expect_total(page, "€93.00")
    wallet(page).get_by_role("button", name="Close the wallet").click()
    expect(shop.pay(page)).to_have_text("Pay €87.90")
    shop.fill_card(page)
    shop.pay(page).click()
    shop.expect_thanks(page)
    assert shop.paid_orders()[0].total == 8790


def test_the_cart_is_paid_with_it(visit, stack, market):
    bank.offer_wallet(stack)
    page = visit(**DESKTOP)
    variant = market.lamp.variants.get()
    page.goto(f"/products/{market.lamp.public_id}/{market.lamp.slug}/")
    page.request.post(
        f"/cart/add/{market.lamp.public_id}/?variant={variant.public_id}",
        headers={"Sec-Fetch-Site": "same-origin"},
    )
    page.goto("/checkout/eur/")
    open_wallet(page)
    expect_total(page, "€87.90")
    confirm(page).click()
    shop.expect_thanks(page)
    assert [(order.total, order.city) for order in shop.paid_orders()] == [(8790, "Mâcon")]


@pytest.mark.parametrize(("scheme", "device"), [("light", PHONE), ("dark", DESKTOP)])
def test_it_is_for_everyone(visit, stack, market, scheme, device):
    bank.offer_wallet(stack)
    page = visit(color_scheme=scheme, **device)
    page.goto("/")
    shop.buy_button(page, market.lamp).click()
    expect(wallet(page).get_by_role("button", name="Google Pay")).to_be_visible()
    expect_no_violation(page)
    wallet(page).get_by_role("button", name="Google Pay").press("Enter")
    expect(confirm(page)).to_be_enabled()
    page.set_viewport_size({"width": 320, "height": 568})
    expect_no_sideways_scroll(page)
