"""Times in the admin: one form, by the clocks of the shop that one works for, and named."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from catalogue.models import Membership, Merchant
from checkout.models import Order
from tests.admin.test_drops import ADD, YEAR, another, times
from tests.shops import Cast

PLACED = datetime(2026, 11, 30, 23, 29, tzinfo=UTC)
LIST = "/admin/checkout/order/"


@pytest.fixture
def placed(world: Cast) -> Cast:
    Order.objects.update(placed_at=PLACED)
    return world


def page(client, url: str = LIST) -> str:
    return client.get(url).content.decode()


def test_a_member_reads_the_shops_clocks_and_which_they_are(browser, placed) -> None:
    shown = page(browser(placed.plage.owner))
    assert "1 Dec 2026, 00:29" in shown
    assert "Times: Europe/Paris, unless another zone is named." in shown
    assert timezone.get_current_timezone_name() == "UTC"


def test_the_same_in_french(browser, placed) -> None:
    client = browser(placed.plage.owner)
    client.cookies["django_language"] = "fr"
    shown = page(client)
    assert "1 déc. 2026, 00:29" in shown
    assert "Heures\N{NO-BREAK SPACE}: Europe/Paris" in shown


def test_staff_reads_utc(browser, placed) -> None:
    shown = page(browser(placed.staff))
    assert "30 Nov 2026, 23:29" in shown
    assert "Times: UTC, unless" in shown


@pytest.mark.parametrize(
    ("zone", "read"),
    [("Europe/Paris", "1 Dec 2026, 00:29"), ("Asia/Tokyo", "30 Nov 2026, 23:29")],
)
def test_who_works_for_two_shops_reads_their_clocks_if_they_are_the_same(
    browser, placed, zone, read
) -> None:
    Merchant.objects.filter(pk=placed.rayon.merchant.pk).update(time_zone=zone)
    owner = placed.plage.owner
    Membership.objects.create(user=owner, merchant=placed.rayon.merchant, role="read_only")
    assert read in page(browser(owner))


def test_an_hour_that_comes_twice_can_be_chosen(browser, world) -> None:
    autumn = datetime(YEAR, 10, 31, tzinfo=UTC)
    sunday = autumn - timedelta(days=(autumn.weekday() + 1) % 7)
    data = {"product": another(world).pk, **times(f"{sunday:%m-%d}", "02:30")}
    assert browser(world.plage.owner).post(ADD, data).status_code == 302


def test_the_first_stop_skips_the_menu(browser, world) -> None:
    for url in ("/admin/", LIST, f"/admin/catalogue/product/{world.plage.product.pk}/change/"):
        shown = page(browser(world.plage.owner), url)
        first = shown.index("<a ", shown.index("<body"))
        assert shown[first:].startswith('<a class="skip-link" href="#content">Skip to content</a>')
        assert shown.count('id="content"') == 1
