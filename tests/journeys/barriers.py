"""What keeps people out of a page: what axe finds, and what is wider than the screen."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

# Everything that WCAG 2.2 A and AA ask for, and axe's own best practices.
RULES = {"resultTypes": ["violations"]}


def expect_no_violation(page: Page) -> None:
    page.wait_for_timeout(400)  # Colours are read after the sheet has come up.
    found = Axe().run(page, options=RULES)
    reasons = [
        f"{each['id']}: {node['target']} {node['failureSummary']}"
        for each in found.response["violations"]
        for node in each["nodes"]
        # The provider's frame is not ours.
        if not (len(node["target"]) > 1 and "iframe" in str(node["target"][0]))
    ]
    assert reasons == []


def expect_no_sideways_scroll(page: Page) -> None:
    wide = page.evaluate(
        """() => [document.scrollingElement, ...document.querySelectorAll('.scroll')]
            .filter((each) => each.scrollWidth > each.clientWidth).map((each) => each.className)"""
    )
    assert wide == []
