"""A shop's owner puts pictures into order and lowers a price."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from catalogue.models import ProductImage
from tests.journeys.merchant import merchants_page

FORM = "/admin/catalogue/product/{}/change/"


def rows(page: Page):
    return page.locator("#images-data tbody.original")


def test_a_picture_is_dragged_to_the_front(visit, market):
    lamp = market.lamp
    lamp.images.all().delete()
    for place, alt in enumerate(("one", "two", "three")):
        ProductImage.objects.create(
            product=lamp, file="products/lamp.webp", alt=alt, position=place
        )
    page = merchants_page(visit, market)
    page.goto(FORM.format(lamp.pk))
    page.wait_for_function("window.Alpine && document.readyState === 'complete'")
    rows(page).nth(1).evaluate("row => row.scrollIntoView({block: 'center'})")
    rows(page).nth(2).get_by_text("drag_indicator").hover()
    page.mouse.down()
    first = rows(page).nth(0).bounding_box()
    assert first
    page.mouse.move(first["x"] + 30, first["y"] + first["height"] / 2, steps=15)
    page.mouse.move(first["x"] + 30, first["y"] + 4, steps=10)
    page.mouse.up()
    expect(rows(page).nth(0).locator("input[name$=-alt]")).to_have_value("three")
    page.get_by_role("button", name="Save", exact=True).click()
    page.wait_for_url(re.compile(r"/catalogue/product/(\?.*)?$"))
    assert list(lamp.images.values_list("alt", flat=True)) == ["three", "one", "two"]


def test_prices_are_lowered_with_the_keyboard_alone(visit, market):
    page = merchants_page(visit, market)
    page.goto("/admin/catalogue/product/")
    page.get_by_role("link", name="Edit price, stock or status of all in this list").focus()
    page.keyboard.press("Enter")
    page.get_by_label("How much").focus()
    page.keyboard.type("-10")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").filter(has_text="would be changed")).to_be_visible()
    page.get_by_role("button", name=re.compile("^Change")).focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text(re.compile("products? (was|were) changed"))).to_be_visible()
    before = market.lamp.variants.get().price
    assert market.lamp.history.latest("id").changes["price"][1] == before
