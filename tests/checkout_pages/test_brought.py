"""A purchase names the partner who brought the shopper to what is bought: in the sheet, and by the cart."""

from __future__ import annotations

import pytest

from checkout.models import Order
from partners.models import Partner
from tests.checkout_pages import checkouts


@pytest.fixture
def blog(db) -> Partner:
    return Partner.objects.create(name="The Quiet House", code="quiet-house")


def arrive(visitor, product, code: str = "quiet-house") -> None:
    visitor.client.get(f"/products/{product.public_id}/{product.slug}/?partner={code}")


def test_a_sheet_is_credited(guest, market, blog):
    arrive(guest, market.lamp)
    guest.place(market.lamp, guest.form(market.lamp))
    assert Order.objects.get().lines.get().partner == blog


def test_a_sheet_that_nobody_led_to_is_not(guest, market, blog):
    arrive(guest, market.flipflops)
    guest.place(market.lamp, guest.form(market.lamp))
    assert Order.objects.get().lines.get().partner is None


def test_what_the_shopper_cannot_write_is_not_read_from_the_form(guest, market, blog):
    guest.place(market.lamp, guest.form(market.lamp, via="quiet-house", partner="quiet-house"))
    assert Order.objects.get().lines.get().partner is None


def test_of_a_cart_each_line_is_credited_by_itself(guest, market, blog):
    arrive(guest, market.lamp)
    lamp, pair = market.lamp.variants.get(), market.variant("Coral", "41")
    checkouts.fill(guest, lamp, pair)
    checkouts.press(guest, checkouts.form(guest))
    lines = {line.variant: line.partner for line in Order.objects.get().lines.all()}
    assert lines == {lamp: blog, pair: None}
