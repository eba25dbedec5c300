"""What keeps people out of a page: what axe finds, and what is wider than the screen."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, ViewportSize

# Everything that WCAG 2.2 A and AA ask for, and axe's own best practices. The size of targets is new
# in 2.2, and axe looks at it only when it is asked to.
RULES = {"resultTypes": ["violations"], "rules": {"target-size": {"enabled": True}}}
# Those that look at colours: all else is the same in the light and in the dark.
COLOURS = {
    "resultTypes": ["violations"],
    "runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]},
}
SIZES: tuple[ViewportSize, ...] = ({"width": 390, "height": 844}, {"width": 1280, "height": 800})
# What ends: a spinner turns on, and what is paused is not waited for.
STANDS_STILL = """() => Promise.race([
    new Promise((resolve) => setTimeout(resolve, 3000)),
    Promise.all(document.getAnimations()
        .filter((each) => each.effect.getComputedTiming().endTime !== Infinity)
        .map((each) => each.finished.catch(() => null)))]).then(() => null)"""
# What lies under a bar that stays in place can be scrolled out from under it: the bars lie still
# while axe measures targets.
BARS = """still => document.querySelectorAll(".topbar, .tabbar")
    .forEach((bar) => { bar.style.position = still ? "static" : ""; })"""


def expect_no_violation(page: Page) -> None:
    """As the page stands."""
    page.wait_for_timeout(400)  # Colours are read after the sheet has come up.
    found = violations(page, RULES)
    assert found == [], found


def expect_no_violation_for_anyone(page: Page) -> None:
    """On a phone and at a desk, in the light and in the dark, without loading the page again; it is
    as wide as it was then, and in the light."""
    before = page.viewport_size
    page.wait_for_timeout(400)  # As above.
    found = {}
    for size in SIZES:
        page.set_viewport_size(size)
        for scheme, rules in (("light", RULES), ("dark", COLOURS)):
            page.emulate_media(color_scheme=scheme)
            page.evaluate(STANDS_STILL)
            found[size["width"], scheme] = violations(page, rules)
    page.emulate_media(color_scheme="light")
    if before:
        page.set_viewport_size(before)
    wrong = {where: reasons for where, reasons in found.items() if reasons}
    assert wrong == {}, wrong


def violations(page: Page, rules: dict[str, object]) -> list[str]:
    """What axe finds by `rules`, each with the element and how to mend it."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(Axe().axe_script)
    page.evaluate(BARS, True)
    found = page.evaluate("rules => axe.run(rules)", rules)
    page.evaluate(BARS, False)
    return [
        f"{each['id']}: {node['target']} {node['failureSummary']}"
        for each in found["violations"]
        for node in each["nodes"]
        # The provider's frame is not ours.
        if not (len(node["target"]) > 1 and "iframe" in str(node["target"][0]))
    ]


def expect_no_sideways_scroll(page: Page) -> None:
    wide = page.evaluate(
        """() => [document.scrollingElement, ...document.querySelectorAll('.scroll')]
            .filter((each) => each.scrollWidth > each.clientWidth).map((each) => each.className)"""
    )
    assert wide == []
