"""A shop hands two parcels over with the keyboard alone."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from fulfilment import fulfilment_orders
from fulfilment.models import FulfilmentOrder, Shipment
from tests.checkout_pages.shelves import mark_paid, place
from tests.journeys.merchant import merchants_page


def paid(market, key: str) -> None:
    order = place(market.lamp, principal=f"guest:{key}", key=key)
    mark_paid(order)
    fulfilment_orders.open_for(order.pk)


def press_on(page: Page, selector: str, *keys: str) -> None:
    """Keys for what a person reaches with Tab."""
    target = page.locator(selector).first
    target.focus()
    expect(target).to_be_focused()
    for key in keys:
        page.keyboard.press(key)


def test_two_parcels_leave_by_the_keyboard(visit, market):
    for key in ("one", "two"):
        paid(market, key)
    page = merchants_page(visit, market)
    page.goto("/admin/fulfilment/fulfilmentorder/?queue=send")
    press_on(page, "#action-toggle", "Space")
    press_on(page, "select[name=action]", "H")
    expect(page.locator("select[name=action]")).to_have_value("dispatch_all")
    press_on(page, "button[name=index]", "Enter")

    press_on(page, "#id_carrier")
    page.keyboard.type("Colissimo")
    for number in ("6A1", "6A2"):
        for _ in ("the order", "carrier", "number"):
            page.keyboard.press("Tab")
        page.keyboard.type(number)
    page.keyboard.press("Enter")

    expect(page.get_by_text("2 parcels are handed over.")).to_be_visible()
    parts = FulfilmentOrder.objects.order_by("pk")
    assert [part.status for part in parts] == ["shipped", "shipped"]
    sent = Shipment.objects.order_by("pk").values_list("carrier", "tracking_number")
    assert list(sent) == [("Colissimo", "6A1"), ("Colissimo", "6A2")]
