"""An order leaves in two parcels and comes: the merchant sends, the carrier reports, the shopper sees."""

from __future__ import annotations

import json
from datetime import timedelta

import httpx
import pytest
from django.utils import timezone
from playwright.sync_api import expect

from checkout.models import Order, OrderLine
from fulfilment import connections
from fulfilment.models import CarrierConnection, FulfilmentOrder
from stack.waiting import wait_until
from tests.journeys import shop
from tests.journeys.cart import add_button, expect_badge
from tests.journeys.conftest import follow
from tests.journeys.merchant import merchants_page
from webhooks.signing import headers

# A change is to be seen within five seconds; on a busy machine the worker's turn may come later.
SOON = 20_000


@pytest.fixture
def page(visit, market):
    """The page of an order of two lamps that was paid yesterday."""
    page = visit()
    page.goto("/")
    add_button(page, market.lamp).click()
    expect_badge(page, 1)
    page.goto("/cart/")
    page.get_by_role("button", name="Add one Phare lamp").click()
    expect_badge(page, 2)
    follow(page, page.get_by_role("link", name="Check out"))
    shop.fill_address(page)
    shop.fill_card(page)
    shop.pay(page).click()
    shop.expect_thanks(page)
    Order.objects.update(paid_at=timezone.now() - timedelta(days=1))
    page.reload()
    expect(page.locator("#tracking-steps")).to_be_visible()
    page.evaluate("document.body.dataset.first = 'yes'")
    return page


def dispatch(merchant, part: FulfilmentOrder, *, pieces: str, number: str) -> None:
    merchant.goto(f"/admin/fulfilment/fulfilmentorder/{part.pk}/change/")
    merchant.get_by_label("Phare lamp").fill(pieces)
    merchant.get_by_label("Carrier").fill("Colissimo")
    merchant.get_by_label("Tracking number").fill(number)
    merchant.get_by_role("button", name="Ship", exact=True).click()
    expect(
        merchant.get_by_role("link", name=number).or_(merchant.get_by_text(number)).first
    ).to_be_visible()


def report(stack, connection: CarrierConnection, number: str, status: str, *, place: str) -> None:
    """As the carrier's server posts it."""
    now = timezone.now()
    scan = {
        "tracking_number": number,
        "status": status,
        "place": place,
        "happened_at": now.isoformat(),
    }
    body = json.dumps({"type": "tracking.reported", "reports": [scan]})
    signed = headers(
        body, message_id=f"{number}-{status}", timestamp=now, secrets=[connection.secret]
    )
    path = f"/webhooks/carriers/generic/{connection.public_id}/"
    answer = httpx.post(stack.url + path, content=body, headers=signed)
    assert (answer.status_code, answer.text) == (200, "kept\n")


def test_two_parcels_to_delivered(visit, stack, market, page):
    wait_until(FulfilmentOrder.objects.exists, seconds=30, otherwise="the order did not open")
    part = FulfilmentOrder.objects.get()
    assert OrderLine.objects.get().quantity == 2
    connection = connections.create(merchant_id=market.shop.pk, adapter="generic", name="Colissimo")
    merchant = merchants_page(visit, market)
    boxes = page.locator("#tracking section")
    expect(boxes).to_have_count(1)

    dispatch(merchant, part, pieces="1", number="6A1849")
    expect(boxes).to_have_count(2, timeout=SOON)
    expect(boxes.nth(0)).to_contain_text("parcel 1 of 2")
    expect(boxes.nth(0).get_by_role("link", name="6A1849")).to_be_visible()
    expect(boxes.nth(1)).to_contain_text("still to come")

    dispatch(merchant, part, pieces="1", number="6A1850")
    expect(boxes.nth(1)).to_contain_text("parcel 2 of 2", timeout=SOON)

    report(stack, connection, "6A1849", "out_for_delivery", place="Rennes")
    expect(boxes.nth(0).locator("[aria-current=step]")).to_contain_text(
        "Out for delivery", timeout=SOON
    )
    expect(boxes.nth(0).locator("[aria-current=step]")).to_contain_text("Rennes")
    expect(boxes.nth(1).locator("[aria-current=step]")).to_contain_text("With Colissimo")

    for number in ("6A1849", "6A1850"):
        report(stack, connection, number, "delivered", place="Rennes")
    for place in range(2):
        expect(boxes.nth(place).locator(".badge")).to_have_text("Delivered", timeout=SOON)
    assert page.evaluate("document.body.dataset.first") == "yes"
    part.refresh_from_db()
    assert part.status == "delivered"
    # Nothing more is to come, and nobody asks for it.
    expect(page.locator("#tracking-steps[hx-get]")).to_have_count(0)

    merchant.goto(f"/admin/fulfilment/fulfilmentorder/{part.pk}/change/")
    expect(merchant.get_by_text("6A1850").first).to_be_visible()
    expect(merchant.get_by_label("Tracking number")).to_have_count(0)
