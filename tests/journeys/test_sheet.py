"""The sheet as a dialog: how it opens and closes, where the focus goes, the keyboard, the draft."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from checkout.models import Order
from tests.journeys import bank, shop
from tests.journeys.conftest import DESKTOP, tab_to

WAYS = {
    "escape": lambda page: page.keyboard.press("Escape"),
    "cross": lambda page: page.get_by_role("button", name="Close").click(),
    "scrim": lambda page: page.mouse.click(20, 20),
    "back": lambda page: page.go_back(),
}


@pytest.mark.parametrize("way", WAYS)
def test_each_way_out_returns_the_focus_and_forward_reopens(visit, market, way):
    page = visit(**DESKTOP)
    page.goto("/")
    shop.open_sheet(page, market.lamp)
    expect(page.get_by_role("heading", name="Buy now")).to_be_focused()
    assert page.url.endswith(f"?buy={market.lamp.public_id}")
    WAYS[way](page)
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(shop.buy_button(page, market.lamp)).to_be_focused()
    assert "buy=" not in page.url
    page.go_forward()
    expect(page.get_by_role("dialog", name="Buy now")).to_be_visible()
    assert page.url.endswith(f"?buy={market.lamp.public_id}")


def test_reload_shows_the_feed_with_the_sheet_and_what_was_typed(visit, market):
    page = visit()
    page.goto("/")
    shop.open_sheet(page, market.lamp)
    shop.fill_address(page)
    with page.expect_response(
        lambda answer: "3 quai Lamartine" in (answer.request.post_data or "")
    ):
        page.locator("#buy_phone").focus()
    page.reload()
    expect(page.get_by_role("dialog", name="Buy now")).to_be_visible()
    expect(page.locator("#buy_line1")).to_have_value("3 quai Lamartine")
    expect(page.get_by_role("heading", name="Market")).to_be_attached()
    page.go_back()
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_an_address_with_a_sheet_opened_from_elsewhere_closes_to_the_feed(visit, market):
    page = visit()
    page.goto(f"/?buy={market.lamp.public_id}")
    expect(page.get_by_role("dialog", name="Buy now")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert "buy=" not in page.url


def test_without_a_safe_size_pay_leads_to_the_sizes(visit, market):
    page = visit()
    page.goto("/")
    shop.open_sheet(page, market.flipflops)
    expect(shop.pay(page)).to_have_text("Choose a size")
    shop.pay(page).click()
    expect(page.get_by_role("radio", name="39")).to_be_focused()
    expect(page.get_by_role("radio", name="40 sold out")).to_be_disabled()


def test_buying_with_the_keyboard_alone(visit, stack, market):
    page = visit(**DESKTOP)
    page.goto("/")
    press = page.keyboard.press
    tab_to(page, shop.buy_button(page, market.flipflops))
    press("Enter")
    expect(page.get_by_role("heading", name="Buy now")).to_be_focused()
    tab_to(page, page.get_by_role("radio", name="39"))
    press("Space")
    press("ArrowRight")
    expect(page.get_by_role("radio", name="41")).to_be_checked()
    expect(shop.pay(page)).to_have_text("Pay €37.90")
    expect(page.get_by_role("radio", name="41")).to_be_focused()
    for name, text in shop.HOME.items():
        tab_to(page, page.locator(f"#buy_{name}"))
        page.keyboard.type(text)
    frame = shop.card_frame(page)
    for field, text in (("number", shop.GOOD), ("expiry", "1234"), ("cvc", "123")):
        tab_to(page, frame.locator(f"#Field-{field}Input"))
        page.keyboard.type(text)
    tab_to(page, shop.pay(page))
    press("Enter")
    shop.expect_thanks(page)
    assert Order.objects.get().lines.get().option_values == ["Coral", "41"]
    assert len(bank.charges(stack)) == 1


def test_nothing_is_asked_of_others_before_a_sheet_opens(visit, stack, market):
    page = visit()
    hosts = set()
    page.on("request", lambda request: hosts.add(request.url.split("/")[2]))
    page.goto("/")
    page.wait_for_load_state("networkidle")
    ours = stack.url.split("/")[2]
    assert hosts == {ours}
    shop.open_sheet(page, market.lamp)
    expect(shop.card_frame(page).locator("#Field-numberInput")).to_be_visible()
    assert hosts == {ours, f"127.0.0.1:{stack.sandbox_port}"}
