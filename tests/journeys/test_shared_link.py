"""A link of ours that somebody follows from another network: the sheet opens, and nothing is reported."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import DESKTOP, PHONE

WATCH = """
globalThis.violations = [];
document.addEventListener("securitypolicyviolation", (event) => {
  globalThis.violations.push(event.violatedDirective + " " + event.blockedURI);
});
"""


@pytest.mark.parametrize("screen", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_the_link_of_a_card_leads_into_the_sheet(visit, market, stack, screen):
    lamp = market.lamp
    page = visit(**screen)
    page.add_init_script(WATCH)
    page.goto(f"/products/{lamp.public_id}/{lamp.slug}/?buy={lamp.public_id}")
    led_to = page.locator("meta[property='og:url']").get_attribute("content")
    assert led_to == page.url
    expect(page.get_by_role("dialog", name="Buy now")).to_be_visible()
    block = page.locator("script[type='application/ld+json']")
    assert json.loads(block.text_content() or "")["name"] == lamp.title
    # The policy looks at scripts, and this is none.
    assert page.evaluate("globalThis.violations") == []
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.get_by_role("heading", name=lamp.title)).to_be_visible()


def test_a_post_leads_there_too(visit, market):
    page = visit()
    page.goto(f"/posts/{market.lamp_post.public_id}/?buy={market.lamp.public_id}")
    assert page.locator("meta[property='og:url']").get_attribute("content") == page.url
    expect(page.get_by_role("dialog", name="Buy now")).to_be_visible()
