"""A code, and how it is typed."""

from __future__ import annotations

from playwright.sync_api import Page

from checkout import offers
from checkout.models import Offer


def open_offer() -> Offer:
    made = Offer(name="Welcome", code="MARKET5", kind="amount", amount=500, currency="EUR")
    offers.save(made)
    return made


def use(page: Page, code: str) -> None:
    box = page.locator("#buy-code-box")
    if not box.evaluate("box => box.open"):
        box.get_by_text("Have a code?").click()
    page.locator("#buy_code").fill(code)
    page.get_by_role("button", name="Use code").click()
