"""Looking around and searching, on a phone and at a desk, by keyboard alone and without scripts."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from feeds import posts
from feeds.search import spelling
from tests.journeys.barriers import expect_no_sideways_scroll, expect_no_violation
from tests.journeys.conftest import DESKTOP, PHONE, follow, tab_to

NARROW = {"viewport": {"width": 320, "height": 568}}


@pytest.fixture
def talk(theo) -> User:
    for number in range(25):
        posts.publish(theo, body=f"Evening no. {number} by the lamp #été", language="en")
    spelling.learn()
    return theo


def search_box(page: Page):
    return page.get_by_role("searchbox", name="Search products").locator("visible=true")


@pytest.mark.parametrize("device", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_from_explore_to_what_is_looked_for_by_keyboard(visit, market, talk, device):
    page = visit(**device)
    page.goto("/")
    follow(page, page.get_by_role("link", name="Search", exact=True).locator("visible=true").first)
    expect(page.get_by_role("heading", name="Trending hashtags")).to_be_visible()
    expect(page.get_by_role("heading", name="Popular products")).to_be_visible()
    expect_no_violation(page)
    expect_no_sideways_scroll(page)

    search_box(page).focus()
    page.keyboard.type("lamps")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(search_box(page)).to_have_value("lamps")
    expect(page.get_by_role("link", name="Phare lamp").first).to_be_visible()
    expect(page.get_by_text("Evening no. 24 by the lamp")).to_be_visible()
    expect_no_violation(page)
    expect_no_sideways_scroll(page)

    search_box(page).focus()
    tab_to(page, page.get_by_role("link", name="Posts", exact=True))
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Posts", exact=True)).to_have_attribute(
        "aria-current", "page"
    )
    page.mouse.wheel(0, 20_000)
    expect(page.get_by_text("Evening no. 0 by the lamp")).to_be_attached()
    expect_no_violation(page)


def test_the_search_field_is_two_presses_of_tab_away_at_a_desk(visit, market, talk):
    """It stands behind all of the feed; on a phone the search is a link at the top."""
    page = visit(**DESKTOP)
    for address in ("/", "/explore/", "/search/?q=lamp"):
        page.goto(address)
        page.keyboard.press("Tab")
        page.keyboard.press("Tab")
        expect(page.get_by_role("link", name="Skip to search")).to_be_focused()
        expect(page.get_by_role("link", name="Skip to search")).to_be_in_viewport()
        page.keyboard.press("Enter")
        expect(search_box(page)).to_be_focused()
    page = visit(**PHONE)
    page.goto("/")
    expect(page.get_by_role("link", name="Skip to search")).to_be_hidden()


def test_a_slip_leads_to_what_was_meant_and_a_tag_to_its_page(visit, market, talk):
    page = visit()
    page.goto("/search/?q=lapm")
    expect(
        page.get_by_role("status").filter(has_text="These are results for “lamp”")
    ).to_be_visible()
    expect(page.get_by_role("link", name="Phare lamp").first).to_be_visible()
    page.goto("/search/?q=%23ete")
    expect(page.get_by_role("link", name="Hashtags")).to_have_attribute("aria-current", "page")
    expect_no_violation(page)
    follow(page, page.get_by_role("link", name="#été", exact=True))
    expect(page.get_by_role("heading", name="#été")).to_be_visible()


@pytest.mark.parametrize("locale", ["en-GB", "fr-FR"])
def test_it_fits_a_narrow_screen(visit, talk, locale):
    page = visit(**NARROW, locale=locale, color_scheme="dark")
    for address in (
        "/explore/",
        "/explore/new/",
        "/search/?q=lamp",
        "/search/?q=theo&in=people",
        "/search/?q=" + "w" * 80,
    ):
        page.goto(address)
        expect_no_sideways_scroll(page)
        expect_no_violation(page)


def test_without_scripts_everything_is_a_link(visit, talk):
    page = visit(**PHONE, java_script_enabled=False)
    page.goto("/explore/")
    search_box(page).fill("lamp")
    search_box(page).press("Enter")
    page.get_by_role("link", name="More posts").click()
    page.get_by_role("link", name="More posts").click()
    expect(page.get_by_text("Evening no. 0 by the lamp")).to_be_visible()
    expect(page.get_by_role("link", name="Posts", exact=True)).to_have_attribute(
        "aria-current", "page"
    )
