"""A drop from the reminder to the last piece, on a phone whose clock is an hour wrong."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.models import OutgoingMail, User
from catalogue import drops
from catalogue.models import Drop, DropReminder
from feeds.models import NoticeType, Notification
from tests.journeys.barriers import expect_no_sideways_scroll, expect_no_violation
from tests.journeys.cast import Market, set_stock
from tests.journeys.shop import expect_thanks, fill_address, fill_card, paid_orders, pay

AHEAD = 40  # seconds until the drop opens: enough to look at the page before


def announce(market: Market, *, ahead: timedelta = timedelta(seconds=AHEAD)) -> Drop:
    """One lamp, which opens in a moment."""
    set_stock(market.lamp.variants.get(), pieces=1)
    drop = Drop(product=market.lamp, opens_at=timezone.now() + ahead)
    drops.save(drop)
    return drop


def part(page: Page, kind: str) -> None:
    expect(page.locator(f"#drop-now[data-kind={kind}]")).to_be_attached(timeout=60_000)


def test_from_the_reminder_to_the_last_piece(
    market: Market, mai: User, signed_in: Callable[..., Page], visit: Callable[..., Page]
) -> None:
    hers, other = signed_in(), visit()
    # Her clock is an hour late, the other's an hour early: neither opens anything.
    hers.clock.install(time=timezone.now() - timedelta(hours=1))
    other.clock.install(time=timezone.now() + timedelta(hours=1))
    drop = announce(market)
    address = f"/drops/{drop.public_id}/"
    for page in (hers, other):
        page.goto(address)
        part(page, "before")
        expect(page.locator("[data-unit=hours]")).to_have_text("00")
        expect(page.locator("[data-unit=minutes]")).to_have_text("00")
        expect(page.get_by_role("button", name="Buy now")).to_have_count(0)

    # Set without leaving the page, and still there after it.
    hers.get_by_role("button", name="Remind me").click()
    expect(hers.get_by_role("button", name="Reminder set")).to_be_visible()
    hers.reload()
    expect(hers.get_by_role("button", name="Reminder set")).to_be_visible()
    assert DropReminder.objects.get().user == mai
    expect(other.get_by_role("link", name="Sign in to be reminded")).to_be_visible()

    # Both open by the server's clock, without a reload.
    for page in (hers, other):
        part(page, "live")
    late = timezone.now() - drop.opens_at
    assert timedelta() <= late < timedelta(seconds=15)
    expect(hers.locator("#drop-said")).to_have_text("It opens now.")
    expect(hers.get_by_text("1 of 1 left")).to_be_visible()

    expect_no_violation(hers)

    # The other, a guest, is the quicker one.
    other.get_by_role("button", name="Buy now").click()
    expect(other.get_by_role("dialog", name="Buy now")).to_be_visible()
    fill_address(other)
    fill_card(other)
    pay(other).click()
    expect_thanks(other)
    [order] = paid_orders()
    assert order.drop_purchases.get().drop == drop

    # And she is told at once that it is gone, and why she was written to.
    part(hers, "sold_out")
    expect(hers.get_by_text("The 1 piece is gone.")).to_be_visible()
    expect(hers.get_by_role("button", name="Buy now")).to_have_count(0)
    expect_no_violation(hers)
    expect_no_sideways_scroll(hers)
    notice = Notification.objects.filter(user=mai, type=NoticeType.DROP)
    for _second in range(40):
        if notice.exists():
            break
        hers.wait_for_timeout(1000)
    assert [each.data["kind"] for each in notice] == ["opened"]
    assert OutgoingMail.objects.filter(kind="drop_opened", to=mai.email).count() == 1


def test_the_list_and_the_page_tell_the_same_time(
    market: Market, visit: Callable[..., Page]
) -> None:
    drop = announce(market, ahead=timedelta(days=2))
    page = visit(timezone_id="Asia/Tokyo", viewport={"width": 390, "height": 844})
    told = []
    for address in ("/drops/", f"/drops/{drop.public_id}/"):
        page.goto(address)
        time = page.locator("main time").first
        expect(time).to_contain_text("your time")
        told.append(time.text_content())
        if address == "/drops/":
            words, button = page.locator(".drop h2"), page.get_by_role("link", name="Remind me")
            expect(button).to_be_visible()
            below, above = button.bounding_box(), words.bounding_box()
            assert below
            assert above
            assert below["y"] >= above["y"] + above["height"]
    assert told[0] == told[1]
    assert f"{drop.opens_at.astimezone(ZoneInfo('Asia/Tokyo')):%H:%M}" in str(told[0])
