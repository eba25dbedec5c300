"""The shop changes while a sheet is open: nothing is charged that was not shown."""

from __future__ import annotations

from playwright.sync_api import expect

from catalogue import prices, products
from checkout.models import Order
from shopping.money import Money
from tests.journeys import bank, shop
from tests.journeys.cast import set_stock


def test_a_raised_price_needs_a_second_press(visit, stack, market):
    page = visit()
    page.goto("/")
    shop.open_sheet(page, market.lamp)
    shop.fill_address(page)
    shop.fill_card(page)
    prices.change_price(market.lamp.variants.get(), price=Money(8900, "EUR"), actor=None)
    shop.pay(page).click()
    expect(shop.note(page)).to_have_text(
        "The price went from €84.00 to €89.00 while you were here. The total is up to date."
    )
    expect(page.locator("#buy-foot .total dd")).to_have_text("€92.90")
    assert bank.charges(stack) == []
    assert not Order.objects.exists()
    expect(shop.pay(page)).to_have_text("Pay €92.90")
    shop.pay(page).click()
    shop.expect_thanks(page)
    assert [charge["amount"] for charge in bank.charges(stack)] == [9290]


def test_the_last_one_in_two_browsers(visit, stack, market):
    set_stock(market.lamp.variants.get(), pieces=1)
    first, second = visit(), visit()
    for page in (first, second):
        page.goto("/")
        shop.open_sheet(page, market.lamp)
        shop.fill_address(page)
        shop.fill_card(page)
        expect(page.get_by_text("Only 1 left").first).to_be_attached()
    shop.pay(first).click()
    shop.pay(second).click()
    for page in (first, second):  # Whichever comes to the shop first has it.
        expect(shop.thanks(page).or_(shop.note(page))).to_be_visible(timeout=20_000)
    (late,) = (page for page in (first, second) if not shop.thanks(page).count())
    expect(shop.note(late)).to_have_text("This has just sold out. Nothing was charged.")
    expect(shop.pay(late)).to_have_attribute("aria-disabled", "true")
    assert Order.objects.count() == 1
    assert len(bank.charges(stack)) == 1


def test_a_size_that_just_sold_out_names_the_others(visit, stack, market):
    page = visit()
    page.goto("/")
    shop.open_sheet(page, market.flipflops)
    page.get_by_role("radio", name="42").check()
    expect(shop.pay(page)).to_have_text("Pay €37.90")
    shop.fill_address(page)
    shop.fill_card(page)
    for size in ("39", "41", "42"):
        set_stock(market.variant("Coral", size), pieces=0)
    shop.pay(page).click()
    expect(shop.note(page)).to_have_text("Size 42 has just sold out. 43 and 44 are left.")
    expect(page.get_by_role("radio", name="42 sold out")).to_be_disabled()
    expect(shop.pay(page)).to_have_text("Choose a size")
    page.get_by_role("radio", name="43").check()
    expect(shop.pay(page)).to_have_text("Pay €37.90")
    shop.pay(page).click()
    shop.expect_thanks(page)
    assert Order.objects.get().lines.get().option_values == ["Coral", "43"]


def test_a_country_without_delivery_says_so(visit, market):
    market.shop.shipping_rates.update(countries=["DE"])
    page = visit()
    page.goto("/")
    page.goto(f"/?buy={market.lamp.public_id}")
    expect(shop.note(page)).to_have_text("Plage & Fils does not deliver to this country.")
    expect(shop.pay(page)).to_have_attribute("aria-disabled", "true")
    page.locator("#buy_country").select_option("DE")
    expect(shop.pay(page)).to_have_text("Pay €87.90")


def test_a_product_that_is_gone_says_so_in_the_sheet(visit, market):
    page = visit()
    page.goto("/")
    products.archive(market.lamp, actor=None)
    shop.buy_button(page, market.lamp).click()
    expect(page.get_by_role("dialog")).to_contain_text("Phare lamp is no longer sold.")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_offline_says_so_and_comes_back(visit, market):
    page = visit()
    page.goto("/")
    shop.open_sheet(page, market.lamp)
    page.wait_for_load_state("networkidle")  # The frame's own requests are the provider's matter.
    page.context.set_offline(True)
    expect(shop.note(page)).to_contain_text("You are offline.")
    expect(shop.pay(page)).to_have_attribute("aria-disabled", "true")
    page.context.set_offline(False)
    expect(shop.note(page)).to_have_count(0)
    expect(shop.pay(page)).not_to_have_attribute("aria-disabled", "true")


def test_a_postcode_of_the_country_before_is_said_to_be_wrong_at_once(visit, market):
    page = visit()
    page.goto("/")
    shop.open_sheet(page, market.lamp)
    expect(shop.card_frame(page).locator("#Field-numberInput")).to_be_visible()
    page.locator("#buy_country").select_option("US")
    expect(page.get_by_label("ZIP code")).to_be_visible()
    page.locator("#buy_line1").fill("3 quai Lamartine")
    page.locator("#buy_postal_code").fill("94103-1234")
    page.locator("#buy_country").select_option("FR")
    error = page.locator("#buy_postal_code_error")
    expect(error).to_have_text("Five digits, for example 35000")
    expect(page.locator("#buy_postal_code")).to_have_value("94103-1234")
    expect(page.locator("#buy_postal_code")).to_have_attribute("aria-invalid", "true")
    expect(page.locator("#buy_line1")).to_have_value("3 quai Lamartine")
    expect(page.locator("#buy_name_error")).to_be_hidden()
    page.locator("#buy_postal_code").fill("71000")
    expect(error).to_be_hidden()
