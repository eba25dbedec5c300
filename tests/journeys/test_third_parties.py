"""Whom a visitor's browser speaks to, and what it is given to keep: nobody but us, and nothing, until
they buy."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest

from tests.journeys import shop
from tests.journeys.conftest import DESKTOP, PHONE


@pytest.mark.parametrize("screen", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_nobody_else_is_asked_before_a_payment_box_opens(visit, market, stack, screen):
    page = visit(**screen)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    product = market.lamp
    handle = product.merchant.account.handle
    for address in ("/", "/drops/", "/explore/", f"/@{handle}/", "/search/?q=lamp", "/cart/"):
        shown = page.goto(address)
        assert shown is not None
        assert shown.ok, address
        page.wait_for_load_state("networkidle")
    page.goto("/")
    ours = urlsplit(stack.url).netloc
    others = {url for url in asked if url.startswith("http") and urlsplit(url).netloc != ours}
    assert others == set()
    assert page.context.cookies() == []
    assert page.evaluate("Object.keys(localStorage)") == []

    shop.open_sheet(page, product)
    page.wait_for_load_state("networkidle")
    ports = {urlsplit(url).port for url in asked if url.startswith("http")}
    assert ports == {urlsplit(stack.url).port, urlsplit(stack.sandbox_url).port}
