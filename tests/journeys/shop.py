"""What a person does in the shop, in words of the shop."""

from __future__ import annotations

from playwright.sync_api import FrameLocator, Locator, Page, expect

from catalogue.models import Product
from checkout.models import Order

GOOD = "4242424242424242"
SECOND_GOOD = "5555555555554444"
DECLINED = "4000000000000002"
ASKS = "4000000000003220"
HOME = {
    "email": "guest@example.org",
    "name": "Camille Roux",
    "line1": "3 quai Lamartine",
    "postal_code": "71000",
    "city": "Mâcon",
}


def buy_button(page: Page, product: Product) -> Locator:
    return page.locator(f"[data-buy][href*='{product.public_id}']")


def open_sheet(page: Page, product: Product) -> Locator:
    """Tap Buy now on the product's card; returns the sheet."""
    buy_button(page, product).click()
    sheet = page.get_by_role("dialog", name="Buy now")
    expect(sheet).to_be_visible()
    return sheet


def fill_address(page: Page, **changes: str) -> None:
    for name, value in {**HOME, **changes}.items():
        page.locator(f"#buy_{name}").fill(value)


def card_frame(page: Page) -> FrameLocator:
    return page.frame_locator("#buy-card iframe")


def fill_card(page: Page, number: str = GOOD) -> None:
    frame = card_frame(page)
    frame.locator("#Field-numberInput").fill(number)
    frame.locator("#Field-expiryInput").fill("12 / 34")
    frame.locator("#Field-cvcInput").fill("123")


def pay(page: Page) -> Locator:
    return page.locator("#buy-pay")


def note(page: Page) -> Locator:
    return page.locator("#buy-note .note")


def thanks(page: Page, name: str = "Camille") -> Locator:
    return page.get_by_role("heading", name=f"Thank you, {name}. It’s yours.")


def expect_thanks(page: Page, name: str = "Camille") -> None:
    expect(thanks(page, name)).to_be_visible(timeout=20_000)


def answer_bank(page: Page, *, approve: bool) -> None:
    """Press a button of the bank's own window."""
    button = "authorize" if approve else "fail"
    frame = page.frame_locator("iframe[title='3D Secure 2 authentication']")
    frame.locator(f"#test-source-{button}-3ds").click()


def paid_orders() -> list[Order]:
    return list(Order.objects.filter(status=Order.Status.PAID).order_by("id"))


def scroll_of(page: Page) -> int:
    return int(page.evaluate("Math.round(scrollY)"))


def ready_to_pay(page: Page, product: Product) -> None:
    page.goto("/")
    open_sheet(page, product)
    fill_address(page)
    fill_card(page)
