"""An order's page follows what the shop does with the parcel, without being loaded again."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from checkout.models import Order
from fulfilment import fulfilment_orders
from fulfilment.models import FulfilmentOrder
from tests.journeys import shop
from tests.journeys.shop import ready_to_pay

# A change is to be seen within five seconds.
SOON = 5_000


@pytest.fixture
def page(visit, market):
    """The page of an order that was paid yesterday and is being packed."""
    page = visit()
    ready_to_pay(page, market.lamp)
    shop.pay(page).click()
    shop.expect_thanks(page)
    Order.objects.update(paid_at=timezone.now() - timedelta(days=1))
    page.reload()
    expect(page.locator("#tracking-steps")).to_be_visible()
    page.evaluate("document.body.dataset.first = 'yes'")
    return page


def now(page):
    return page.locator("#tracking [aria-current=step]")


def test_each_step_shows_on_the_open_page(page):
    [parcel] = FulfilmentOrder.objects.all()
    before = now(page).inner_text()
    fulfilment_orders.pack(parcel, actor=None)
    expect(page.locator("#tracking .badge")).to_contain_text("Packed", timeout=SOON)
    fulfilment_orders.ship(parcel, carrier="Colissimo", tracking_number="6A1849", actor=None)
    expect(page.get_by_role("link", name="6A1849")).to_be_visible(timeout=SOON)
    expect(page.locator("#tracking-said")).to_contain_text("With")
    assert now(page).inner_text() != before
    assert page.evaluate("document.body.dataset.first") == "yes"
