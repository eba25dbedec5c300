"""Every page and state for every eye, width and language; and without scripts."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from catalogue.models import Variant
from checkout.models import Order
from feeds import follows, posts
from tests.journeys import shop
from tests.journeys.barriers import expect_no_sideways_scroll, expect_no_violation_for_anyone
from tests.journeys.cast import set_stock
from tests.journeys.conftest import DESKTOP, PHONE

# Each page is looked at in both sizes and schemes; it is opened in one.
SEEN = [
    pytest.param("en-GB", PHONE, id="en-phone"),
    pytest.param("fr-FR", DESKTOP, id="fr-desktop"),
]


@pytest.mark.parametrize(("locale", "device"), SEEN)
def test_axe_finds_nothing(visit, market, locale, device):
    page = visit(locale=locale, **device)
    page.goto("/")
    expect_no_violation_for_anyone(page)
    shop.buy_button(page, market.flipflops).click()
    expect(page.get_by_role("dialog")).to_be_visible()
    expect(shop.card_frame(page).locator("#Field-numberInput")).to_be_visible()
    expect_no_violation_for_anyone(page)
    page.locator("[name=option1][value='42']").check()
    expect(shop.pay(page)).to_contain_text("37")
    shop.fill_address(page, postal_code="710")
    shop.fill_card(page, shop.DECLINED)
    shop.pay(page).click()
    expect(page.locator("#buy_postal_code_error")).to_be_visible()
    expect_no_violation_for_anyone(page)
    page.locator("#buy_postal_code").fill("71000")
    shop.pay(page).click()
    expect(shop.note(page)).to_be_visible()
    expect_no_violation_for_anyone(page)
    shop.fill_card(page)
    shop.pay(page).click()
    expect(page.locator("#order-title")).to_be_visible(timeout=20_000)
    expect_no_violation_for_anyone(page)
    page.reload()
    expect(page.locator("#order[data-status=paid]")).to_be_visible()
    expect_no_violation_for_anyone(page)


@pytest.mark.parametrize(("locale", "device"), SEEN)
def test_axe_finds_nothing_in_the_cart(visit, market, locale, device):
    page = visit(locale=locale, **device)
    page.goto("/cart/")
    expect_no_violation_for_anyone(page)
    sold_out = market.variant("Lagoon", "42")
    for product, query in ((market.lamp, ""), (market.flipflops, f"?variant={sold_out.public_id}")):
        page.goto(f"/products/{product.public_id}/{product.slug}/{query}")
        page.locator("[data-add]").click()
        expect(page.locator(".toast")).to_be_visible()
        expect_no_violation_for_anyone(page)
    page.goto("/")
    page.wait_for_load_state("networkidle")
    expect_no_violation_for_anyone(page)
    set_stock(sold_out, pieces=0)
    Variant.objects.filter(product=market.lamp).update(price=8900)
    page.goto("/cart/")
    page.locator(".country summary").click()
    expect_no_violation_for_anyone(page)
    expect_no_sideways_scroll(page)
    page.locator("[id^=save-]").first.click()
    expect(page.locator("#saved-title")).to_be_visible()
    page.locator("[id^=remove-]").first.click()
    expect(page.locator(".toast")).to_be_visible()
    expect_no_violation_for_anyone(page)


def test_axe_finds_nothing_for_a_returning_shopper(signed_in, market):
    page = signed_in()
    shop.open_sheet(page, market.lamp)
    page.locator("#buy-addresses summary").click()
    expect_no_violation_for_anyone(page)
    page.goto("/orders/")
    expect_no_violation_for_anyone(page)


# Addresses of the feed for whoever is signed in; {post} is one with a card and a reply.
FEED = (
    "/",
    "/following/",
    "/drops/",
    "/posts/{post}/",
    "/posts/new/",
    "/tags/summer/",
    "/explore/",
    "/search/?q=lamp",
    "/@mai/",
    "/@plagefils/",
    "/@plagefils/shop/",
    "/notifications/",
    "/me/notifications/",
)


@pytest.mark.parametrize(("locale", "device"), SEEN)
def test_axe_finds_nothing_in_the_feed(signed_in, mai, market, locale, device):
    posts.publish(mai, body="Which pair? #summer @mai", language="en", reply_to=market.post)
    posts.publish(market.shop.account, body="For you, @mai", language="en", paid_partnership=True)
    follows.follow(market.shop.account, followed=mai)
    page = signed_in(**device, locale=locale)
    for address in FEED:
        page.goto(address.format(post=market.post.public_id))
        expect_no_violation_for_anyone(page)
        expect_no_sideways_scroll(page)


def test_nothing_scrolls_sideways_at_320_px_and_the_total_shows_with_pay(visit, market):
    page = visit(viewport={"width": 320, "height": 568}, is_mobile=True, has_touch=True)
    page.goto("/")
    expect_no_sideways_scroll(page)
    shop.open_sheet(page, market.flipflops)
    page.get_by_role("radio", name="42").check()
    expect(shop.pay(page)).to_have_text("Pay €37.90")
    expect_no_sideways_scroll(page)
    for part in (shop.pay(page), page.locator("#buy-foot .total dd")):
        box = part.bounding_box()
        assert box
        assert box["y"] >= 0
        assert box["y"] + box["height"] <= 568
        assert box["x"] + box["width"] <= 320
    shop.fill_address(page)
    shop.fill_card(page)
    shop.pay(page).click()
    shop.expect_thanks(page)
    expect_no_sideways_scroll(page)
    page.goto(f"/products/{market.lamp.public_id}/phare-lamp/")
    expect_no_sideways_scroll(page)
    page.locator("[data-add]").click()
    expect(page.locator(".toast")).to_be_visible()
    page.goto("/cart/")
    expect_no_sideways_scroll(page)


def test_targets_are_large_enough(visit, market):
    page = visit()
    page.goto("/")
    shop.open_sheet(page, market.flipflops)
    small = page.evaluate(
        """() => [...document.querySelectorAll(
                '#buy-dialog :is(a, button, summary, input, select):not([type=hidden])')]
            .map((each) => [each.closest('label') ?? each, each])
            .filter(([box]) => box.checkVisibility())
            .map(([box, each]) => [box.getBoundingClientRect(), each])
            .filter(([box, each]) => Math.min(box.width, box.height) < 24
                && !(each.tagName === 'A' && each.closest('p')))
            .map(([box, each]) => each.outerHTML.slice(0, 80))"""
    )
    assert small == []
    height = shop.pay(page).bounding_box()
    assert height
    assert height["height"] >= 44


def test_the_carts_targets_are_large_enough(visit, market):
    page = visit()
    page.goto(f"/products/{market.lamp.public_id}/phare-lamp/")
    page.locator("[data-add]").click()
    expect(page.locator(".toast")).to_be_visible()
    page.goto("/cart/")
    small = page.evaluate(
        """() => [...document.querySelectorAll('#cart :is(a, button, summary)')]
            .filter((each) => each.checkVisibility())
            .filter((each) => each.getBoundingClientRect().height
                < (each.closest('.qty, .btn') ? 44 : 24))
            .map((each) => each.outerHTML.slice(0, 80))"""
    )
    assert small == []


def test_french_words(visit, market):
    page = visit(locale="fr-FR", **PHONE)
    page.goto("/")
    shop.buy_button(page, market.lamp).click()
    expect(page.get_by_role("dialog", name="Acheter")).to_be_visible()
    expect(shop.pay(page)).to_have_text("Payer 87,90\xa0€")
    page.locator("#buy_postal_code").fill("3500")
    page.locator("#buy_city").focus()
    expect(page.locator("#buy_postal_code_error")).to_have_text("Cinq chiffres, par exemple 35000")


def test_without_scripts_all_but_the_card_works_and_nothing_typed_is_lost(visit, market):
    page = visit(java_script_enabled=False, **PHONE)
    page.goto("/")
    shop.buy_button(page, market.flipflops).click()
    expect(page.get_by_role("heading", name="Buy now")).to_be_visible()
    expect(page.get_by_text("The card fields need JavaScript").first).to_be_visible()
    page.get_by_role("radio", name="42").check()
    shop.fill_address(page, postal_code="7100")
    page.get_by_role("button", name="Add one").click()
    expect(page.locator("#buy-foot .total dd")).to_have_text("€71.90")
    expect(page.get_by_role("radio", name="42")).to_be_checked()
    expect(page.locator("#buy_line1")).to_have_value("3 quai Lamartine")
    shop.pay(page).click()
    expect(page.get_by_text("Five digits, for example 35000")).to_be_visible()
    page.locator("#buy_postal_code").fill("71000")
    shop.pay(page).click()
    expect(page.locator("#buy-note")).to_contain_text("The card fields need JavaScript")
    expect(page.locator("#buy_line1")).to_have_value("3 quai Lamartine")
    assert not Order.objects.exists()


def test_reduced_motion_moves_nothing(visit, market):
    page = visit(reduced_motion="reduce", **PHONE)
    page.goto("/")
    shop.open_sheet(page, market.lamp)
    moving = page.evaluate(
        "document.getAnimations().filter((each) => each.playState === 'running').length"
    )
    assert moving == 0
