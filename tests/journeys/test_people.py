"""Following, muting, blocking and taking it back, without a reload and by keyboard alone."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from feeds import posts
from feeds.models import Block, Follow, Mute
from tests.journeys.barriers import expect_no_sideways_scroll, expect_no_violation
from tests.journeys.conftest import DESKTOP, PHONE


@pytest.fixture
def theo(theo) -> User:
    """He has spoken once."""
    posts.publish(theo, body="Spoken by T.", language="en")
    return theo


def never_left(page: Page) -> None:
    """Fails the test's last line when the page was loaded again."""
    page.evaluate("window.stayed = true")


def from_the_menu(page: Page, item: str) -> None:
    page.locator(".profile [data-menu] summary").focus()
    page.keyboard.press("Enter")
    button = page.locator(".profile [data-menu]").get_by_role("button", name=item)
    while not button.evaluate("button => button === document.activeElement"):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")


@pytest.mark.parametrize("device", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_follow_mute_block_and_back_by_keyboard(signed_in, theo, mai, device):
    page = signed_in(**device)
    page.goto("/@theo/")
    never_left(page)
    expect_no_violation(page)

    page.get_by_role("button", name="Follow Théo Marin").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Follow Théo Marin")).to_have_text("Following")

    from_the_menu(page, "Mute @theo")
    unmute = page.get_by_role("button", name="Unmute @theo")
    expect(unmute).to_be_focused()
    expect(unmute).to_have_accessible_description("You muted @theo. They are not told.")
    expect(page.get_by_text("Spoken by T.")).to_have_count(0)
    assert Mute.objects.filter(muter=mai, muted=theo).exists()
    expect_no_violation(page)
    expect_no_sideways_scroll(page)
    page.keyboard.press("Enter")
    expect(page.get_by_text("Spoken by T.")).to_be_visible()
    expect(page.get_by_role("heading", name="Théo Marin", exact=True)).to_be_focused()
    assert Follow.objects.filter(follower=mai, followed=theo).exists()

    from_the_menu(page, "Block @theo")
    unblock = page.get_by_role("button", name="Unblock @theo")
    expect(unblock).to_be_focused()
    expect(page.get_by_text("Spoken by T.")).to_have_count(0)
    assert Block.objects.filter(blocker=mai, blocked=theo).exists()
    expect_no_violation(page)
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Follow Théo Marin")).to_have_text("Follow")
    assert not Block.objects.exists()
    assert not Follow.objects.exists()
    assert page.evaluate("window.stayed") is True


def test_escape_closes_the_menu_and_leads_back_to_its_button(signed_in, theo):
    page = signed_in()
    page.goto("/@theo/")
    summary = page.locator(".profile [data-menu] summary")
    summary.click()
    expect(page.get_by_role("button", name="Block @theo")).to_be_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Block @theo")).to_be_hidden()
    expect(summary).to_be_focused()


def test_what_is_hidden_is_taken_back_on_its_list(signed_in, theo, mai):
    Mute.objects.create(muter=mai, muted=theo)
    page = signed_in()
    page.goto("/me/muted/")
    expect_no_violation(page)
    with page.expect_response("**/@theo/mute/"):
        page.get_by_role("button", name="Mute @theo").click()
    expect(page.get_by_role("button", name="Mute @theo")).to_have_text("Mute")
    assert not Mute.objects.exists()
