"""The cart as a person sees it on every page."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect

from catalogue.models import Product, Variant
from tests.buying import open_shop, stock_shelf


def add_button(page: Page, product: Product) -> Locator:
    return page.locator(f"[data-add][formaction*='{product.public_id}']").first


def expect_badge(page: Page, number: int) -> None:
    """On every basket of the page."""
    for badge in page.locator("[data-cart-count]").all():
        if number:
            expect(badge).to_have_text(str(number))
        else:
            expect(badge).to_be_hidden()


def second_shop() -> Variant:
    return stock_shelf(open_shop("rayon", delivery=500), "Bookcase", price=12900, pieces=3)


def add_from_page(page: Page, variant: Variant) -> None:
    page.goto(f"/products/{variant.product.public_id}/bookcase/")
    add_button(page, variant.product).click()
