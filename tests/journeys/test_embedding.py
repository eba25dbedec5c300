"""Somebody reads another site, presses Buy now in our card there, and pays in a window of ours."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Page, expect

from catalogue.models import EmbedOrigin, PartnerAgreement
from checkout.models import LedgerEntry, Order
from partners.models import Partner
from tests.journeys import neighbour, shop
from tests.journeys.conftest import DESKTOP


def snippet(stack, product, *, more: str = "", script: bool = True) -> str:
    """What a shop copies from its product's page."""
    page = f"{stack.url}/products/{product.public_id}/{product.slug}/?partner=quiet-house"
    tag = f'<script src="{stack.url}/static/embed/v1/buy-now.js" async></script>' if script else ""
    return (
        f'{tag}<buy-now product="{product.public_id}" partner="quiet-house"{more}>'
        f'<a href="{page}">Buy the lamp</a></buy-now>'
    )


@pytest.fixture
def quiet_house(market) -> Partner:
    partner = Partner.objects.create(name="The Quiet House", code="quiet-house")
    PartnerAgreement.objects.create(merchant=market.shop, partner=partner, commission_bps=800)
    return partner


@contextmanager
def blog(stack, market, *, body: str, allowed: bool = True, **looks: str) -> Iterator[str]:
    with neighbour.site(body, etal=stack.url, **looks) as origin:
        if allowed:
            EmbedOrigin.objects.create(merchant=market.shop, origin=origin)
        yield origin


def buy_as_guest(window: Page) -> Order:
    sheet = window.get_by_role("dialog", name="Buy now")
    expect(sheet).to_be_visible()
    shop.fill_address(window)
    shop.fill_card(window)
    shop.pay(window).click()
    shop.expect_thanks(window)
    return Order.objects.get()


def test_a_card_on_another_site_sells_in_a_window_of_ours(visit, stack, market, quiet_house):
    page = visit(**DESKTOP)
    with blog(stack, market, body=snippet(stack, market.lamp)) as origin:
        page.goto(origin)
        card = page.frame_locator("buy-now iframe")
        button = card.get_by_role("link", name="Buy now: Phare lamp, €84.00")
        expect(button).to_be_visible()
        # The frame is as high as the card, and what stood in for it is gone.
        expect(page.get_by_role("link", name="Buy the lamp")).to_be_hidden()
        heights = page.evaluate(
            "() => [document.querySelector('buy-now').shadowRoot.querySelector('iframe').clientHeight]"
        )
        assert heights == [
            card.locator("html").evaluate("page => Math.ceil(page.getBoundingClientRect().height)")
        ]
        with page.context.expect_page() as opened:
            button.click()
        window = opened.value
        assert window.url.startswith(f"{stack.url}/products/{market.lamp.public_id}/")
        assert window.evaluate("opener") is None
        order = buy_as_guest(window)
    line = order.lines.get()
    assert (order.status, order.total, order.user) == (Order.Status.PAID, 8790, None)
    assert (line.partner, line.commission_bps, line.commission) == (quiet_house, 800, 672)
    owed = LedgerEntry.objects.get(account="partners")
    assert (owed.partner, owed.amount) == (quiet_house, -672)


def test_the_framed_page_neither_gets_nor_sets_a_cookie(visit, stack, market, quiet_house):
    page = visit(**DESKTOP)
    page.goto("/")  # Whoever was here before has cookies of ours.
    page.context.add_cookies([{"name": "guest", "value": "forged", "url": stack.url}])
    told = []
    page.on("request", lambda asked: told.append(asked) if "/embed/" in asked.url else None)
    with blog(stack, market, body=snippet(stack, market.lamp)) as origin:
        before = page.context.cookies(stack.url)
        page.goto(origin)
        expect(
            page.frame_locator("buy-now iframe").get_by_role("link", name="Buy now")
        ).to_be_visible()
        assert page.context.cookies(stack.url) == before
        # It stays: what the browser loads after it has spoken changes nothing.
        page.wait_for_timeout(2500)
        expect(page.frame_locator("buy-now iframe").locator(".emb")).to_be_visible()
    (frame,) = [asked for asked in told if "/static/" not in asked.url]
    assert frame.response().header_value("set-cookie") is None
    inside = page.frames[1]
    with pytest.raises(Exception, match="sandboxed"):
        inside.evaluate("document.cookie")
    assert inside.evaluate("origin") == "null"


def test_on_a_site_that_is_not_allowed_there_is_no_card(visit, stack, market, quiet_house):
    context = visit(**DESKTOP).context
    page = context.new_page()  # What the browser refuses here is what is meant to happen.
    with blog(stack, market, body=snippet(stack, market.lamp), allowed=False) as origin:
        page.goto(origin)
        expect(page.locator("buy-now iframe")).to_be_hidden()
        frame = page.frames[1]
        assert frame.locator(".emb").count() == 0
        # The link remains, and does the same.
        page.get_by_role("link", name="Buy the lamp").click()
        page.wait_for_url(re.compile(f"{stack.url}/products/"))


def test_nothing_else_of_ours_stands_in_a_frame(visit, stack, market, quiet_house):
    context = visit(**DESKTOP).context
    page = context.new_page()
    paths = [f"/buy/{market.lamp.public_id}/", f"/products/{market.lamp.public_id}/x/", "/cart/"]
    body = "".join(f'<iframe src="{stack.url}{path}"></iframe>' for path in paths)
    with blog(stack, market, body=body) as origin:
        page.goto(origin)
        assert [frame.locator("main").count() for frame in page.frames[1:]] == [0, 0, 0]


def test_without_scripts_the_link_leads_to_the_same_purchase(visit, stack, market, quiet_house):
    page = visit(**DESKTOP, java_script_enabled=False)
    frame = (
        f'<iframe src="{stack.url}/embed/{market.lamp.public_id}/?partner=quiet-house"></iframe>'
    )
    with blog(stack, market, body=frame) as origin:
        page.goto(origin)
        with page.context.expect_page() as opened:
            page.frame_locator("iframe").get_by_role("link", name="Buy now").click()
        window = opened.value
        expect(window.get_by_role("heading", name="Phare lamp")).to_be_visible()
        cookies = {cookie["name"]: cookie for cookie in page.context.cookies(stack.url)}
        assert (cookies["via"]["httpOnly"], cookies["via"]["sameSite"]) == (True, "Lax")
